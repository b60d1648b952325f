import type { RowBuffer } from './row-buffer.ts'

/** The columns of `telemetry_changes` in the order in which `ChangeRow` writes them. */
export const CHANGE_COLUMNS = ['vehicle_ids', 'from_times', 'readings'] as const

/** Signature, flags and header extension of PostgreSQL's binary COPY format. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
/** Number of dimensions, flags, type of elements, length and lower bound of the one dimension. */
const ARRAY_HEADER_BYTES = 20
const ELEMENT_BYTES = 4 + 8
const BIGINT_OID = 20
const TIMESTAMPTZ_OID = 1184
const INTEGER_BYTES = 4
/** Field count, three lengths, two array headers, the number of readings, the trailer. */
const FIXED_BYTES = HEADER.length + 2 + 3 * 4 + 2 * ARRAY_HEADER_BYTES + INTEGER_BYTES + 2
/** timestamptz counts from 2000-01-01. */
const PG_EPOCH_US = 946_684_800_000_000
const UINT32 = 0x1_0000_0000

/**
 * The row of `telemetry_changes` for a batch, in PostgreSQL's binary COPY format: its vehicles, and for each the earliest time of
 * its readings. One object serves all batches of a connection, and its memory is used again.
 */
export class ChangeRow {
  readonly #earliestUs = new Map<number, number>()
  #bytes = Buffer.allocUnsafeSlow(FIXED_BYTES + 64 * 2 * ELEMENT_BYTES)

  /** The data of a COPY for the rows `from` up to but not including `to`; valid until the next call. */
  copyData(rows: RowBuffer, from: number, to: number): Buffer {
    const earliestUs = this.#earliestUs
    earliestUs.clear()
    for (let row = from; row < to; row++) {
      const vehicleId = rows.vehicleIdOf(row)
      const us = rows.timeUsOf(row)
      const known = earliestUs.get(vehicleId)
      if (known === undefined || us < known) earliestUs.set(vehicleId, us)
    }
    return this.#write(to - from)
  }

  #write(readings: number): Buffer {
    const vehicles = this.#earliestUs.size
    const arrayBytes = ARRAY_HEADER_BYTES + vehicles * ELEMENT_BYTES
    const length = FIXED_BYTES + 2 * vehicles * ELEMENT_BYTES
    if (this.#bytes.length < length) this.#bytes = Buffer.allocUnsafeSlow(length * 2)
    const bytes = this.#bytes
    HEADER.copy(bytes)
    let ids = bytes.writeInt16BE(CHANGE_COLUMNS.length, HEADER.length)
    ids = writeArrayHeader(bytes, ids, arrayBytes, BIGINT_OID, vehicles)
    let times = ids + vehicles * ELEMENT_BYTES
    times = writeArrayHeader(bytes, times, arrayBytes, TIMESTAMPTZ_OID, vehicles)
    for (const [vehicleId, us] of this.#earliestUs) {
      ids = writeElement(bytes, ids, vehicleId)
      times = writeElement(bytes, times, us - PG_EPOCH_US)
    }
    let at = bytes.writeInt32BE(INTEGER_BYTES, times)
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
