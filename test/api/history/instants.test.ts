import { expect } from 'chai'
import { findExtents, readSeries } from '../../../api/history/series-queries.ts'
import { makeClaims } from '../../../contract/claims.ts'
import type { Reading } from '../../../contract/telemetry.ts'
import { expectProblem } from '../fixture.ts'
import { at, openHistoryFixture, type HistoryFixture } from './history-fixture.ts'

/** Neither ascending nor descending, so that only the order of `nth` yields them. */
const SPEEDS = [5, 9, 1, 7]

/** Readings at each of these seconds, one for each of `values`, stored in reverse. `seq` numbers all in order. */
function instants(seconds: readonly number[], values: readonly Reading[]): (Reading & { nth: number })[] {
  return seconds
    .flatMap((second, n) =>
      values.map((value, nth) => ({ time: at(second), nth, seq: n * values.length + nth, ...value })),
    )
    .toReversed()
}

/** Drops the unique index, which would order rows even for a query without `order by`. */
async function dropIndex({ sql }: HistoryFixture): Promise<void> {
  const [index] = await sql<{ name: string }[]>`
    select indexrelid::regclass::text as name from pg_index where indrelid = 'telemetry'::regclass and indisunique`
  if (index === undefined) throw new Error('telemetry has no unique index')
  await sql`drop index ${sql(index.name)}`
}

describe('several readings of one instant', () => {
  let fixture: HistoryFixture
  before(async () => {
    fixture = await openHistoryFixture()
    await dropIndex(fixture)
    const drive = SPEEDS.map((speed): Reading => ({ speed, lat: speed, lon: -speed }))
    await fixture.insert('v1', instants([0, 1, 5], drive))
    await fixture.insert('v2', instants([1], drive.slice(1)))
    await fixture.insert('v3', instants([0, 1], [{ status: 'on' }, { speed: 3 }, { rpm: 700 }, { speed: 2 }]))
  })
  after(() => fixture.close())

  const get = (path: string) => fixture.read(path)
  const nameOf = ({ vehicle, seq }: { vehicle: string; seq: number }) => `${vehicle}.${seq}`
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

  it('readings of one instant are listed in the order of nth, forward and backward', async () => {
    const all = [
      ...numbers(12).map((n) => `v1.${n}`),
      ...numbers(3).map((n) => `v2.${n}`),
      ...numbers(8).map((n) => `v3.${n}`),
    ]
    const path = '/api/telemetry?vehicles=v1,v2,v3&fields=seq'
    expect((await get(path)).items.map(nameOf)).to.deep.equal(all)
    expect((await get(`${path}&order=desc`)).items.map(nameOf)).to.deep.equal(all.toReversed())
    expect((await get(path)).items[0]).to.have.all.keys('time', 'vehicle', 'seq')
  })

  for (const order of ['asc', 'desc'])
    for (const where of ['seq>=0', 'speed>2', `seq!=5&from=${at(1)}&to=${at(5)}`])
      for (const limit of [1, 2, 3, 5, 9, 30])
        it(`pages of ${limit} (${order}, ${where.slice(0, 7)}) have each reading once, there and back`, async () => {
          const path = `/api/telemetry?vehicles=v1,v2,v3&fields=seq&order=${order}&where=${where}`
          const { items: all } = await get(path)
          const pages: { seq: number; vehicle: string }[][] = []
          let page = await get(`${path}&limit=${limit}`)
          for (;;) {
            pages.push(page.items)
            if (page.next_cursor === null) break
            expect(pages.length, 'pages').to.be.below(30)
            page = await get(`${path}&limit=${limit}&cursor=${page.next_cursor}`)
          }
          expect(pages.flat().map(nameOf)).to.deep.equal(all.map(nameOf))
          for (const items of pages.slice(0, -1).toReversed()) {
            page = await get(`${path}&limit=${limit}&cursor=${page.prev_cursor}`)
            expect(page.items).to.deep.equal(items)
          }
          expect(page.prev_cursor).to.equal(null)
        })

  it('an older cursor without nth does not skip readings of its instant', async () => {
    const read = async (place: string, order: string) => {
      const cursor = Buffer.from(`telemetry:${place}`).toString('base64url')
      const path = `/api/vehicles/v1/telemetry?fields=seq&order=${order}&cursor=${cursor}`
      return (await get(path)).items.map(({ seq }: { seq: number }) => seq)
    }
    const us = Date.parse(at(1)) * 1000
    expect(await read(`n${us}.v1`, 'asc')).to.deep.equal([5, 6, 7, 8, 9, 10, 11])
    expect(await read(`n${us}.v1`, 'desc')).to.deep.equal([3, 2, 1, 0])
    expect(await read(`p${us}.v1`, 'asc')).to.deep.equal([0, 1, 2, 3])
    expect(await read(`n${us}.2.v1`, 'asc')).to.deep.equal([7, 8, 9, 10, 11])
    expect(await read(`n${us}.99999.v1`, 'asc')).to.deep.equal([8, 9, 10, 11])
    for (const nth of ['0', '-1', '100000', '']) {
      const cursor = Buffer.from(`telemetry:n${us}.${nth}.v1`).toString('base64url')
      const answer = await fixture.get(`/api/vehicles/v1/telemetry?cursor=${cursor}`)
      expectProblem(answer, 400, 'invalid_request', ['/cursor'])
    }
  })

  it('readings of one instant are exported in the order of nth, in every format', async () => {
    const speeds = [...SPEEDS, ...SPEEDS, ...SPEEDS]
    const read = (query: string) => get(`/api/telemetry/export?vehicles=v1&${query}`)
    const lines = async (query: string): Promise<string[]> => (await read(query)).trimEnd().split('\n')
    expect(
      (await lines('format=csv&fields=speed')).slice(1).map((it) => Number(it.split(',')[2])),
    ).to.deep.equal(speeds)
    expect((await lines('format=ndjson&fields=speed')).map((it) => JSON.parse(it).speed)).to.deep.equal(
      speeds,
    )
    const points = (await read('format=geojson&fields=speed')).features
    expect(points.map((it: { properties: { speed: number } }) => it.properties.speed)).to.deep.equal(speeds)
    const line = (await read('format=geojson&geometry=line')).features[0].geometry.coordinates
    expect(line).to.deep.equal(speeds.map((it) => [-it, it]))
    const gpx: string = await read('format=gpx')
    expect(Array.from(gpx.matchAll(/lat="(\d)"/g), ([, lat]) => Number(lat))).to.deep.equal(speeds)
  })

  it('first and last of a bucket follow nth, in few buckets and in many', async () => {
    const figures = async (query: string, width: number, vehicle = 'v1') => {
      const path = `/api/vehicles/${vehicle}/telemetry?from=${at(0)}&to=${at(60)}&bucket=${width}s&fields=speed`
      const { items } = await get(`${path}&aggregates=first,last,count&${query}`)
      return items.map(({ speed }: { speed: object }) => Object.values(speed))
    }
    for (const [width, times] of [
      [1, 3],
      [2, 2],
      [20, 1],
    ] as const) {
      const counts = { 1: [4, 4, 4], 2: [8, 4], 20: [12] }[width]
      expect(await figures('', width)).to.deep.equal(counts.map((count) => [5, 7, count]))
      // The first and the last reading of each instant do not match.
      expect(await figures('where=speed!=5,speed!=7', width)).to.deep.equal(
        counts.map((count) => [9, 1, count / 2]),
      )
      expect(
        (await figures('', width, 'v3')).every(([first, last]: number[]) => first === 3 && last === 2),
      ).to.equal(true)
      expect(await figures('', width)).to.have.length(times)
    }
  })

  it('an hour counts all readings of each instant', async () => {
    const [row] = await fixture.sql`
      select readings, speed_max from telemetry_1h join vehicles on vehicles.id = vehicle_id where key = 'v1'`
    expect(row).to.deep.equal({ readings: 12, speed_max: 9 })
  })

  it('the newest position is the last with a position in its instant', async () => {
    await fixture.insert('n1', [
      { time: at(1), nth: 0, lat: 1, lon: 1 },
      { time: at(1), nth: 3, status: 'sos' },
      { time: at(1), nth: 2, lat: 3, lon: 3 },
      { time: at(1), nth: 1, lat: 2, lon: 2 },
    ])
    const path = '/api/vehicles/n1/position'
    expect(await get(path)).to.include({ lat: 3 })
    await fixture.sql`
      insert into positions (vehicle_id, time, received_at, lat, lon)
      select id, ${at(1)}::text::timestamptz, now(), 1, 1 from vehicles where key = 'n1'`
    expect(await get(path)).to.include({ lat: 3 })
  })

  it("all readings of an instant are deleted with their vehicle's history", async () => {
    await fixture.call('POST', '/api/vehicles', { body: { key: 'gone' } })
    await fixture.insert('gone', instants([0], [{ speed: 1 }, { rpm: 1 }]))
    await fixture.call('DELETE', '/api/vehicles/gone?history=delete')
    const { items } = await get('/api/audit-log?subject=vehicle:gone')
    expect(items[0].after).to.deep.equal({ readings_deleted: 2 })
  })
})

describe('many readings of few instants', () => {
  /** Half of this is more than a page of points: two queries share the time. */
  const COUNT = 105_007
  /** Pages of exports, completeness and points all end within an instant: 7 divides neither 10,000 nor 50,000. */
  const AT_ONCE = 7
  let fixture: HistoryFixture
  before(async () => {
    fixture = await openHistoryFixture()
    await dropIndex(fixture)
    await fixture.sql`
      insert into telemetry (vehicle_id, device_id, time, nth, received_at, odometer, seq)
      select vehicles.id, devices.id, timestamptz '2026-11-21T00:00:00.000001Z' + n / ${AT_ONCE}::int * interval '1 s',
        n % ${AT_ONCE}::int, now(), n, n / ${AT_ONCE}::int * ${AT_ONCE}::int + ${AT_ONCE - 1}::int - n % ${AT_ONCE}::int
      from vehicles join devices on devices.vehicle_id = vehicles.id, generate_series(0, ${COUNT - 1}::int) as n
      where vehicles.key = 'v1'
      order by n desc`
    await fixture.sql`analyze telemetry`
  })
  after(() => fixture.close())

  it('an export has each reading of an instant once, in order', async () => {
    const { body } = await fixture.get('/api/telemetry/export?format=csv&vehicles=v1&fields=odometer')
    const exported = body
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((it: string) => Number(it.split(',')[2]))
    expect(exported).to.deep.equal(Array.from({ length: COUNT }, (_, n) => n))
  })

  it('points include each reading of an instant once, in order', async () => {
    const caller = makeClaims({ sub: '1', role: 'admin', aud: 'api', jti: '', nowS: 0, lifetimeS: 60 })
    const query = {
      field: 'odometer',
      filter: { range: { fromUs: undefined, toUs: undefined }, conditions: [] },
    } as const
    const [extent] = await findExtents(fixture.sql, { keys: ['v1'], caller }, query)
    if (extent === undefined) throw new Error('no readings')
    const values: number[] = []
    for await (const page of readSeries(fixture.sql, { ...query, ...extent }, extent))
      for (const { value } of page) values.push(value)
    expect(values).to.deep.equal(Array.from({ length: COUNT }, (_, n) => n))
  })

  it('completeness reads each reading of an instant once, in order of counts', async () => {
    const period = 'from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z'
    const { body } = await fixture.get(`/api/devices/d-v1/completeness?${period}`)
    expect(body).to.deep.include({
      counts: { received: COUNT, stored: COUNT, duplicates: 0, rejected: 0, late: COUNT },
      first_seq: 0,
      last_seq: COUNT - 1,
      restarts: 0,
      missing_total: 0,
    })
    const ofVehicle = await fixture.get(`/api/vehicles/v1/completeness?${period}`)
    expect(ofVehicle.body.counts.stored).to.equal(COUNT)
  })

  it('completeness reads an instant of more than a page', async () => {
    await fixture.sql`
      insert into telemetry (vehicle_id, device_id, time, nth, received_at, seq)
      select vehicles.id, devices.id, timestamptz '2026-11-20T00:00:00Z' + n / 25000 * interval '1 s', n % 25000, now(), n
      from vehicles join devices on devices.vehicle_id = vehicles.id, generate_series(0, 25007) as n
      where vehicles.key = 'v2'`
    const period = 'from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z'
    const { body } = await fixture.get(`/api/devices/d-v2/completeness?${period}`)
    expect(body.counts.stored).to.equal(25_008)
    expect(body).to.include({ first_seq: 0, last_seq: 25_007, restarts: 0, missing_total: 0 })
  })
})
