import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { hasHistoryLimit } from '../access/visible.ts'
import { isRefusal, refuseFaults, type Refusal } from '../http/refusal.ts'
import { listBuckets, type BucketRow, type BucketsQuery } from './bucket-queries.ts'
import { BUCKETS_MAX, readBuckets } from './bucket-width.ts'
import { AGGREGATES, fillGaps, type Aggregate, type Bucket, type Figures } from './fill-gaps.ts'
import { readNumberFields, type HistoryFilter } from './filter.ts'
import type { RequestedVehicles } from './filter-sql.ts'
import { hasHourlyTable, isHourly, listHourlyBuckets } from './hourly-bucket-queries.ts'
import type { Series, SeriesQuery, SeriesReply } from './series-reply.ts'

/** Answers requests for aggregates in buckets of time. */
export function createBuckets({ now }: { now: () => number }) {
  let hourly: boolean | undefined

  return async (
    sql: Sql,
    vehicles: RequestedVehicles,
    query: SeriesQuery & { bucket: string },
    filter: HistoryFilter,
    { named }: SeriesReply,
  ): Promise<Series | Refusal> => {
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
      // The table has whole hours only.
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
