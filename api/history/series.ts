import type { Sql } from '../../sql/connect.ts'
import type { Refusal } from '../http/refusal.ts'
import { createBuckets } from './buckets.ts'
import type { HistoryFilter } from './filter.ts'
import type { RequestedVehicles } from './filter-sql.ts'
import { POINTS_MAX, pointsOf } from './points.ts'
import type { Series, SeriesQuery, SeriesReply } from './series-reply.ts'

/** Answers requests for vehicles' histories with `bucket` or `points`. */
export function createHistorySeries(options: { now: () => number }) {
  const bucketsOf = createBuckets(options)

  return async (
    sql: Sql,
    vehicles: RequestedVehicles,
    query: SeriesQuery,
    filter: HistoryFilter,
    reply: SeriesReply,
  ): Promise<Series | Refusal> => {
    const { bucket, points = POINTS_MAX } = query
    if (bucket !== undefined) return bucketsOf(sql, vehicles, { ...query, bucket }, filter, reply)
    return pointsOf(sql, vehicles, { ...query, points }, filter, reply)
  }
}
