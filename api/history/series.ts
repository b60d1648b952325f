import { isAngle } from '../../contract/telemetry.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { BUCKETS_MAX, readBuckets } from './bucket-width.ts'
import { AGGREGATES, fillGaps, type Aggregate, type Bucket, type Figures } from './fill-gaps.ts'
import { readNumberFields, type HistoryFilter } from './filter.ts'
import { listBuckets, type BucketRow, type BucketsQuery } from './bucket-queries.ts'
import { hasHourlyTable, isHourly, listHourlyBuckets } from './hourly-bucket-queries.ts'
import type { RequestedVehicles } from './filter-sql.ts'
import { findExtents, readSeries } from './series-queries.ts'
import { hasHistoryLimit } from '../access/visible.ts'
import { isRefusal, refuse, refuseFaults, type Refusal } from '../http/refusal.ts'
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
 * Readings that are read for the points of one reply, about ten seconds' work.
 * @limit readings that are read for points | 400
 */
const READINGS_MAX = 20_000_000

/** A reply that nobody gets. */
const gone = refuse('unavailable', 'the client has disconnected')

interface SeriesQuery {
  bucket?: string
  tz?: string
  aggregates?: string
  fill?: 'null' | 'previous'
  points?: number
  fields?: string
}

interface SeriesReply {
  /** whether each item names its vehicle */
  named: boolean
  hasLeft: () => boolean
}

interface Series {
  items: Record<string, unknown>[]
  /** No reading was found; filled gaps are items all the same. */
  isEmpty: boolean
}

/** Answers history queries with `bucket` or `points`. */
export function createHistorySeries({ now }: { now: () => number }) {
  let hourly: boolean | undefined

  async function bucketsOf(
    sql: Sql,
    vehicles: RequestedVehicles,
    query: SeriesQuery & { bucket: string },
    filter: HistoryFilter,
    { named }: SeriesReply,
  ): Promise<Series | Refusal> {
    const fields = readNumberFields(query, filter)
    if (isRefusal(fields)) return fields
    const buckets = readBuckets(query, filter.range, now() * 1000)
    if (isRefusal(buckets)) return buckets
    const { keys } = vehicles
    if (buckets.count * keys.length > BUCKETS_MAX) {
      const what = `gives more than ${BUCKETS_MAX} buckets`
      const detail = keys.length > 1 ? `${what} of ${keys.length} vehicles together` : what
      return refuseFaults('invalid_request', [{ code: 'out_of_range', pointer: '/bucket', detail }])
    }

    const asked = query.aggregates?.split(',') ?? AGGREGATES
    const aggregates = AGGREGATES.filter((name) => asked.includes(name))
    const question: BucketsQuery = { vehicles, fields, aggregates, buckets, conditions: filter.conditions }
    const isServedHourly =
      isHourly(question) &&
      (hourly ??= await hasHourlyTable(sql)) &&
      // The table has only whole hours.
      !(await hasHistoryLimit(sql, vehicles.caller))
    const rows = await (isServedHourly ? listHourlyBuckets(sql, question) : listBuckets(sql, question))

    const byIndex = keys.map((): Bucket[] => [])
    for (const row of rows) {
      const bucket = toBucket(row, fields, aggregates)
      if (bucket) byIndex[row.place - 1]?.push(bucket)
    }
    const items = keys.flatMap((key, n) => {
      const there = byIndex[n] ?? []
      const all = query.fill ? fillGaps(there, buckets, fields, aggregates, query.fill) : there
      return all.map((it) => ({ time: formatTime(it.timeUs), ...(named && { vehicle: key }), ...it.fields }))
    })
    return { items, isEmpty: rows.length === 0 }
  }

  async function pointsOf(
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

/** `undefined` if no reading of the bucket has any of the fields. */
function toBucket(
  row: BucketRow,
  fields: readonly string[],
  aggregates: readonly Aggregate[],
): Bucket | undefined {
  let isEmpty = true
  const figuresOf = (field: string) => {
    const figures: Figures = {}
    for (const name of aggregates) {
      figures[name] = row[`${field}_${name}`] ?? null
      if (figures[name] !== null && !(name === 'count' && figures[name] === 0)) isEmpty = false
    }
    return figures
  }
  const bucket = {
    timeUs: row.timeUs,
    fields: Object.fromEntries(fields.map((field) => [field, figuresOf(field)])),
  }
  return isEmpty ? undefined : bucket
}
