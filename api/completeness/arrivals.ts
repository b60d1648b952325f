import { TIME_MIN_US } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Period } from './period.ts'
import { fromUs } from '../database/columns.ts'
import { wholeInstants } from '../database/whole-instants.ts'

/** A stored reading: its time, its `seq`, and its time of receipt. */
export interface Arrival {
  timeUs: number
  seq: number | undefined
  receivedUs: number
  /** another device of the vehicle sent the same reading first, and the stored row names that device */
  isShared: boolean
}

export interface ArrivalsQuery {
  deviceId: number
  period: Period
}

/** Readings of one query, about a megabyte here. A device that was in many vehicles has one page for each. */
const PAGE_ROWS = 10_000
/** A time, a `seq` and a time of receipt, 8 bytes each. */
const ROW_BYTES = 24
const UINT32 = 0x1_0000_0000

type Source = 'telemetry' | 'shared_readings'

/**
 * Pages of the readings that a device sent for a vehicle after another device had sent them, in the format of
 * `readArrivals`.
 */
export function readShared(sql: Sql, vehicleId: number, query: ArrivalsQuery): AsyncGenerator<Arrival[]> {
  return readPages(sql, 'shared_readings', vehicleId, query)
}

/**
 * Pages of the readings that a device stored for a vehicle, in order of time; readings of one time come in any order.
 * The query reads along the unique index, past readings of other devices. A page is one value of bytes, as in
 * `history/series-queries.ts`.
 */
export function readArrivals(sql: Sql, vehicleId: number, query: ArrivalsQuery): AsyncGenerator<Arrival[]> {
  return readPages(sql, 'telemetry', vehicleId, query)
}

async function* readPages(
  sql: Sql,
  source: Source,
  vehicleId: number,
  { deviceId, period }: ArrivalsQuery,
): AsyncGenerator<Arrival[]> {
  const isShared = source === 'shared_readings'
  let beginUs = period.fromUs
  let rows = PAGE_ROWS
  for (;;) {
    const [page] = await sql<{ bytes: Buffer | null }[]>`
      select string_agg(timestamptz_send(time) || int8send(coalesce(seq, -1)) || timestamptz_send(received_at), '') as bytes
      from (
        select time, seq, ${isShared ? sql`time` : sql`received_at`} as received_at from ${sql(source)}
        where vehicle_id = ${vehicleId} and device_id = ${deviceId}
          and time >= ${fromUs(sql, beginUs)} and time < ${fromUs(sql, period.toUs)}
        order by time
        limit ${rows}
      ) as it
    `
    const arrivals = toArrivals(page?.bytes ?? Buffer.alloc(0), isShared)
    const { whole, cutUs } = wholeInstants(arrivals, rows)
    if (whole.length > 0) yield whole
    if (cutUs === undefined) return
    // One instant may have more readings than a page, up to the 32,768 of `nth`.
    rows = whole.length > 0 ? PAGE_ROWS : rows * 2
    beginUs = cutUs
  }
}

function toArrivals(bytes: Buffer, isShared: boolean): Arrival[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const arrivals: Arrival[] = []
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    const seq = int64(view, at + 8)
    arrivals.push({
      // timestamptz counts microseconds from 2000-01-01.
      timeUs: TIME_MIN_US + int64(view, at),
      seq: seq < 0 ? undefined : seq,
      receivedUs: TIME_MIN_US + int64(view, at + 16),
      isShared,
    })
  }
  return arrivals
}

function int64(view: DataView, at: number): number {
  return view.getInt32(at) * UINT32 + view.getUint32(at + 4)
}
