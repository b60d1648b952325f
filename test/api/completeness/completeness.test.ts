import { expect } from 'chai'
import { computeCompleteness } from '../../../api/completeness/compute-completeness.ts'
import { findDeviceInVehicles } from '../../../api/completeness/queries.ts'
import { makeClaims } from '../../../contract/claims.ts'
import { addUser, expectProblem, makeToken, type Answer } from '../fixture.ts'
import { at, openHistoryFixture, type HistoryFixture } from '../history/history-fixture.ts'

const ADMIN = makeClaims({ sub: '1', role: 'admin', aud: 'api', jti: '', nowS: 0, lifetimeS: 60 })
const PERIOD = 'from=2026-11-21T08:00:00Z&to=2026-11-21T09:00:00Z'

describe('completeness over the API', () => {
  let fixture: HistoryFixture
  before(async () => (fixture = await openHistoryFixture()))
  after(() => fixture.close())
  beforeEach(() => fixture.sql`truncate telemetry, rejected_messages, duplicate_counts`)

  const of = (path: string, query = PERIOD, token?: string): Promise<Answer['body']> =>
    fixture.read(`/api/${path}/completeness?${query}`, token)
  const rangesOf = (body: Answer['body']) =>
    body.missing.map((it: { from_seq: number; to_seq: number }) => [it.from_seq, it.to_seq])
  const store = (vehicle: string, seqs: [second: number, seq: number | undefined][]) =>
    fixture.insert(
      vehicle,
      seqs.map(([second, seq]) => ({ time: at(second), speed: 1, ...(seq !== undefined && { seq }) })),
    )
  /** Duplicates of the device in v1. */
  const countDuplicates = (vehicle: string, hour: string, count: number) => fixture.sql`
    insert into duplicate_counts (device_id, vehicle_id, hour, count)
    select devices.id, vehicles.id, ${hour}::text::timestamptz, ${count}
    from devices, vehicles where devices.key = 'd-v1' and vehicles.key = ${vehicle}`
  const reject = (vehicle: string, receivedAt: string) => fixture.sql`
    insert into rejected_messages (received_at, vehicle_id, device_id, code, problems, payload)
    select ${receivedAt}::text::timestamptz, vehicle_id, devices.id, 'not_json', '[]', ''
    from devices join vehicles on vehicles.id = vehicle_id where vehicles.key = ${vehicle}`
  /** Puts the device of v1 into another vehicle during `run`. */
  async function withDeviceIn(vehicle: string, run: () => Promise<void>): Promise<void> {
    await fixture.call('PATCH', '/api/devices/d-v1', { body: { vehicle } })
    await run()
    await fixture.call('PATCH', '/api/devices/d-v1', { body: { vehicle: 'v1' } })
  }
  /** Readings that the device of v1 sent for another vehicle. */
  const storeElsewhere = (vehicle: string, seqs: [second: number, seq: number][]) => fixture.sql`
    insert into telemetry (vehicle_id, time, received_at, device_id, speed, seq)
    select vehicles.id, timestamptz '2026-11-21T08:00:00Z' + second * interval '1 s', '2026-11-21T12:00:00Z', devices.id, 1, seq
    from vehicles, devices, unnest(${seqs.map(([second]) => second)}::bigint[], ${seqs.map(([, seq]) => seq)}::bigint[])
      as given (second, seq)
    where vehicles.key = ${vehicle} and devices.key = 'd-v1'`

  it('completeness without readings has empty counts and no ranges', async () => {
    expect(await of('devices/d-v1')).to.deep.equal({
      device: 'd-v1',
      from: '2026-11-21T08:00:00.000Z',
      to: '2026-11-21T09:00:00.000Z',
      late_after_s: 60,
      counts: { received: 0, stored: 0, duplicates: 0, rejected: 0, late: 0 },
      first_seq: null,
      last_seq: null,
      restarts: 0,
      missing: [],
      missing_total: 0,
      missing_cut: false,
    })
    expect(await of('vehicles/v1')).to.deep.include({
      vehicle: 'v1',
      counts: { received: 0, stored: 0, duplicates: 0, rejected: 0, late: 0 },
      devices: [],
    })
  })

  it('missing ranges follow the time of the readings, whatever their order of arrival', async () => {
    await store('v1', [
      [5, 9],
      [0, 1],
      [3, undefined],
      [2, 3],
      [1, 2],
      [6, 0],
      [7, 2],
    ])
    const body = await of('devices/d-v1')
    expect(body).to.deep.include({
      first_seq: 1,
      last_seq: 2,
      restarts: 1,
      missing_total: 6,
      missing_cut: false,
    })
    expect(body.counts).to.include({ received: 7, stored: 7 })
    expect(body.missing).to.deep.equal([
      { from_seq: 4, to_seq: 8, count: 5, after: at(2), before: at(5) },
      { from_seq: 1, to_seq: 1, count: 1, after: at(6), before: at(7) },
    ])
  })

  it('readings are counted within the period, duplicates and rejections by the hours it touches', async () => {
    await store('v1', [
      [-1, 1],
      [0, 3],
      [3599, 4],
      [3600, 6],
    ])
    await countDuplicates('v1', '2026-11-21T07:00:00Z', 1)
    await countDuplicates('v1', '2026-11-21T08:00:00Z', 10)
    await countDuplicates('v1', '2026-11-21T09:00:00Z', 100)
    await reject('v1', '2026-11-21T07:59:59Z')
    await reject('v1', '2026-11-21T08:00:00Z')
    await reject('v1', '2026-11-21T09:00:00Z')
    const counts = { received: 13, stored: 2, duplicates: 10, rejected: 1, late: 2 }
    expect(await of('devices/d-v1')).to.deep.include({ counts, missing: [] })
    expect(await of('vehicles/v1')).to.deep.include({ counts, devices: [{ device: 'd-v1', counts }] })
    const parts = 'from=2026-11-21T07:59:59Z&to=2026-11-21T09:00:01Z'
    expect((await of('devices/d-v1', parts)).counts).to.include({ stored: 4, duplicates: 111, rejected: 3 })
    expect((await of('vehicles/v1', parts)).counts).to.include({ stored: 4, duplicates: 111, rejected: 3 })
  })

  it('a reading received more than late_after_s after its time counts as late', async () => {
    const time = at(0)
    const after = (seconds: number) => new Date(Date.parse(time) + seconds * 1000).toISOString()
    for (const [n, seconds] of [-5, 59, 60, 61].entries())
      await fixture.insert('v1', [{ time: at(n), received_at: after(n + seconds), speed: 1 } as object])
    for (const [query, late] of [
      ['', 1],
      ['&late_after_s=59', 2],
      ['&late_after_s=0', 3],
    ] as const) {
      expect((await of('devices/d-v1', PERIOD + query)).counts.late).to.equal(late)
      expect((await of('vehicles/v1', PERIOD + query)).counts.late).to.equal(late)
    }
  })

  it('completeness follows a device from vehicle to vehicle and back', async () => {
    await store('v1', [
      [0, 1],
      [1, 2],
      [6, 7],
    ])
    await withDeviceIn('v2', async () => {
      await storeElsewhere('v2', [
        [1, 2],
        [3, 4],
        [4, 5],
      ])
      await countDuplicates('v2', '2026-11-21T08:00:00Z', 3)
    })
    const body = await of('devices/d-v1')
    expect(body.counts).to.include({ received: 9, stored: 6, duplicates: 3 })
    expect(rangesOf(body)).to.deep.equal([
      [3, 3],
      [6, 6],
    ])
    const { counts, devices } = await of('vehicles/v2')
    expect(counts).to.include({ stored: 3, duplicates: 3 })
    expect(devices.map(({ device }: { device: string }) => device)).to.deep.include('d-v1')
  })

  it('a reading with a time up to a day off still fills its gap', async () => {
    for (const second of [200, 20, -20, 3600 + 200, -3600 - 200, 86_000, -86_000]) {
      await fixture.sql`truncate telemetry`
      await store('v1', [
        [1000, 1],
        [1002, 3],
        [1003, 5],
        [1000 + second, 2],
      ])
      const body = await of('devices/d-v1')
      expect(rangesOf(body), `${second} s`).to.deep.equal([[4, 4]])
      expect(body.missing[0]).to.include({ after: at(1002), before: at(1003) })
      expect(body.restarts).to.equal(0)
      expect(body.counts.stored).to.equal(Math.abs(second) > 2600 ? 3 : 4)
    }
  })

  it('readings of another run do not fill the gaps of this one', async () => {
    const hours = [-1, 0, 1].flatMap((hour) =>
      [0, 1, 2, 3, 4]
        .filter((seq) => hour !== 0 || seq !== 2)
        .map((seq): [number, number] => [hour * 3600 + 100 + seq, seq]),
    )
    await store('v1', hours)
    const body = await of('devices/d-v1')
    expect(rangesOf(body)).to.deep.equal([[2, 2]])
    expect(body).to.include({ restarts: 0, first_seq: 0, last_seq: 4, missing_total: 1 })
  })

  it('readings of a deleted vehicle still count for an administrator', async () => {
    await fixture.call('POST', '/api/vehicles', { body: { key: 'old' } })
    await withDeviceIn('old', async () => void (await storeElsewhere('old', [[0, 1]])))
    await fixture.call('DELETE', '/api/vehicles/old')
    expect((await of('devices/d-v1')).counts.stored).to.equal(1)
  })

  it('duplicates are deleted with the history of their vehicle', async () => {
    await fixture.call('POST', '/api/vehicles', { body: { key: 'old' } })
    await withDeviceIn('old', async () => void (await countDuplicates('old', '2026-11-21T08:00:00Z', 3)))
    expect((await of('devices/d-v1')).counts.duplicates).to.equal(3)
    await fixture.call('DELETE', '/api/vehicles/old?history=delete')
    expect((await of('devices/d-v1')).counts.duplicates).to.equal(0)
  })

  it('completeness covers only vehicles that the caller may see', async () => {
    await store('lent', [[0, 1]])
    await fixture.call('PATCH', '/api/devices/d-v1', { body: { vehicle: 'foreign' } })
    await storeElsewhere('foreign', [[1, 2]])
    await countDuplicates('foreign', '2026-11-21T08:00:00Z', 1)
    await fixture.call('PATCH', '/api/devices/d-v1', { body: { vehicle: 'lent' } })
    await storeElsewhere('lent', [[2, 4]])
    const { user } = fixture
    const { counts, missing } = await of('devices/d-v1', PERIOD, user)
    expect(counts).to.deep.equal({ received: 1, stored: 1, duplicates: 0, rejected: 0, late: 1 })
    expect(missing).to.deep.equal([])
    expect(rangesOf(await of('devices/d-v1'))).to.deep.equal([[3, 3]])
    expect((await of('vehicles/lent', PERIOD, user)).counts.stored).to.equal(2)
    expect(
      (await of('vehicles/lent', PERIOD, makeToken({ role: 'service', sub: 'erp' }))).counts.stored,
    ).to.equal(2)
    await fixture.call('PATCH', '/api/devices/d-v1', { body: { vehicle: 'v1' } })
    for (const path of ['devices/d-v1', 'devices/none', 'vehicles/foreign', 'vehicles/none'])
      expectProblem(await fixture.get(`/api/${path}/completeness`, user), 404, 'not_found')
    const { token } = await addUser(fixture.sql, 'user')
    expectProblem(await fixture.get('/api/devices/d-lent/completeness', token), 404, 'not_found')
  })

  it('a thousand missing ranges are listed and the rest counted, over many pages of readings', async () => {
    await fixture.sql`
      insert into telemetry (vehicle_id, time, received_at, device_id, seq)
      select vehicle_id, timestamptz '2026-11-21T00:00:00Z' + n * interval '1 s', now(), id, n + n / 10
      from devices, generate_series(0, 25000) as n where key = 'd-v1'`
    const body = await of('devices/d-v1', 'from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z')
    expect(body.counts.stored).to.equal(25_001)
    expect(body).to.include({
      missing_total: 2500,
      missing_cut: true,
      first_seq: 0,
      last_seq: 27_500,
      restarts: 0,
    })
    expect(body.missing).to.have.length(1000)
    expect(rangesOf(body).slice(0, 2)).to.deep.equal([
      [10, 10],
      [21, 21],
    ])
  })

  it('completeness of a device covers at most a hundred vehicles, the current and most recent ones', async () => {
    await fixture.sql`
      insert into device_vehicles (device_id, vehicle_id, since)
      select id, 1000000 + n, now() + n * interval '1 day' from devices, generate_series(1, 100) as n where key = 'd-v1'`
    await fixture.sql`
      insert into telemetry (vehicle_id, time, received_at, device_id)
      select vehicle_id, '2026-11-21T08:00:00Z', now(), device_id from device_vehicles
      where device_id = (select id from devices where key = 'd-v1') and vehicle_id > 1000000`
    await store('v1', [[0, 1]])
    expect((await of('devices/d-v1')).counts.stored).to.equal(100)
    await fixture.sql`delete from device_vehicles where vehicle_id > 1000000`
  })

  it('a period with too many readings is refused', async () => {
    await store('v1', [
      [0, 1],
      [1, 2],
      [2, 3],
    ])
    const device = await findDeviceInVehicles(fixture.sql, ADMIN, 'd-v1')
    if (device === undefined) throw new Error('no such device')
    const period = { fromUs: Date.parse(at(0)) * 1000, toUs: Date.parse(at(3600)) * 1000 }
    expect(await computeCompleteness(fixture.sql, device, period, 60, 3)).to.include({ stored: 3 })
    const refused = await computeCompleteness(fixture.sql, device, period, 60, 2)
    expect(refused).to.have.property('refused', 'invalid_request')
  })

  it('invalid queries for completeness are refused', async () => {
    const cases: [string, string[]][] = [
      ['from=x', ['/from']],
      ['to=x', ['/to']],
      ['from=2026-11-21T08:00:00Z&to=2026-11-20T08:00:00Z', ['/to']],
      ['from=2026-10-01T00:00:00Z&to=2026-11-21T08:00:00Z', ['/from']],
      ['late_after_s=-1', ['/late_after_s']],
      ['late_after_s=1.5', ['/late_after_s']],
    ]
    for (const path of ['devices/d-v1', 'vehicles/v1'])
      for (const [query, pointers] of cases)
        expectProblem(
          await fixture.get(`/api/${path}/completeness?${query}`),
          400,
          'invalid_request',
          pointers,
        )
  })
})
