import { expect } from 'chai'
import { expectProblem, openFixture, readPages, type Fixture } from '../fixture.ts'

describe('api devices', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate vehicles, devices cascade`
    await fixture.call('POST', '/api/vehicles', { body: [{ key: 'v1' }, { key: 'v2' }] })
  })

  const create = (body: unknown) => fixture.call('POST', '/api/devices', { body })
  const countDevices = async () => (await fixture.sql`select from devices`).length

  it('creates one in a vehicle, tells where it is, and shows it', async () => {
    const made = await create({ key: 'd1', name: 'Tracker', vehicle: 'v2' })
    expect(made.status).to.equal(201)
    expect(made.headers.get('location')).to.equal('/api/devices/d1')
    expect(made.body).to.have.all.keys(
      'key',
      'name',
      'serial',
      'firmware',
      'vehicle',
      'public_key',
      'created_at',
    )
    expect(made.body).to.include({ key: 'd1', name: 'Tracker', vehicle: 'v2' })
    expect(Math.abs(Date.parse(made.body.created_at) - Date.now())).to.be.lessThan(60_000)
    expect((await fixture.call('GET', '/api/devices/d1')).body).to.deep.equal(made.body)
  })

  it('creates one without a vehicle', async () => {
    expect((await create({ key: 'd1' })).body).to.include({ name: '', vehicle: null })
  })

  it('creates all of an array, answered in its order', async () => {
    const body = Array.from({ length: 1000 }, (_, n) => ({
      key: `d${(n * 7919) % 1000}`,
      vehicle: `v${1 + (n % 2)}`,
    }))
    const made = await create(body)
    expect(made.status).to.equal(201)
    expect(made.body.map(({ key, vehicle }: (typeof body)[0]) => ({ key, vehicle }))).to.deep.equal(body)
    expect((await fixture.call('GET', '/api/devices/d7')).body.vehicle).to.equal(
      body.find(({ key }) => key === 'd7')?.vehicle,
    )
  })

  it('creates nothing when a key is taken, and points to it', async () => {
    await create({ key: 'b' })
    expectProblem(await create({ key: 'b' }), 409, 'conflict', ['/key'])
    expectProblem(await create([{ key: 'a' }, { key: 'b' }]), 409, 'conflict', ['/1/key'])
    expectProblem(await create([{ key: 'x' }, { key: 'x' }]), 409, 'conflict', ['/1/key'])
    expect(await countDevices()).to.equal(1)
  })

  it('creates nothing when a vehicle is unknown, and points to it', async () => {
    expectProblem(await create({ key: 'a', vehicle: 'no' }), 400, 'invalid_request', ['/vehicle'])
    const many = [
      { key: 'a', vehicle: 'v1' },
      { key: 'b', vehicle: 'no' },
      { key: 'c' },
      { key: 'd', vehicle: 'nil' },
    ]
    expectProblem(await create(many), 400, 'invalid_request', ['/1/vehicle', '/3/vehicle'])
    expect(await countDevices()).to.equal(0)
  })

  it('refuses what is not a device', async () => {
    expectProblem(await create({ key: 'a', vehicle: 'a b' }), 400, 'invalid_request', ['/vehicle'])
    expectProblem(await create({ key: 'a', token: 'x' }), 400, 'invalid_request', ['/token'])
    expectProblem(await create([{ vehicle: 'v1' }]), 400, 'invalid_request', ['/0/key'])
  })

  it('lists all in pages, without gaps or doubles', async () => {
    const body = Array.from({ length: 20 }, (_, n) => ({ key: `d${n}`, ...(n % 2 && { vehicle: 'v1' }) }))
    await create(body)
    const items = await readPages(fixture, '/api/devices', 7)
    expect(items.map(({ key }) => key))
      .to.have.members(body.map(({ key }) => key))
      .and.to.have.length(20)
    expect(items.filter(({ vehicle }) => vehicle === 'v1')).to.have.length(10)
  })

  it('finds by a part of key, name, serial number or vehicle, taken as it is', async () => {
    await create([
      { key: 'tracker-1', name: 'Under the seat' },
      { key: 'd2', serial: 'TRACK_9' },
      { key: 'd3', vehicle: 'v1' },
      { key: 'd4' },
    ])
    const find = async (search: string) => {
      const { body } = await fixture.call('GET', `/api/devices?search=${encodeURIComponent(search)}`)
      return body.items.map((it: { key: string }) => it.key)
    }
    expect(await find('track')).to.deep.equal(['d2', 'tracker-1'])
    expect(await find('the SEAT')).to.deep.equal(['tracker-1'])
    expect(await find('K_9')).to.deep.equal(['d2'])
    expect(await find('v1')).to.deep.equal(['d3'])
    expect(await find('%')).to.deep.equal([])
    expect(await find('_')).to.deep.equal(['d2'])
    expectProblem(await fixture.call('GET', '/api/devices?search='), 400, 'invalid_request', ['/search'])
  })

  it('refuses a cursor of another listing', async () => {
    const cursor = Buffer.from('vehicle:v1').toString('base64url')
    expectProblem(await fixture.call('GET', `/api/devices?cursor=${cursor}`), 400, 'invalid_request', [
      '/cursor',
    ])
  })

  it('does not know a device that is not there', async () => {
    expectProblem(await fixture.call('GET', '/api/devices/none'), 404, 'not_found')
  })
})
