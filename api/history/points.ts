import { isAngle } from '../../contract/telemetry.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { isRefusal, refuse, refuseFaults, type Refusal } from '../http/refusal.ts'
import { readNumberFields, type HistoryFilter } from './filter.ts'
import type { RequestedVehicles } from './filter-sql.ts'
import type { Series, SeriesQuery, SeriesReply } from './series-reply.ts'
import { findExtents, readSeries } from './series-queries.ts'
import { createThinning } from './thinning.ts'
import { createUnwind } from './unwind.ts'

/**
 * Points of one vehicle's chart.
 * @limit points of one vehicle in a reply | 400
 */
export const POINTS_MAX = 5000
/**
 * Points of all vehicles in one reply.
 * @limit points of a reply | 400
 */
const POINTS_TOTAL_MAX = 10_000
/**
 * Readings that are read for the points of one reply: some ten seconds' work.
 * @limit readings that are read for points | 400
 */
const READINGS_MAX = 20_000_000

/** Nobody receives this reply. */
const gone = refuse('unavailable', 'the client has disconnected')

/** The points of one field for charts: of each vehicle at most `query.points`. */
export async function pointsOf(
  sql: Sql,
  vehicles: RequestedVehicles,
  query: SeriesQuery & { points: number },
  filter: HistoryFilter,
  { named, hasLeft }: SeriesReply,
): Promise<Series | Refusal> {
  const fields = readNumberFields(query, filter)
  if (isRefusal(fields)) return fields
  const [field, another] = fields
  if (field === undefined || another !== undefined) {
    const detail = 'must be exactly one field with points'
    return refuseFaults('invalid_request', [{ code: 'too_many_values', pointer: '/fields', detail }])
  }
  const { keys } = vehicles
  if (query.points * keys.length > POINTS_TOTAL_MAX) {
    const detail = `gives more than ${POINTS_TOTAL_MAX} points of ${keys.length} vehicles together`
    return refuseFaults('invalid_request', [{ code: 'out_of_range', pointer: '/points', detail }])
  }

  const items: Record<string, unknown>[] = []
  let readings = 0
  for (const { vehicleId, vehicle, ...extent } of await findExtents(sql, vehicles, { field, filter })) {
    if (hasLeft()) return gone
    const thinning = createThinning({ count: query.points, ...extent })
    const unwind = isAngle(field) ? createUnwind() : undefined
    for await (const page of readSeries(sql, { vehicleId, field, filter }, extent)) {
      if (hasLeft()) return gone
      readings += page.length
      if (readings > READINGS_MAX) {
        const detail = `gives more than ${READINGS_MAX} readings; shorten the period, or request buckets`
        return refuseFaults('invalid_request', [{ code: 'out_of_range', pointer: '/from', detail }])
      }
      thinning.add(unwind ? unwind(page) : page)
    }
    for (const { timeUs, value, angle = value } of thinning.result())
      items.push({ time: formatTime(timeUs), ...(named && { vehicle }), [field]: angle })
  }
  return { items, isEmpty: items.length === 0 }
}
