import type { RowBuffer } from './row-buffer.ts'

/** The columns of `telemetry_changes` in the order in which `ChangeRow` writes them. */
export const CHANGE_COLUMNS = ['vehicle_ids', 'from_times', 'to_times', 'readings'] as const

/** Signature, flags and header extension of PostgreSQL's binary COPY format. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
/** Number of dimensions, flags, type of elements, length and lower bound of the one dimension. */
const ARRAY_HEADER_BYTES = 20
const ELEMENT_BYTES = 4 + 8
const ARRAYS = 3
const BIGINT_OID = 20
const TIMESTAMPTZ_OID = 1184
const INTEGER_BYTES = 4
/** Field count, four lengths, three array headers, the number of readings, the trailer. */
const FIXED_BYTES = HEADER.length + 2 + 4 * 4 + ARRAYS * ARRAY_HEADER_BYTES + INTEGER_BYTES + 2
/** timestamptz counts from 2000-01-01. */
const PG_EPOCH_US = 946_684_800_000_000
const UINT32 = 0x1_0000_0000

/**
 * The row of `telemetry_changes` for a batch, in PostgreSQL's binary COPY format: its vehicles, and for each the earliest
 * and the latest time of its readings. One object serves all batches of a connection, and its memory is used again.
 */
export class ChangeRow {
  readonly #places = new Map<number, number>()
  /** by place in the arrays */
  #earliestUs = new Float64Array(64)
  #latestUs = new Float64Array(64)
  #bytes = Buffer.allocUnsafeSlow(FIXED_BYTES + 64 * ARRAYS * ELEMENT_BYTES)

  /**
   * The data of a COPY for the rows `from` up to but not including `to`; valid until the next call.
   * @param isChange if given, only the rows for which it returns true are included
   */
  copyData(rows: RowBuffer, from: number, to: number, isChange?: (row: number) => boolean): Buffer {
    this.#places.clear()
    let readings = 0
    for (let row = from; row < to; row++) {
      if (isChange?.(row) === false) continue
      readings++
      this.#add(rows.vehicleIdOf(row), rows.timeUsOf(row))
    }
    return this.#write(readings)
  }

  #add(vehicleId: number, us: number): void {
    const place = this.#places.get(vehicleId)
    if (place === undefined) {
      const next = this.#places.size
      if (next === this.#earliestUs.length) this.#grow()
      this.#places.set(vehicleId, next)
      this.#earliestUs[next] = this.#latestUs[next] = us
    } else if (us < (this.#earliestUs[place] ?? 0)) this.#earliestUs[place] = us
    else if (us > (this.#latestUs[place] ?? 0)) this.#latestUs[place] = us
  }

  #grow(): void {
    const [earliestUs, latestUs] = [this.#earliestUs, this.#latestUs]
    this.#earliestUs = new Float64Array(earliestUs.length * 2)
    this.#latestUs = new Float64Array(latestUs.length * 2)
    this.#earliestUs.set(earliestUs)
    this.#latestUs.set(latestUs)
  }

  #write(readings: number): Buffer {
    const vehicles = this.#places.size
    const arrayBytes = ARRAY_HEADER_BYTES + vehicles * ELEMENT_BYTES
    const length = FIXED_BYTES + ARRAYS * vehicles * ELEMENT_BYTES
    if (this.#bytes.length < length) this.#bytes = Buffer.allocUnsafeSlow(length * 2)
    const bytes = this.#bytes
    HEADER.copy(bytes)
    let at = bytes.writeInt16BE(CHANGE_COLUMNS.length, HEADER.length)
    at = writeArrayHeader(bytes, at, arrayBytes, BIGINT_OID, vehicles)
    for (const vehicleId of this.#places.keys()) at = writeElement(bytes, at, vehicleId)
    for (const times of [this.#earliestUs, this.#latestUs]) {
      at = writeArrayHeader(bytes, at, arrayBytes, TIMESTAMPTZ_OID, vehicles)
      for (let place = 0; place < vehicles; place++) {
        at = writeElement(bytes, at, (times[place] ?? 0) - PG_EPOCH_US)
      }
    }
    at = bytes.writeInt32BE(INTEGER_BYTES, at)
    at = bytes.writeInt32BE(readings, at)
    at = bytes.writeInt16BE(-1, at)
    return bytes.subarray(0, at)
  }
}

/** Returns where the first element begins. */
function writeArrayHeader(
  bytes: Buffer,
  at: number,
  arrayBytes: number,
  oid: number,
  length: number,
): number {
  let next = bytes.writeInt32BE(arrayBytes, at)
  next = bytes.writeInt32BE(1, next)
  next = bytes.writeInt32BE(0, next)
  next = bytes.writeInt32BE(oid, next)
  next = bytes.writeInt32BE(length, next)
  return bytes.writeInt32BE(1, next)
}

function writeElement(bytes: Buffer, at: number, value: number): number {
  bytes.writeInt32BE(8, at)
  bytes.writeInt32BE(Math.floor(value / UINT32), at + 4)
  return bytes.writeUInt32BE(value >>> 0, at + 8)
}
