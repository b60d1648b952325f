import { expect } from 'chai'
import type { Reading } from '../../../contract/telemetry.ts'
import { expectProblem, openFixture, readPages, type Fixture } from '../fixture.ts'

const FULL: Reading = {
  lat: 52.520_006_599_999_99,
  lon: -0.1 - 0.2,
  altitude: -1.5e-7,
  speed: 0.1 + 0.2,
  heading: 359.999_999_999_999_94,
  rpm: 20_000,
  engine_load: 100 / 3,
  fuel_level: 5e-324,
  fuel_rate: 0,
  coolant_temp: -60,
  battery_voltage: 12.6,
  odometer: 9_999_999.999_999_998,
  ignition: false,
  status: 'läuft 🚛',
  seq: Number.MAX_SAFE_INTEGER,
  extra: { 'tire/1': 2.2, 'half~': null, on: true, text: 'ä' },
}

describe('readings over the API', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture()
    await fixture.call('POST', '/api/vehicles', { body: [{ key: 'v1' }, { key: 'v2' }] })
    await fixture.call('POST', '/api/devices', { body: { key: 'd1', vehicle: 'v1' } })
  })
  after(() => fixture.close())
  beforeEach(() => fixture.sql`delete from telemetry`)

  async function insert(time: string, reading: Reading, vehicle = 'v1'): Promise<void> {
    const { sql } = fixture
    const row = { nth: 0, ...reading, time, received_at: '2026-11-21T08:00:05Z' }
    // As JSON, because the driver would cut times to milliseconds.
    await sql`
      insert into telemetry
      select it.* from vehicles v, devices d, jsonb_populate_record(null::telemetry, ${sql.json(row)}
        || jsonb_build_object('vehicle_id', v.id, 'device_id', d.id)) it
      where v.key = ${vehicle} and d.key = 'd1'
    `
  }

  const read = (query = '', vehicle = 'v1') =>
    fixture.call('GET', `/api/vehicles/${vehicle}/telemetry${query}`)
  const timesOf = (items: { time: string }[]) => items.map(({ time }) => time)

  it('every field is returned exactly as it was stored', async () => {
    await insert('2026-11-21T08:00:00.123456Z', FULL)
    const { status, body } = await read()
    expect(status).to.equal(200)
    expect(body).to.deep.equal({
      items: [
        {
          time: '2026-11-21T08:00:00.123456Z',
          received_at: '2026-11-21T08:00:05.000Z',
          device: 'd1',
          ...FULL,
        },
      ],
      next_cursor: null,
      prev_cursor: null,
    })
  })

  it('absent fields are left out', async () => {
    await insert('2026-11-21T08:00:00Z', { speed: 0 })
    const { body } = await read()
    expect(body.items[0]).to.have.all.keys('time', 'received_at', 'device', 'speed')
    expect(body.items[0]).to.include({ time: '2026-11-21T08:00:00.000Z', speed: 0 })
  })

  it('times differ by a microsecond: from is inclusive, to is exclusive', async () => {
    for (const us of ['000001', '000002', '000003']) await insert(`2026-11-21T08:00:00.${us}Z`, { speed: 1 })
    const at = (us: string) => `2026-11-21T08:00:00.${us}Z`
    expect(timesOf((await read(`?from=${at('000002')}`)).body.items)).to.deep.equal([
      at('000002'),
      at('000003'),
    ])
    expect(timesOf((await read(`?to=${at('000002')}`)).body.items)).to.deep.equal([at('000001')])
    expect((await read(`?from=${at('000002')}&to=${at('000002')}`)).body.items).to.deep.equal([])
  })

  it('from accepts zones and epoch milliseconds', async () => {
    await insert('2026-11-21T08:00:00Z', { speed: 1 })
    const ms = Date.UTC(2026, 10, 21, 8)
    for (const from of ['2026-11-21T09:00:00%2B01:00', String(ms), '0', '1999-01-01T00:00:00Z']) {
      expect((await read(`?from=${from}`)).body.items, from).to.have.length(1)
    }
    for (const from of ['2026-11-21T09:00:01%2B01:00', String(ms + 1)]) {
      expect((await read(`?from=${from}`)).body.items, from).to.have.length(0)
    }
  })

  it('readings of a vehicle come in order of time, in pages without gaps or repeats', async () => {
    const { sql } = fixture
    await sql`
      insert into telemetry (vehicle_id, time, received_at, seq)
      select vehicles.id, timestamptz '2026-11-20T23:59:00Z' + n * interval '1.000007 s', now(), n
      from vehicles, generate_series(0, 149) as n order by random()
    `
    for (const limit of [1000, 149, 50, 37]) {
      const items = await readPages(fixture, '/api/vehicles/v1/telemetry', limit)
      expect(items.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 150 }, (_, n) => n))
    }
    const part = '/api/vehicles/v1/telemetry?from=2026-11-20T23:59:30Z&to=2026-11-21T00:00:00Z'
    expect((await readPages(fixture, part, 7)).map(({ seq }) => seq)).to.deep.equal(
      Array.from({ length: 30 }, (_, n) => n + 30),
    )
  })

  it('bad ranges and pages are refused', async () => {
    const cases: [string, string[]][] = [
      ['?from=yesterday', ['/from']],
      ['?from=2026-11-21T08:00:00', ['/from']],
      ['?from=2026-11-21T09:00:00+01:00', ['/from']],
      ['?from=x&to=2026-02-30T00:00:00Z', ['/from', '/to']],
      ['?from=2026-11-21T08:00:01Z&to=2026-11-21T08:00:00Z', ['/to']],
      ['?to=1&to=2', ['/to']],
      ['?limit=10001', ['/limit']],
      ['?cursor=dGltZTp4', ['/cursor']],
      [`?cursor=${Buffer.from('telemetry:n9999999999999999.v1').toString('base64url')}`, ['/cursor']],
      ['?from=%00', ['/from']],
    ]
    for (const [query, pointers] of cases) expectProblem(await read(query), 400, 'invalid_request', pointers)
  })

  it('an unknown vehicle gets 404', async () => {
    expectProblem(await read('', 'none'), 404, 'not_found')
    expectProblem(await fixture.call('GET', '/api/vehicles/none/position'), 404, 'not_found')
  })

  it('the newest position is found past later readings without one', async () => {
    await insert('2026-11-21T08:00:00Z', { lat: 1, lon: 2, speed: 50, heading: 90 })
    await insert('2026-11-21T07:00:00Z', { lat: 3, lon: 4 })
    await insert('2026-11-21T09:00:00Z', { speed: 10 })
    await insert('2026-11-21T10:00:00Z', { lat: 5, lon: 6 }, 'v2')
    const { status, body } = await fixture.call('GET', '/api/vehicles/v1/position')
    expect(status).to.equal(200)
    expect(body).to.include({
      time: '2026-11-21T08:00:00.000Z',
      lat: 1,
      lon: 2,
      speed: 50,
      heading: 90,
      device: 'd1',
    })
  })

  it('a vehicle without a position gets 404', async () => {
    await insert('2026-11-21T09:00:00Z', { speed: 10 })
    const answer = await fixture.call('GET', '/api/vehicles/v1/position')
    expectProblem(answer, 404, 'not_found')
    expect(answer.body.detail).to.include('position')
  })
})
