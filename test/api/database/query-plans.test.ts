import { expect } from 'chai'
import { fromUs } from '../../../api/database/columns.ts'
import { matching } from '../../../api/history/filter-sql.ts'
import { readArrivals } from '../../../api/completeness/arrivals.ts'
import { listLatest } from '../../../api/latest/queries.ts'
import { listLive } from '../../../api/live/queries.ts'
import { listPositions } from '../../../api/positions/queries.ts'
import { listVehicles } from '../../../api/vehicles/queries.ts'
import { readLines } from '../../../api/export/queries.ts'
import { readSeries } from '../../../api/history/series-queries.ts'
import { findPosition, listReadings } from '../../../api/history/reading-queries.ts'
import { makeClaims } from '../../../contract/claims.ts'
import type { Sql } from '../../../sql/connect.ts'
import { migrate } from '../../../sql/migrate.ts'
import { explain } from '../../bench/query-plans.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'

const HOUR_US = 3_600_000_000

const ends = ({ fromUs: firstUs, toUs: lastUs }: { fromUs: number; toUs: number }) => ({ firstUs, lastUs })

/** Requests two pages; the second begins after the first. */
async function takeTwo(pages: AsyncGenerator): Promise<void> {
  await pages.next()
  await pages.next()
}

describe('query plans', () => {
  let plain: TestDatabase
  before(async () => {
    plain = await openTestDatabase({ migrated: false })
    await migrate(plain.sql, { flavour: 'plain' })
  })
  after(() => plain.drop())

  it('a query for an hour is planned for the one partition of its day', async () => {
    const { sql } = plain
    const day = new Date().toISOString().slice(0, 10)
    const midnightUs = Date.parse(day) * 1000
    const range = { fromUs: midnightUs + HOUR_US, toUs: midnightUs + 2 * HOUR_US }
    const rows = await sql`
      explain select from telemetry where vehicle_id = 1 ${matching(sql, { range, conditions: [] })}`
    const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
    expect([...plan.matchAll(/ on (telemetry_\w+)/g)].map(([, name]) => name)).to.deep.equal([
      `telemetry_${day.replaceAll('-', '')}`,
    ])
    // Otherwise they are planned, and excluded only at run time.
    expect(plan).to.not.include('Removed')
  })

  it('a query for the newest position begins with the partitions of a few days', async () => {
    const { sql } = plain
    await sql`insert into vehicles (key) values ('v1')`
    const admin = makeClaims({ sub: '1', role: 'admin', aud: 'api', jti: '', nowS: 0, lifetimeS: 60 })
    const plans = await explain(sql, async (spy) => findPosition(spy, admin, 'v1'))
    // The first query covers the newest days; the second covers everything, because there is no position.
    const first = plans.slice(
      0,
      plans.findLastIndex((line) => line.startsWith('select')),
    )
    expect(first[0]).to.match(/^select/)
    const read = new Set(first.flatMap((line) => /\btelemetry_\d{8}\b/.exec(line) ?? []))
    // There are partitions from yesterday to a week ahead.
    expect(read.size).to.be.within(1, 3)
  })

  it('a page after a reading begins there in the index, and sorts nothing', async () => {
    const { sql } = plain
    await sql`
      insert into telemetry (vehicle_id, time, nth, received_at, device_id, speed)
      select 1, date_trunc('day', now(), 'UTC') + n / 3 * interval '1 s', n % 3, now(), 1, n
      from generate_series(0, 60000) as n`
    await sql`analyze telemetry`
    const caller = makeClaims({ sub: '1', role: 'admin', aud: 'api', jti: '', nowS: 0, lifetimeS: 60 })
    const fromDayUs = Date.parse(new Date().toISOString().slice(0, 10)) * 1000
    const range = { fromUs: fromDayUs, toUs: fromDayUs + 24 * HOUR_US }
    const filter = { range, conditions: [], columns: ['speed'] as const }
    const behind = { timeUs: fromDayUs + HOUR_US, nth: 1 }
    const page = { behind, limit: 100, named: false, reversed: false }
    const vehicles = { keys: ['v1'], caller }
    const pages = (order: 'asc' | 'desc') => async (spy: Sql) =>
      listReadings(spy, vehicles, filter, { ...page, order })
    const csv = { format: 'csv', isRaw: false, track: { hasAltitudes: false, crosses: false } } as const
    const walks: [string, (spy: Sql) => Promise<unknown>][] = [
      ['a page', pages('asc')],
      ['a page backward', pages('desc')],
      [
        'an export',
        async (spy) =>
          takeTwo(readLines(async (ask) => ask(spy), { id: 1, key: 'v1', seenFromUs: null }, filter, csv)),
      ],
      [
        'points',
        async (spy) => readSeries(spy, { vehicleId: 1, field: 'speed', filter }, ends(range)).next(),
      ],
      ['completeness', async (spy) => takeTwo(readArrivals(spy, 1, { deviceId: 1, period: range }))],
    ]
    for (const [what, ask] of walks) {
      const plan = (await explain(sql, ask)).join('\n')
      expect(plan, what).to.match(/Index Scan( Backward)? using telemetry_\d{8}_vehicle_id_time_nth_idx/)
      if (/page|export/.test(what))
        expect(plan, what).to.match(/Index Cond: .*ROW\("?time"?, nth\) [<>] ROW\(/)
      expect(plan, what).to.not.match(/Sort|Seq Scan on telemetry/)
    }
  })

  it("a user's list in a large fleet reads no vehicle of other users", async () => {
    const { sql } = plain
    const users = await sql<{ id: number }[]>`
      insert into users (email, password_hash, role)
      select 'lists-' || n || '@example.com', '', 'user' from generate_series(1, 2) n returning id`
    const [one, other] = users.map(({ id }) => id)
    await sql`
      insert into vehicles (key, created_by)
      select 'list-' || n, case n when 7 then ${one ?? 0}::bigint else ${other ?? 0} end from generate_series(1, 5000) n`
    await sql`
      insert into positions (vehicle_id, time, received_at, lat, lon)
      select id, now(), now(), 59, 18 from vehicles where key like 'list-%'`
    await sql`insert into devices (key, vehicle_id) select key, id from vehicles where key like 'list-%'`
    await sql`analyze vehicles, positions, devices`
    const caller = makeClaims({ sub: String(one), role: 'user', aud: 'api', jti: '', nowS: 0, lifetimeS: 60 })
    const filter = { group: undefined, tag: undefined, search: undefined }
    const page = { after: undefined, limit: 100 }
    const lists: [string, (spy: Sql) => Promise<unknown>][] = [
      ['vehicles', async (spy) => listVehicles(spy, caller, { ...filter, ...page })],
      ['live', async (spy) => listLive(spy, caller, { ...page, staleAfterS: 600 })],
      ['latest', async (spy) => listLatest(spy, caller, { ...filter, ...page, staleAfterS: 600 })],
      ['positions', async (spy) => listPositions(spy, caller, { ...filter, ...page })],
    ]
    for (const [what, list] of lists) {
      const plan = (await explain(sql, list)).join('\n')
      const removed = [...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, rows]) => Number(rows))
      expect(Math.max(0, ...removed), `${what}\n${plan}`).to.be.lessThan(100)
    }
  })

  it('a bound in microseconds is exact', async () => {
    const { sql } = plain
    const [row] = await sql`
      select ${fromUs(sql, 1_792_000_000_123_456)} - ${fromUs(sql, 1_792_000_000_123_455)} = interval '1 us' as "isOne"`
    expect(row).to.deep.equal({ isOne: true })
  })
})
