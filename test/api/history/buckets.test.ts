import { expect } from 'chai'
import fc from 'fast-check'
import { fillGaps } from '../../../api/history/fill-gaps.ts'
import { listBuckets } from '../../../api/history/bucket-queries.ts'
import { listHourlyBuckets, isHourly } from '../../../api/history/hourly-bucket-queries.ts'
import { makeClaims } from '../../../contract/claims.ts'
import { expectProblem } from '../fixture.ts'
import { at, openHistoryFixture, type HistoryFixture } from './history-fixture.ts'

const HOUR_US = 3_600_000_000

describe('history buckets', () => {
  let fixture: HistoryFixture
  before(async () => {
    fixture = await openHistoryFixture()
    await fixture.insert('v1', [
      { time: at(0), speed: 5 },
      { time: at(10), rpm: 100 },
      { time: at(20), speed: 1, rpm: 200 },
      { time: at(59), speed: 3 },
      { time: at(60), speed: 7 },
      { time: at(180), speed: 8 },
      { time: at(200), status: 'idle' },
      { time: at(240), status: 'idle' },
    ])
    await fixture.insert('v2', [{ time: at(61), speed: 10 }])
  })
  after(() => fixture.close())

  const read = async (query: string, path = '/api/vehicles/v1/telemetry') => {
    const { items } = await fixture.read(`${path}?from=${at(0)}&to=${at(300)}&${query}`)
    return items
  }

  it('a bucket has the smallest, largest, mean, first and last value, and their number', async () => {
    expect(await read('bucket=1m&fields=speed,rpm')).to.deep.equal([
      {
        time: at(0),
        speed: { min: 1, max: 5, avg: 3, first: 5, last: 3, count: 3 },
        rpm: { min: 100, max: 200, avg: 150, first: 100, last: 200, count: 2 },
      },
      {
        time: at(60),
        speed: { min: 7, max: 7, avg: 7, first: 7, last: 7, count: 1 },
        rpm: { min: null, max: null, avg: null, first: null, last: null, count: 0 },
      },
      {
        time: at(180),
        speed: { min: 8, max: 8, avg: 8, first: 8, last: 8, count: 1 },
        rpm: { min: null, max: null, avg: null, first: null, last: null, count: 0 },
      },
    ])
  })

  it('headings and longitudes are averaged across 360 and 180 degrees', async () => {
    const meansOf = async (field: 'heading' | 'lon', ...buckets: number[][]) => {
      await fixture.sql`delete from telemetry where vehicle_id = (select id from vehicles where key = 'n1')`
      const readings = buckets.flatMap((angles, minute) =>
        angles.map((angle, n) => {
          const time = at(minute * 60 + n)
          return field === 'lon' ? { time, lat: 1, lon: angle } : { time, heading: angle }
        }),
      )
      await fixture.insert('n1', readings)
      const query = `bucket=1m&fields=${field}&aggregates=avg,count&fill=previous`
      const items: Record<string, { avg: number | null }>[] = await read(query, '/api/vehicles/n1/telemetry')
      return items.map((it) => it[field]?.avg ?? null)
    }
    // One bucket is a gap, which is filled with the previous one.
    expect(await meansOf('heading', [1, 359], [350, 10, 30], [], [359, 358, 357, 0], [90])).to.deep.equal([
      0, 10, 10, 358.5, 90,
    ])
    expect(await meansOf('heading', [360], [360, 360], [0, 360, 2], [180, 182], [270, 350])).to.deep.equal([
      0, 0, 0.666636578, 181, 310,
    ])
    expect(await meansOf('heading', [0, 180])).to.deep.equal([null, null, null, null, null])
    const sides = [
      [179, -179],
      [178, -179, -176],
      [10, 20, 60],
      [-180, 180],
      [-1, 1],
    ]
    expect(await meansOf('lon', ...sides)).to.deep.equal([180, -179, 30, 180, 0])
  })

  it('a bucket has only the requested aggregates, of the readings that match', async () => {
    expect(await read('bucket=30s&fields=speed&aggregates=count,max&where=speed>1,speed<8')).to.deep.equal([
      { time: at(0), speed: { max: 5, count: 1 } },
      { time: at(30), speed: { max: 3, count: 1 } },
      { time: at(60), speed: { max: 7, count: 1 } },
    ])
  })

  it('gaps are filled with nulls, or with the previous bucket', async () => {
    const speeds = async (fill: string) => {
      const items = await read(`bucket=1m&fields=speed&aggregates=last,count&fill=${fill}`)
      expect(items.map(({ time }: { time: string }) => time)).to.deep.equal([0, 60, 120, 180, 240].map(at))
      return items.map(({ speed }: { speed: { last: number | null; count: number } }) => [
        speed.last,
        speed.count,
      ])
    }
    expect(await speeds('null')).to.deep.equal([
      [3, 3],
      [7, 1],
      [null, 0],
      [8, 1],
      [null, 0],
    ])
    expect(await speeds('previous')).to.deep.equal([
      [3, 3],
      [7, 1],
      [7, 0],
      [8, 1],
      [8, 0],
    ])
  })

  it('buckets of many vehicles name their vehicle', async () => {
    const items = await read('vehicles=v2,v1&bucket=5m&fields=speed&aggregates=max', '/api/telemetry')
    expect(items).to.deep.equal([
      { time: at(0), vehicle: 'v1', speed: { max: 8 } },
      { time: at(0), vehicle: 'v2', speed: { max: 10 } },
    ])
  })

  it('each bucket appears once when two queries read the period', async () => {
    const ask = async (end: number, width: number) => {
      const query = `vehicles=v1,v2&bucket=${width}s&fields=speed&aggregates=max,count`
      const { body } = await fixture.get(`/api/telemetry?from=${at(1)}&to=${at(end)}&${query}`)
      return body.items.map(
        (it: { time: string; vehicle: string; speed: { max: number; count: number } }) => {
          return [it.vehicle, it.time, it.speed.max, it.speed.count]
        },
      )
    }
    const expected = (end: number, width: number) => {
      const start = (seconds: number) => at(Math.floor(seconds / width) * width)
      const speeds = { 20: 1, 59: 3, 60: 7, 180: 8 }
      const rows = Object.entries(speeds)
        .filter(([seconds]) => Number(seconds) < end)
        .map(([seconds, speed]) => ['v1', start(Number(seconds)), speed, 1])
      return [...rows, ['v2', start(61), 10, 1]]
    }
    // The second half begins at 60 s, at 59 s, and at 150 s.
    for (const [end, width] of [
      [120, 2],
      [119, 1],
      [299, 5],
    ] as const)
      expect(await ask(end, width), `${width} s to ${end} s`).to.deep.equal(expected(end, width))
  })

  it('daily buckets begin at midnight UTC, and weekly ones on Mondays', async () => {
    const first = async (bucket: string) => (await read(`bucket=${bucket}&fields=speed`))[0].time
    expect(await first('1d')).to.equal('2026-11-21T00:00:00.000Z')
    expect(await first('7d')).to.equal('2026-11-16T00:00:00.000Z')
  })

  it('buckets of an unknown or hidden vehicle are 404, with gaps filled or not', async () => {
    const query = `from=${at(0)}&to=${at(300)}&bucket=1m&fields=speed`
    for (const [key, token] of [
      ['nowhere', undefined],
      ['v1', fixture.user],
    ] as const)
      for (const more of ['', '&fill=null']) {
        const answer = await fixture.get(`/api/vehicles/${key}/telemetry?${query}${more}`, token)
        expectProblem(answer, 404, 'not_found')
      }
    const { body } = await fixture.get(`/api/vehicles/own/telemetry?${query}&fill=null`, fixture.user)
    expect(body.items).to.have.length(5)
  })

  it('buckets without an end run up to the current one', async () => {
    const from = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000).toISOString()
    const { body } = await fixture.get(
      `/api/vehicles/v1/telemetry?from=${from}&bucket=1h&fields=speed&fill=null`,
    )
    expect(body.items.length).to.be.within(2, 3)
  })

  it('buckets from whole hours equal those from the readings', async () => {
    const { sql } = fixture
    await sql`
      insert into telemetry (vehicle_id, time, received_at, speed, odometer, fuel_rate)
      select id, timestamptz '2026-11-20T00:00:00Z' + n * interval '10 minutes', now(), n, n * 2, case when n % 7 > 2 then n end
      from vehicles, generate_series(0, 100) as n where key = 'v3'`
    const caller = makeClaims({ sub: '1', role: 'admin', aud: 'api', jti: '', nowS: 0, lifetimeS: 60 })
    const fromUs = Date.UTC(2026, 10, 20) * 1000
    const ask = (hours: number, more: object) => ({
      vehicles: { keys: ['v3'], caller },
      fields: ['odometer'] as const,
      aggregates: ['min', 'max'] as const,
      conditions: [],
      ...more,
      buckets: {
        widthUs: hours * HOUR_US,
        fromUs,
        toUs: fromUs + 24 * HOUR_US,
        firstUs: fromUs,
        count: 24 / hours,
      },
    })
    for (const query of [
      ask(1, {}),
      ask(6, {}),
      ask(1, { fields: ['speed', 'fuel_rate'], aggregates: ['avg'] }),
      ask(3, { fields: ['speed'], aggregates: ['max'] }),
    ]) {
      expect(isHourly(query)).to.equal(true)
      const rows = await listBuckets(sql, query)
      expect(rows.length).to.be.greaterThan(2)
      expect(await listHourlyBuckets(sql, query)).to.deep.equal(rows)
    }
    expect(isHourly(ask(2, { fields: ['speed'], aggregates: ['avg'] }))).to.equal(false)
    expect(isHourly(ask(1, { fields: ['speed'], aggregates: ['first'] }))).to.equal(false)
    expect(isHourly(ask(0.5, {}))).to.equal(false)
  })

  it('filled buckets are complete and in order, however many are missing', () => {
    const buckets = { firstUs: 0, widthUs: 10, fromUs: 0, toUs: 1000, count: 100 }
    const place = fc
      .uniqueArray(fc.integer({ min: 0, max: 99 }))
      .map((places) => places.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(place, fc.constantFrom('null' as const, 'previous' as const), (places, fill) => {
        const there = places.map((it) => ({ timeUs: it * 10, fields: { speed: { max: it, count: 1 } } }))
        const filled = fillGaps(there, buckets, ['speed'], ['max', 'count'], fill)
        expect(filled.map(({ timeUs }) => timeUs)).to.deep.equal(
          Array.from({ length: 100 }, (_, n) => n * 10),
        )
        for (const [n, { fields }] of filled.entries()) {
          const before = places.findLast((it) => it <= n) ?? null
          const isThere = places.includes(n)
          const max = isThere || fill === 'previous' ? before : null
          expect(fields['speed']).to.deep.equal({ max, count: isThere ? 1 : 0 })
        }
      }),
      { numRuns: 20 },
    )
  })
})
