import { expect } from 'chai'
import { READING_FIELDS } from '../../../contract/telemetry.ts'
import { expectProblem, readPages } from '../fixture.ts'
import { openHistoryFixture, type HistoryFixture } from '../history/history-fixture.ts'

describe('newest values over the API', () => {
  let fixture: HistoryFixture
  before(async () => {
    fixture = await openHistoryFixture()
    const { sql } = fixture
    await sql`
      insert into positions (vehicle_id, time, received_at, lat, lon, speed, rpm, status, extra)
      select id, now() - interval '20 minutes', now(), 59.5, 18, 62.5, 900, 'a "b"', '{"door": "open", "lo\\"ad": null}'
      from vehicles where key in ('v1', 'own', 'n1', 'foreign')`
    await sql`
      insert into latest_values (vehicle_id, field, time, nth, value)
      select id, field, now() - make_interval(mins => minutes), 0, value
      from vehicles, (values
        ('speed', 1, '0'::jsonb), ('rpm', 30, '1'), ('ignition', 2, 'false'), ('extra.door', 3, '"shut"')
      ) as it (field, minutes, value)
      where key = 'v1'`
  })
  after(() => fixture.close())

  it('each newest value has its own time and age, and whether it is stale', async () => {
    const { status, body } = await fixture.get('/api/vehicles/v1/latest')
    expect(status, JSON.stringify(body)).to.equal(200)
    const { extra, ...columns } = body.values
    const simple = (of: Record<string, { value: unknown; age_s: number; is_stale: boolean }>) =>
      Object.fromEntries(
        Object.entries(of).map(([name, it]) => [name, [it.value, Math.floor(it.age_s / 60), it.is_stale]]),
      )
    expect(body.vehicle).to.equal('v1')
    expect(simple(columns)).to.deep.equal({
      lat: [59.5, 20, true],
      lon: [18, 20, true],
      speed: [0, 1, false],
      rpm: [900, 20, true],
      ignition: [false, 2, false],
      status: ['a "b"', 20, true],
    })
    expect(simple(extra)).to.deep.equal({ door: ['shut', 3, false], 'lo"ad': [null, 20, true] })
    expect(Object.keys(columns)).to.deep.equal(READING_FIELDS.filter((it) => it in columns))
    expect(Date.now() - Date.parse(columns.speed.time)).to.be.within(60_000, 70_000)
  })

  it('a vehicle that has sent nothing has no newest values', async () => {
    expect((await fixture.get('/api/vehicles/v2/latest')).body).to.deep.equal({ vehicle: 'v2', values: {} })
  })

  it('a user gets newest values only of vehicles that they may see', async () => {
    for (const [key, expected] of [
      ['own', 200],
      ['n1', 200],
      ['foreign', 404],
      ['none', 404],
    ] as const)
      expect((await fixture.get(`/api/vehicles/${key}/latest`, fixture.user)).status, key).to.equal(expected)
    const { body } = await fixture.get('/api/latest', fixture.user)
    expect(body.items.map(({ vehicle }: { vehicle: string }) => vehicle)).to.deep.equal([
      'lent',
      'n1',
      'n2',
      'own',
    ])
  })

  it('newest values are found by the newest position', async () => {
    const keysOf = async (query: string) =>
      (await fixture.get(`/api/latest?${query}`)).body.items.map(
        ({ vehicle }: { vehicle: string }) => vehicle,
      )
    await fixture.sql`update positions set lat = 59.6 where vehicle_id = (select id from vehicles where key = 'n1')`
    expect(await keysOf('bbox=17,59,19,60')).to.deep.equal(['foreign', 'n1', 'own', 'v1'])
    expect(await keysOf('bbox=17,59,19,59.55&limit=2')).to.deep.equal(['foreign', 'own'])
    expect(await keysOf('near=59.6,18&radius=20000&limit=2')).to.deep.equal(['n1', 'foreign'])
    expect(await keysOf('near=59.6,18&radius=1000')).to.deep.equal(['n1'])
    expectProblem(await fixture.get('/api/latest?near=59,18&radius=1&cursor=eA'), 400, 'invalid_request', [
      '/cursor',
    ])
  })

  it('newest values are read page by page, of all vehicles or of a group', async () => {
    const withoutAges = (items: unknown) => JSON.stringify(items).replace(/"age_s":\d+/g, '')
    const all = (await fixture.get('/api/latest')).body.items
    expect(all).to.have.length(8)
    expect(withoutAges(await readPages(fixture, '/api/latest', 3))).to.equal(withoutAges(all))
    expect(all.find(({ vehicle }: { vehicle: string }) => vehicle === 'v1').values.speed.value).to.equal(0)
    const { body } = await fixture.get('/api/latest?group=north')
    expect(body.items.map(({ vehicle }: { vehicle: string }) => vehicle)).to.deep.equal(['n1', 'n2'])
    expectProblem(await fixture.get('/api/latest?cursor=x'), 400, 'invalid_request', ['/cursor'])
    expectProblem(await fixture.get('/api/latest?limit=1001'), 400, 'invalid_request', ['/limit'])
  })
})
