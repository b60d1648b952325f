import type { Sql } from '../../sql/connect.ts'
import { bucketOrigin, type BucketRow, type BucketsQuery } from './bucket-queries.ts'
import { fromUs } from '../database/columns.ts'
import { givenVehicles, sinceGiven } from './filter-sql.ts'

const HOUR_US = 3_600_000_000
/** Columns of the continuous aggregate `telemetry_1h`, as field_aggregate. */
const COLUMNS: ReadonlySet<string> = new Set([
  'speed_avg',
  'speed_max',
  'fuel_level_avg',
  'fuel_rate_avg',
  'coolant_temp_max',
  'odometer_min',
  'odometer_max',
])

/**
 * Whether whole hours of `telemetry_1h` give the requested result. The mean of several hours is not the mean of their
 * means, and the table does not have the number of readings for each field.
 */
export function isHourly({ fields, aggregates, buckets, conditions }: BucketsQuery): boolean {
  const { starts, widthUs, fromUs, toUs } = buckets
  if (starts !== undefined) return false
  const isWhole = [widthUs, fromUs, toUs].every((us) => us % HOUR_US === 0)
  const has = fields.every((field) => aggregates.every((name) => COLUMNS.has(`${field}_${name}`)))
  return isWhole && has && conditions.length === 0 && (widthUs === HOUR_US || !aggregates.includes('avg'))
}

/**
 * Like `listBuckets`, for a query that `isHourly`, from `telemetry_1h`. Omits hours that the caller may only see in
 * part.
 */
export async function listHourlyBuckets(sql: Sql, query: BucketsQuery): Promise<BucketRow[]> {
  const { vehicles, fields, aggregates, buckets } = query
  const figures = fields.flatMap((field) =>
    aggregates.map((name) => {
      const column = sql(`${field}_${name}`)
      // With avg each group has one hour.
      return sql`, ${name === 'min' ? sql`min(${column})` : sql`max(${column})`} as ${column}`
    }),
  )
  return sql<BucketRow[]>`
    select place, (extract(epoch from start) * 1000000)::bigint as "timeUs" ${figures}
    from (
      select telemetry_1h.*, given.place,
        date_bin(${`${buckets.widthUs} us`}::interval, bucket, ${bucketOrigin(sql)}) as start
      from ${givenVehicles(sql, vehicles)}
      join telemetry_1h on vehicle_id = given.id
      where bucket >= ${fromUs(sql, buckets.fromUs)} and bucket < ${fromUs(sql, buckets.toUs)}
        ${sinceGiven(sql, vehicles, 'bucket')}
    ) as it
    group by place, start
    order by place, start
  `
}

/** Whether `telemetry_1h` is materialised. On other databases it is a plain view without an advantage. */
export async function hasHourlyTable(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ flavour: string }[]>`select telemetry_flavour() as flavour`
  return row?.flavour === 'community'
}
