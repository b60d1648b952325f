import { NUMBER_FIELDS, READING_FIELDS, type NumberField, type Reading } from '../../contract/telemetry.ts'
import type { StateReading } from '../state-reading.ts'

/**
 * Columns of `telemetry` in the order in which `RowBuffer` writes them. COPY names them, so the table's own order does not
 * matter.
 */
export const ROW_COLUMNS = ['vehicle_id', 'time', 'received_at', 'device_id', ...READING_FIELDS] as const

/** Signature, flags and header extension of PostgreSQL's binary COPY format. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
/** A field count of -1 ends the data. */
const TRAILER = Buffer.from([0xff, 0xff])
/** Room for every column but text: 20 lengths and values of at most 8 bytes, and the field count. */
const FIXED_BYTES_MAX = 2 + ROW_COLUMNS.length * 12
/** timestamptz counts from 2000-01-01. */
const PG_EPOCH_US = 946_684_800_000_000
/** Where in a row the length of `lat` is: behind the field count and four columns that are never null. */
const LATITUDE_AT = 2 + 4 * 12
const NUMBERS = Object.keys(NUMBER_FIELDS) as NumberField[]
/** Columns between `heading` and `ignition`; each is 4 bytes when it is null, and 12 otherwise. */
const FLOATS_BEFORE_IGNITION = NUMBERS.length - 1 - NUMBERS.indexOf('heading')
const UINT32 = 0x1_0000_0000
const JSONB_VERSION = 1

/**
 * Passes the numbers of a reading on, `undefined` for each that it lacks. Compiled once, with a line for each field of the contract:
 * each is then a property load that the engine can inline. With a loop over names a row takes up to 1.7 times as long. The
 * values are not copied on the way, which would create an object for each.
 */
// oxlint-disable-next-line typescript/no-implied-eval -- the text has only our own names
const passNumbers = new Function(
  'reading',
  'write',
  NUMBERS.map((name) => `write(reading.${name})`).join('\n'),
) as (reading: Reading, write: (value: number | undefined) => void) => void

/**
 * Rows of `telemetry` in PostgreSQL's binary COPY format, each written once, straight from the reading. In binary, neither side
 * turns numbers into text and back, which is less than half the work of text rows on both. A range of rows can be sent again, so
 * that a batch can be retried in parts.
 */
export class RowBuffer {
  /** rows written */
  count = 0
  /** where each row starts; the entry after the last row is where the next row will start */
  readonly #starts: Uint32Array
  /** by row: its fields, computed when they are first read; 0 before */
  readonly #fields: Uint32Array
  readonly #writeFloat = (value: number | undefined) => this.#float(value)
  #bytes: Buffer
  #view: DataView
  #at = HEADER.length

  /** @param rowsMax room in rows; `write` must not be called for more */
  constructor(rowsMax: number) {
    this.#starts = new Uint32Array(rowsMax + 1)
    this.#fields = new Uint32Array(rowsMax)
    this.#bytes = Buffer.allocUnsafeSlow(64 * 1024)
    this.#view = viewOf(this.#bytes)
    HEADER.copy(this.#bytes)
    this.#starts[0] = this.#at
  }

  /** bytes written */
  get bytes(): number {
    return this.#at
  }

  clear(): void {
    this.#fields.fill(0, 0, this.count)
    this.count = 0
    this.#at = HEADER.length
  }

  /** Adds a row. Times are microseconds since 1970. */
  write(vehicleId: number, deviceId: number, timeUs: number, receivedUs: number, reading: Reading): void {
    this.#reserve(FIXED_BYTES_MAX)
    this.#view.setInt16(this.#at, ROW_COLUMNS.length)
    this.#at += 2
    this.#int64(vehicleId)
    this.#int64(timeUs - PG_EPOCH_US)
    this.#int64(receivedUs - PG_EPOCH_US)
    this.#int64(deviceId)
    passNumbers(reading, this.#writeFloat)
    this.#bool(reading.ignition)
    this.#text(reading.status)
    if (reading.seq === undefined) this.#null()
    else this.#int64(reading.seq)
    this.#jsonb(reading.extra)
    this.#starts[++this.count] = this.#at
  }

  /** The data of a COPY for the rows `from` up to but not including `to`; valid until the next `write` or `clear`. */
  copyData(from: number, to: number): Buffer {
    if (from === 0 && to === this.count) {
      this.#reserve(TRAILER.length)
      TRAILER.copy(this.#bytes, this.#at)
      return this.#bytes.subarray(0, this.#at + TRAILER.length)
    }
    return Buffer.concat([HEADER, this.#bytes.subarray(this.#startOf(from), this.#startOf(to)), TRAILER])
  }

  /** Whether a row has a latitude and a longitude: readings have both or neither. */
  hasPosition(row: number): boolean {
    return this.#view.getInt32(this.#startOf(row) + LATITUDE_AT) !== -1
  }

  vehicleIdOf(row: number): number {
    return this.#readInt64(this.#startOf(row) + 6)
  }

  /** microseconds since 1970 */
  timeUsOf(row: number): number {
    return this.#readInt64(this.#startOf(row) + 18) + PG_EPOCH_US
  }

  deviceIdOf(row: number): number {
    return this.#readInt64(this.#startOf(row) + 42)
  }

  /** The fields of a row, a bit for each, by its place in `READING_FIELDS`. */
  fieldsOf(row: number): number {
    const known = this.#fields[row] ?? 0
    if (known !== 0) return known
    let at = this.#startOf(row) + LATITUDE_AT
    let fields = 0
    for (let field = 0; field < READING_FIELDS.length; field++) {
      const length = this.#view.getInt32(at)
      if (length === -1) at += 4
      else {
        fields |= 1 << field
        at += 4 + length
      }
    }
    this.#fields[row] = fields
    return fields
  }

  /** The names in the `extra` of a row that has such an object. */
  extraNamesOf(row: number): string[] {
    let at = this.#startOf(row) + LATITUDE_AT
    for (let field = 0; field < READING_FIELDS.length - 1; field++) at = this.#behind(at)
    const json = this.#bytes.toString('utf8', at + 5, this.#behind(at))
    return Object.keys(JSON.parse(json) as object)
  }

  /** Writes the position and state values of a row into `into`, so that no object is created for each row. */
  readState(row: number, into: StateReading): void {
    const view = this.#view
    let at = this.#startOf(row) + LATITUDE_AT
    into.lat = this.#floatAt(at)
    at = this.#behind(at)
    into.lon = this.#floatAt(at)
    at = this.#behind(this.#behind(at))
    into.speed = this.#floatAt(at)
    at = this.#behind(at)
    into.heading = this.#floatAt(at)
    at = this.#behind(at)
    for (let n = 0; n < FLOATS_BEFORE_IGNITION; n++) at = this.#behind(at)
    into.ignition = view.getInt32(at) === -1 ? undefined : view.getUint8(at + 4) === 1
    at = this.#behind(at)
    const length = view.getInt32(at)
    into.status = length === -1 ? undefined : this.#bytes.toString('utf8', at + 4, at + 4 + length)
  }

  /** Where the column behind the one at `at` is. */
  #behind(at: number): number {
    return at + 4 + Math.max(this.#view.getInt32(at), 0)
  }

  #floatAt(at: number): number | undefined {
    return this.#view.getInt32(at) === -1 ? undefined : this.#view.getFloat64(at + 4)
  }

  #startOf(row: number): number {
    return this.#starts[row] ?? this.#at
  }

  #readInt64(at: number): number {
    return this.#view.getInt32(at) * UINT32 + this.#view.getUint32(at + 4)
  }

  #null(): void {
    this.#view.setInt32(this.#at, -1)
    this.#at += 4
  }

  #int64(value: number): void {
    const view = this.#view
    const at = this.#at
    view.setInt32(at, 8)
    view.setInt32(at + 4, Math.floor(value / UINT32))
    view.setUint32(at + 8, value >>> 0)
    this.#at = at + 12
  }

  #float(value: number | undefined): void {
    const at = this.#at
    if (value === undefined) {
      this.#view.setInt32(at, -1)
      this.#at = at + 4
      return
    }
    this.#view.setInt32(at, 8)
    // -0, which JSON can have, becomes 0: no measured value distinguishes them.
    this.#view.setFloat64(at + 4, value + 0)
    this.#at = at + 12
  }

  #bool(value: boolean | undefined): void {
    if (value === undefined) return this.#null()
    this.#view.setInt32(this.#at, 1)
    this.#view.setUint8(this.#at + 4, value ? 1 : 0)
    this.#at += 5
  }

  #text(value: string | undefined): void {
    if (value === undefined) return this.#null()
    this.#reserve(4 + value.length * 3 + FIXED_BYTES_MAX)
    const written = this.#bytes.write(value, this.#at + 4, 'utf8')
    this.#view.setInt32(this.#at, written)
    this.#at += 4 + written
  }

  /** @param value as JSON if it is a text: see `withExactExtras` */
  #jsonb(value: object | string | undefined): void {
    if (value === undefined) return this.#null()
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    this.#reserve(5 + text.length * 3)
    const written = this.#bytes.write(text, this.#at + 5, 'utf8')
    this.#view.setInt32(this.#at, written + 1)
    this.#view.setUint8(this.#at + 4, JSONB_VERSION)
    this.#at += 5 + written
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + bytes))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
    this.#view = viewOf(larger)
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
