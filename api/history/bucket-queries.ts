import { isAngle, type NumberField } from '../../contract/telemetry.ts'
import type { Sql } from '../../sql/connect.ts'
import { bucketStart, type Buckets } from './bucket-width.ts'
import { formatTime } from '../../contract/time.ts'
import type { Aggregate } from './fill-gaps.ts'
import type { HistoryFilter } from './filter.ts'
import { givenVehicles, matching, sinceGiven, type RequestedVehicles } from './filter-sql.ts'

/** A bucket of one vehicle, by the vehicle's place. Each figure is named after its field and aggregate: `speed_max`. */
export type BucketRow = Record<string, number | null> & { place: number; timeUs: number }

export interface BucketsQuery {
  vehicles: RequestedVehicles
  fields: readonly NumberField[]
  aggregates: readonly Aggregate[]
  buckets: Buckets
  conditions: HistoryFilter['conditions']
}

/**
 * From this number of buckets on, two queries are worthwhile, and two look-ups for each bucket are not: see `figure`.
 */
const MANY_BUCKETS = 48

/**
 * The buckets that have readings, computed from the readings, by vehicle and time. Finding the readings is most of the
 * work, so two connections share it, each for half of the time.
 */
export async function listBuckets(sql: Sql, query: BucketsQuery): Promise<BucketRow[]> {
  const areMany = query.buckets.count >= MANY_BUCKETS
  const parts = areMany ? halve(query.buckets) : [query.buckets]
  const rows = await Promise.all(parts.map((buckets) => readBuckets(sql, { ...query, buckets }, !areMany)))
  return rows.flat().toSorted((a, b) => a.place - b.place || a.timeUs - b.timeUs)
}

function halve(buckets: Buckets): Buckets[] {
  const { starts, count } = buckets
  const half = Math.floor(count / 2)
  const middleUs = bucketStart(buckets, half)
  return [
    { ...buckets, ...(starts && { starts: starts.slice(0, half) }), toUs: middleUs, count: half },
    {
      ...buckets,
      ...(starts && { starts: starts.slice(half) }),
      fromUs: middleUs,
      firstUs: middleUs,
      count: count - half,
    },
  ]
}

async function readBuckets(sql: Sql, query: BucketsQuery, looksUp: boolean): Promise<BucketRow[]> {
  const { vehicles, fields, aggregates, buckets, conditions } = query
  const { fromUs: from, toUs: to } = buckets
  const named = fields.flatMap((field) => aggregates.map((name) => ({ name, field })))
  const figures = named.map(({ name, field }) => `, ${aggregate(name, field, looksUp)} as ${field}_${name}`)
  const range = { fromUs: from, toUs: to }
  const shown = named.map(({ name, field }) =>
    looksUp && isOneReading(name)
      ? sql`, (
          select ${sql.unsafe(field)} from telemetry
          where vehicle_id = given.id and time = ${sql.unsafe(`${field}_${name}`)} and ${sql.unsafe(field)} is not null
            ${matching(sql, { range, conditions })}
          order by nth ${sql.unsafe(name === 'first' ? 'asc' : 'desc')} limit 1
        ) as ${sql.unsafe(`${field}_${name}`)}`
      : sql.unsafe(`, ${field}_${name}`),
  )
  // By vehicle and without an order, so that the planner groups the buckets in a hash table. For all vehicles at once,
  // or in order, it would sort the readings first, on disk if they are many.
  return sql<BucketRow[]>`
    select given.place, "timeUs" ${shown}
    from ${givenVehicles(sql, vehicles)}
    cross join lateral (
      select (extract(epoch from bucket) * 1000000)::bigint as "timeUs" ${sql.unsafe(figures.join(''))}
      from (
        select telemetry.*, ${bucketOf(sql, buckets)} as bucket
        from telemetry
        where vehicle_id = given.id ${matching(sql, { range, conditions })} ${sinceGiven(sql, vehicles)}
      ) as reading
      group by bucket
    ) as it
  `
}

/**
 * SQL of one figure. It is written as text, because postgres.js searches all of the query before each identifier. The
 * first and the last value are found by comparing (time, nth, value) as arrays, which needs neither a sort nor an
 * aggregate that only TimescaleDB has. Seconds since 1970 in a double are exact to a microsecond. That takes longer
 * than everything else together. So if there are few buckets, the query returns only the time, and the first or last
 * reading of that time is looked up.
 */
function aggregate(name: Aggregate, field: NumberField, looksUp: boolean): string {
  const timed = `array[date_part('epoch', time), nth, ${field}]`
  const end = name === 'first' ? 'min' : 'max'
  if (name === 'avg' && isAngle(field)) return meanOf(field)
  if (!isOneReading(name)) return `${name}(${field})`
  if (looksUp) return `${end}(time) filter (where ${field} is not null)`
  return `(${end}(${timed}) filter (where ${field} is not null))[3]`
}

/**
 * Angles cannot be averaged as numbers: the mean of 359 and 1 degrees is 0. The mean of headings is the direction of
 * the sum of their unit vectors (K. V. Mardia, P. E. Jupp, "Directional Statistics", 2000, section 2.2.1); it is null
 * if they cancel each other out. The mean of longitudes is a mean of numbers, counted from 0 to 360 if they are on both
 * sides of the 180th meridian. Nine decimals are a tenth of a millimetre.
 */
function meanOf(field: 'heading' | 'lon'): string {
  const round = 'avg(case when lon < 0 then lon + 360 else lon end)'
  if (field === 'lon')
    return `case when max(lon) - min(lon) <= 180 then avg(lon) else ${round} - case when ${round} > 180 then 360 else 0 end end`
  const [north, east] = ['avg(cosd(heading))', 'avg(sind(heading))']
  return `case when ${north} ^ 2 + ${east} ^ 2 > 1e-18
    then mod(round(atan2d(${east}, ${north})::numeric, 9) + 360, 360)::float8 end`
}

function isOneReading(name: Aggregate): boolean {
  return name === 'first' || name === 'last'
}

/**
 * SQL of the beginning of a reading's bucket. Beginnings of days are found by bisection, in an array that is built
 * once.
 */
function bucketOf(sql: Sql, { starts, widthUs }: Buckets) {
  if (starts === undefined) return sql`date_bin(${`${widthUs} us`}::interval, time, ${bucketOrigin(sql)})`
  const array = sql`(select ${starts.map(formatTime)}::text[]::timestamptz[])`
  return sql`(${array})[width_bucket(time, ${array})]`
}

/** `BUCKET_ORIGIN_US` as a literal, because a cast parameter would be parsed again for each row. */
export function bucketOrigin(sql: Sql) {
  return sql`timestamptz '2000-01-03T00:00:00Z'`
}
