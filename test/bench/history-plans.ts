import { listBuckets } from '../../api/history/bucket-queries.ts'
import { readLines } from '../../api/export/queries.ts'
import { listPositions } from '../../api/positions/queries.ts'
import { readSeries } from '../../api/history/series-queries.ts'
import { COLUMNS } from '../../api/history/columns.ts'
import { readBuckets } from '../../api/history/bucket-width.ts'
import { isRefusal } from '../../api/http/refusal.ts'
import { makeClaims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import type { History } from './history-readings.ts'
import { explain } from './query-plans.ts'

const DAY_MS = 86_400_000

/** Prints the query plans of the slow queries. */
export async function printHistoryPlans(sql: Sql, history: History): Promise<void> {
  const { fromMs, toMs, dense, month } = history
  const admin = makeClaims({ sub: '1', role: 'admin', aud: 'api', jti: 'bench', nowS: 0, lifetimeS: 0 })
  const range = (from: number, to: number) => ({ fromUs: from * 1000, toUs: to * 1000 })
  const vehicleIdOf = async (n: number) => {
    const [vehicle] = await sql<{ id: number }[]>`select id from vehicles where key = ${`vehicle-${n}`}`
    return vehicle?.id ?? 0
  }
  const buckets = readBuckets({ bucket: '1h' }, range(fromMs, toMs), 0)
  if (isRefusal(buckets)) throw new Error(buckets.detail)
  const denseId = await vehicleIdOf(dense.vehicle)
  const exported = {
    id: await vehicleIdOf(history.export.vehicle),
    key: `vehicle-${history.export.vehicle}`,
    seenFromUs: null,
  }
  const questions: Record<string, (sql: Sql) => Promise<unknown>> = {
    'newest positions of all': (spy) =>
      listPositions(spy, admin, { group: undefined, after: undefined, limit: 10_000 }),
    'a day as points': async (spy) => {
      const filter = { range: range(dense.dayMs, dense.dayMs + DAY_MS), conditions: [] }
      const extent = { firstUs: filter.range.fromUs, lastUs: filter.range.toUs }
      await readSeries(spy, { vehicleId: denseId, field: 'speed', filter }, extent).next()
    },
    'a month in buckets of 1 h': (spy) => {
      const aggregates = ['min', 'max', 'avg', 'first', 'last', 'count'] as const
      return listBuckets(spy, {
        vehicles: { keys: [`vehicle-${month.first}`], caller: admin },
        fields: ['speed'],
        aggregates,
        buckets,
        conditions: [],
      })
    },
    'a page of the CSV export': async (spy) => {
      const filter = { range: { fromUs: undefined, toUs: undefined }, columns: COLUMNS, conditions: [] }
      const track = { hasAltitudes: false, crosses: false }
      await readLines(async (ask) => ask(spy), exported, filter, {
        format: 'csv',
        isRaw: false,
        track,
      }).next()
    },
  }
  for (const [what, ask] of Object.entries(questions)) {
    console.log(`\n-- ${what}`)
    for (const line of await explain(sql, ask)) console.log(line)
  }
}
