import { TIME_MIN_US } from '../../contract/time.ts'
import type { NumberField } from '../../contract/telemetry.ts'
import type { Sql } from '../../sql/connect.ts'
import type { HistoryFilter } from './filter.ts'
import type { Point } from './lttb.ts'
import { readAhead } from '../database/read-ahead.ts'
import type { TimeRange } from '../schema/time-range.ts'
import { fromUs } from '../database/columns.ts'
import { givenVehicles, matching, sinceGiven, type RequestedVehicles } from './filter-sql.ts'
import { wholeInstants } from '../database/whole-instants.ts'

export interface SeriesQuery {
  vehicleId: number
  field: NumberField
  filter: Pick<HistoryFilter, 'range' | 'conditions'>
}

/** The first and the last reading of a vehicle that has the field, and that the caller may see. */
export interface Extent {
  firstUs: number
  lastUs: number
}

/**
 * Readings of one query. Each takes 16 bytes here, and twice that in transit as hexadecimal digits. The maximum exceeds
 * the 32,768 that one instant can have.
 */
const PAGE_ROWS = 50_000
/** A time and a value, 8 bytes each. */
const ROW_BYTES = 16

/** For each vehicle with such readings, by its place among the requested ones. */
export async function findExtents(
  sql: Sql,
  vehicles: RequestedVehicles,
  query: Omit<SeriesQuery, 'vehicleId'>,
): Promise<({ vehicleId: number; vehicle: string } & Extent)[]> {
  const end = (direction: 'asc' | 'desc') => sql`(
    select (extract(epoch from time) * 1000000)::bigint
    from telemetry where vehicle_id = given.id ${having(sql, query)} ${sinceGiven(sql, vehicles)}
    order by time ${sql.unsafe(direction)} limit 1
  )`
  const rows = await sql<
    { vehicleId: number; vehicle: string; firstUs: number | null; lastUs: number | null }[]
  >`
    select id as "vehicleId", vehicle, ${end('asc')} as "firstUs", ${end('desc')} as "lastUs"
    from ${givenVehicles(sql, vehicles)}
    order by place
  `
  return rows.flatMap(({ firstUs, lastUs, ...row }) =>
    firstUs === null || lastUs === null ? [] : [{ ...row, firstUs, lastUs }],
  )
}

/**
 * Pages of a vehicle's readings that have the field, from the first on, in order of time and `nth`. Finding the
 * readings is most of the work, so two connections share it: the second begins in the middle of the period while
 * the first reads up to it.
 */
export async function* readSeries(
  sql: Sql,
  query: SeriesQuery,
  { firstUs, lastUs }: Extent,
): AsyncGenerator<Point[]> {
  const middleUs = Math.floor((firstUs + lastUs) / 2)
  const { range, conditions } = query.filter
  const within = (part: Partial<TimeRange>) => ({
    ...query,
    filter: { range: { ...range, ...part }, conditions },
  })
  const before = readAhead(readPages(sql, within({ fromUs: firstUs, toUs: middleUs })))
  const behind = readAhead(readPages(sql, within({ fromUs: middleUs })))
  yield* before
  yield* behind
}

/**
 * Ordering by `nth`, the last column of a row, takes the server nearly half as much time again. So pages are ordered by
 * it only from the first page on that has two readings of one instant, and that page is read again.
 */
async function* readPages(sql: Sql, query: SeriesQuery): AsyncGenerator<Point[]> {
  let order: 'time' | 'time, nth' = 'time'
  let beginUs: number | undefined
  for (;;) {
    const points = await readPage(sql, query, beginUs, order)
    if (order === 'time' && hasShared(points)) {
      order = 'time, nth'
      continue
    }
    const { whole, cutUs } = wholeInstants(points, PAGE_ROWS)
    if (whole.length > 0) yield whole
    if (cutUs === undefined) return
    beginUs = cutUs
  }
}

/** The readings are one value of bytes, which is parsed several times faster than as many rows. */
async function readPage(
  sql: Sql,
  query: SeriesQuery,
  beginUs: number | undefined,
  order: 'time' | 'time, nth',
): Promise<Point[]> {
  const [page] = await sql<{ bytes: Buffer | null }[]>`
    select string_agg(timestamptz_send(time) || float8send(value), '') as bytes
    from (
      select time, ${sql(query.field)} as value from telemetry
      where vehicle_id = ${query.vehicleId} ${having(sql, query)} ${beginUs === undefined ? sql`` : sql`and time >= ${fromUs(sql, beginUs)}`}
      order by ${sql.unsafe(order)}
      limit ${PAGE_ROWS}
    ) as it
  `
  return toPoints(page?.bytes ?? Buffer.alloc(0))
}

/** Whether two points, which are in order of time, have the same time. */
function hasShared(points: readonly Point[]): boolean {
  return points.some(({ timeUs }, at) => timeUs === points[at - 1]?.timeUs)
}

function having(sql: Sql, { field, filter }: Pick<SeriesQuery, 'field' | 'filter'>) {
  return sql`${matching(sql, filter)} and ${sql(field)} is not null`
}

function toPoints(bytes: Buffer): Point[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const points: Point[] = []
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    // timestamptz counts microseconds from 2000-01-01.
    const timeUs = TIME_MIN_US + view.getInt32(at) * 0x1_0000_0000 + view.getUint32(at + 4)
    points.push({ timeUs, value: view.getFloat64(at + 8) })
  }
  return points
}
