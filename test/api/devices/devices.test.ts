import { expect } from 'chai'
import { expectProblem, openFixture, readPages, type Fixture } from '../fixture.ts'

describe('devices over the API', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate vehicles, devices cascade`
    await fixture.call('POST', '/api/vehicles', { body: [{ key: 'v1' }, { key: 'v2' }] })
  })

  const create = (body: unknown) => fixture.call('POST', '/api/devices', { body })
  const countDevices = async () => (await fixture.sql`select from devices`).length

  it('a device is created in a vehicle, with its location, and shown', async () => {
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

  it('a device is created without a vehicle', async () => {
    expect((await create({ key: 'd1' })).body).to.include({ name: '', vehicle: null })
  })

  it('all devices of an array are created, and answered in its order', async () => {
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

  it('no device is created when a key is taken, and the error points to it', async () => {
    await create({ key: 'b' })
    expectProblem(await create({ key: 'b' }), 409, 'conflict', ['/key'])
    expectProblem(await create([{ key: 'a' }, { key: 'b' }]), 409, 'conflict', ['/1/key'])
    expectProblem(await create([{ key: 'x' }, { key: 'x' }]), 409, 'conflict', ['/1/key'])
    expect(await countDevices()).to.equal(1)
  })

  it('no device is created when a vehicle is unknown, and the error points to it', async () => {
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

  it('an invalid device is refused', async () => {
    expectProblem(await create({ key: 'a', vehicle: 'a b' }), 400, 'invalid_request', ['/vehicle'])
    expectProblem(await create({ key: 'a', token: 'x' }), 400, 'invalid_request', ['/token'])
    expectProblem(await create([{ vehicle: 'v1' }]), 400, 'invalid_request', ['/0/key'])
  })

  it('devices are listed in pages without gaps or repeats', async () => {
    const body = Array.from({ length: 20 }, (_, n) => ({ key: `d${n}`, ...(n % 2 && { vehicle: 'v1' }) }))
    await create(body)
    const items = await readPages(fixture, '/api/devices', 7)
    expect(items.map(({ key }) => key))
      .to.have.members(body.map(({ key }) => key))
      .and.to.have.length(20)
    expect(items.filter(({ vehicle }) => vehicle === 'v1')).to.have.length(10)
  })

  it('devices are found by part of key, name, serial number or vehicle, taken literally', async () => {
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

  it('a cursor of another listing is refused', async () => {
    const cursor = Buffer.from('vehicle:v1').toString('base64url')
    expectProblem(await fixture.call('GET', `/api/devices?cursor=${cursor}`), 400, 'invalid_request', [
      '/cursor',
    ])
  })

  it('an unknown device gets 404', async () => {
    expectProblem(await fixture.call('GET', '/api/devices/none'), 404, 'not_found')
  })
})
