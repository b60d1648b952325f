import type { NumberField } from '../../contract/telemetry.ts'
import type { Sql } from '../../sql/connect.ts'
import { type Buckets } from '../bucket.ts'
import type { Aggregate } from '../fill-gaps.ts'
import type { HistoryFilter } from '../history-filter.ts'
import { matching } from './history-filter.ts'

/** Of one vehicle and bucket; each figure is named after its field and aggregate: `speed_max`. */
export type BucketRow = Record<string, number | null> & { vehicleId: number; timeUs: number }

export interface BucketsQuery {
  vehicleIds: number[]
  fields: readonly NumberField[]
  aggregates: readonly Aggregate[]
  buckets: Buckets
  conditions: HistoryFilter['conditions']
}

/** From so many buckets on they are worth two queries: fewer are mostly of few readings. */
const HALVED_FROM = 48

/**
 * The buckets that have readings, from the readings themselves, by vehicle and time. To find the readings is most of the work,
 * so two connections do it, each for half of the time.
 */
export async function listBuckets(sql: Sql, query: BucketsQuery): Promise<BucketRow[]> {
  const parts = query.buckets.count < HALVED_FROM ? [query.buckets] : halve(query.buckets)
  const rows = await Promise.all(parts.map((buckets) => readBuckets(sql, { ...query, buckets })))
  return rows.flat().toSorted((a, b) => a.vehicleId - b.vehicleId || a.timeUs - b.timeUs)
}

function halve(buckets: Buckets): Buckets[] {
  const { widthUs, firstUs, count } = buckets
  const half = Math.floor(count / 2)
  const middleUs = firstUs + half * widthUs
  return [
    { ...buckets, toUs: middleUs, count: half },
    { ...buckets, fromUs: middleUs, firstUs: middleUs, count: count - half },
  ]
}

async function readBuckets(sql: Sql, query: BucketsQuery): Promise<BucketRow[]> {
  const { vehicleIds, fields, aggregates, buckets, conditions } = query
  const { fromUs: from, toUs: to, widthUs } = buckets
  const figures = fields.flatMap((field) =>
    aggregates.map((name) => `, ${aggregate(name, field)} as ${field}_${name}`),
  )
  // Vehicle by vehicle and without an order, so that the planner gathers the buckets in a hash table. For all at once, or in
  // order, it sorts the readings first, on the disk when they are many.
  return sql<BucketRow[]>`
    select given.id as "vehicleId", it.*
    from unnest(${vehicleIds}::bigint[]) as given (id)
    cross join lateral (
      select (extract(epoch from bucket) * 1000000)::bigint as "timeUs" ${sql.unsafe(figures.join(''))}
      from (
        select telemetry.*, date_bin(${`${widthUs} us`}::interval, time, ${bucketOrigin(sql)}) as bucket
        from telemetry
        where vehicle_id = given.id ${matching(sql, { range: { fromUs: from, toUs: to }, conditions })}
      ) as reading
      group by bucket
    ) as it
  `
}

/**
 * SQL of one figure; written as text because postgres.js searches all of the query before each identifier that it is given.
 * The first and the last are found by comparing (time, value) as arrays, which needs neither a sort nor an aggregate
 * that only TimescaleDB has. Seconds since 1970 in a double are told apart by a microsecond.
 */
function aggregate(name: Aggregate, field: NumberField): string {
  const timed = `array[date_part('epoch', time), ${field}]`
  switch (name) {
    case 'first':
      return `(min(${timed}) filter (where ${field} is not null))[2]`
    case 'last':
      return `(max(${timed}) filter (where ${field} is not null))[2]`
    case 'min':
    case 'max':
    case 'avg':
    case 'count':
      return `${name}(${field})`
  }
}

/** `BUCKET_ORIGIN_US`. A literal, because a parameter that is cast would be read again for each row. */
export function bucketOrigin(sql: Sql) {
  return sql`timestamptz '2000-01-03T00:00:00Z'`
}
