import type { Readable } from 'node:stream'
import { NUMBER_FIELDS, type NumberField } from '../contract/telemetry.ts'
import { formatTime } from '../contract/time.ts'
import type { TimedReading } from '../rules/reading.ts'
import type { Sql } from '../sql/connect.ts'

/** Readings of one vehicle in a time, in microseconds since 1970: later than `afterUs`, and not later than `untilUs`. */
export interface Span {
  vehicleId: number
  afterUs: number
  /** `Infinity` for all */
  untilUs: number
}

export interface StoredReading {
  vehicleId: number
  timeUs: number
  reading: TimedReading
}

const NUMBERS = Object.keys(NUMBER_FIELDS) as NumberField[]
const columns = ['vehicle_id', 'time', ...NUMBERS, 'ignition', 'status', 'seq', 'extra']
/** Signature, flags and length of the header extension of PostgreSQL's binary COPY format. */
const HEADER_BYTES = 19
/** timestamptz counts from 2000-01-01. */
const PG_EPOCH_US = 946_684_800_000_000
const UINT32 = 0x1_0000_0000
/** The last year whose microseconds are exact in a double. */
const LATEST_US = 8_993_721_600_000_000

/**
 * Reads the readings of several vehicles, ordered by time within each vehicle, as binary COPY: rows of postgres.js take twice
 * as long. At most `max` rows, or one more, which tells that there are more.
 */
export async function readReadings(sql: Sql, spans: readonly Span[], max: number): Promise<StoredReading[]> {
  if (spans.length === 0) return []
  const stream: Readable = await sql.unsafe(copyOf(spans, max + 1)).readable()
  const chunks: Buffer[] = []
  // There is a chunk for each row: an iteration with promises takes several times as long.
  await new Promise<void>((resolve, reject) => {
    stream
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .once('end', resolve)
      .once('error', reject)
  })
  // postgres 3.4.9 pauses the socket when much was read at once, and resumes it at the next read. After the last chunk there is
  // none, and the connection would wait forever.
  stream._read(0)
  return parse(Buffer.concat(chunks))
}

function copyOf(spans: readonly Span[], limit: number): string {
  const afterUs = spans.map((it) => clamp(it.afterUs))
  const untilUs = spans.map((it) => clamp(it.untilUs))
  const ids = spans.map((it) => it.vehicleId)
  // The bounds of all spans leave out partitions when the statement is planned: as literals, because arithmetic is done later.
  return `copy (
    select ${columns.map((it) => `r.${it}`).join(', ')}
    from unnest('{${ids.join(',')}}'::bigint[], '{${afterUs.join(',')}}'::bigint[], '{${untilUs.join(',')}}'::bigint[])
      as span (vehicle_id, after_us, until_us)
    cross join lateral (
      select * from telemetry t
      where t.vehicle_id = span.vehicle_id
        and t.time > ${timeOf('span.after_us')} and t.time <= ${timeOf('span.until_us')}
        and t.time > '${formatTime(afterUs.reduce(least))}' and t.time <= '${formatTime(untilUs.reduce(greatest))}'
      order by t.time, t.nth
      limit ${limit}
    ) r
    limit ${limit}
  ) to stdout (format binary)`
}

const least = (a: number, b: number) => Math.min(a, b)
const greatest = (a: number, b: number) => Math.max(a, b)
const clamp = (us: number) => Math.max(Math.min(us, LATEST_US), 0)
/** Exact: the product is a double below 2^53. */
const timeOf = (us: string) => `timestamptz '1970-01-01 00:00:00Z' + ${us} * interval '1 microsecond'`

function parse(data: Buffer): StoredReading[] {
  const readings: StoredReading[] = []
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let at = HEADER_BYTES
  while (at < data.length && view.getInt16(at) !== -1) {
    const vehicleId = int64(view, at + 6)
    const timeUs = int64(view, at + 18) + PG_EPOCH_US
    at += 26
    const reading: Record<string, unknown> = { timeMs: Math.floor(timeUs / 1000) }
    for (const name of NUMBERS) {
      if (view.getInt32(at) !== -1) {
        reading[name] = view.getFloat64(at + 4)
        at += 8
      }
      at += 4
    }
    if (view.getInt32(at) !== -1) reading['ignition'] = view.getUint8(at++ + 4) === 1
    at += 4
    const statusBytes = view.getInt32(at)
    if (statusBytes !== -1) {
      reading['status'] = data.toString('utf8', at + 4, at + 4 + statusBytes)
      at += statusBytes
    }
    at += 4
    if (view.getInt32(at) !== -1) {
      reading['seq'] = int64(view, at + 4)
      at += 8
    }
    at += 4
    const extraBytes = view.getInt32(at)
    if (extraBytes !== -1) {
      // The first byte is the version of the format.
      reading['extra'] = JSON.parse(data.toString('utf8', at + 5, at + 4 + extraBytes))
      at += extraBytes
    }
    at += 4
    readings.push({ vehicleId, timeUs, reading: reading as TimedReading })
  }
  return readings
}

function int64(view: DataView, at: number): number {
  return view.getInt32(at) * UINT32 + view.getUint32(at + 4)
}
