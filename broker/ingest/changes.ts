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
 * and the latest time of its readings. One object serves all batches of a connection, and its memory is used again: a
 * `Map` would leave garbage with each batch.
 */
export class ChangeRow {
  #vehicles = 0
  #ids = new Float64Array(64)
  #earliestUs = new Float64Array(64)
  #latestUs = new Float64Array(64)
  /** hash table of places in the arrays plus one, twice as long as they are; 0 is free */
  #slots = new Uint32Array(128)
  #bytes = Buffer.allocUnsafeSlow(FIXED_BYTES + 64 * ARRAYS * ELEMENT_BYTES)

  /**
   * The data of a COPY for the rows `from` up to but not including `to`; valid until the next call.
   * @param isChange if given, only the rows for which it returns true are included
   */
  copyData(rows: RowBuffer, from: number, to: number, isChange?: (row: number) => boolean): Buffer {
    this.#vehicles = 0
    this.#slots.fill(0)
    let readings = 0
    let last = Number.NaN
    let place = 0
    for (let row = from; row < to; row++) {
      if (isChange?.(row) === false) continue
      readings++
      const id = rows.vehicleIdOf(row)
      const us = rows.timeUsOf(row)
      // The readings of an array are neighbours.
      if (id !== last) place = this.#placeOf(id, us)
      last = id
      if (us < (this.#earliestUs[place] ?? 0)) this.#earliestUs[place] = us
      else if (us > (this.#latestUs[place] ?? 0)) this.#latestUs[place] = us
    }
    return this.#write(readings)
  }

  #placeOf(id: number, us: number): number {
    const mask = this.#slots.length - 1
    let slot = id & mask
    for (let known = this.#slots[slot]; known; known = this.#slots[slot]) {
      if (this.#ids[known - 1] === id) return known - 1
      slot = (slot + 1) & mask
    }
    const place = this.#vehicles
    if (place === this.#ids.length) {
      this.#grow()
      return this.#placeOf(id, us)
    }
    this.#slots[slot] = ++this.#vehicles
    this.#ids[place] = id
    this.#earliestUs[place] = this.#latestUs[place] = us
    return place
  }

  #grow(): void {
    const twice = (of: Float64Array) => {
      const longer = new Float64Array(of.length * 2)
      longer.set(of)
      return longer
    }
    this.#ids = twice(this.#ids)
    this.#earliestUs = twice(this.#earliestUs)
    this.#latestUs = twice(this.#latestUs)
    this.#slots = new Uint32Array(this.#slots.length * 2)
    const mask = this.#slots.length - 1
    for (let place = 0; place < this.#vehicles; place++) {
      let slot = (this.#ids[place] ?? 0) & mask
      while (this.#slots[slot]) slot = (slot + 1) & mask
      this.#slots[slot] = place + 1
    }
  }

  #write(readings: number): Buffer {
    const vehicles = this.#vehicles
    const arrayBytes = ARRAY_HEADER_BYTES + vehicles * ELEMENT_BYTES
    const length = FIXED_BYTES + ARRAYS * vehicles * ELEMENT_BYTES
    if (this.#bytes.length < length) this.#bytes = Buffer.allocUnsafeSlow(length * 2)
    const bytes = this.#bytes
    HEADER.copy(bytes)
    let at = bytes.writeInt16BE(CHANGE_COLUMNS.length, HEADER.length)
    at = writeArrayHeader(bytes, at, arrayBytes, BIGINT_OID, vehicles)
    at = writeElements(bytes, at, this.#ids, vehicles, 0)
    at = writeArrayHeader(bytes, at, arrayBytes, TIMESTAMPTZ_OID, vehicles)
    at = writeElements(bytes, at, this.#earliestUs, vehicles, PG_EPOCH_US)
    at = writeArrayHeader(bytes, at, arrayBytes, TIMESTAMPTZ_OID, vehicles)
    at = writeElements(bytes, at, this.#latestUs, vehicles, PG_EPOCH_US)
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

function writeElements(
  bytes: Buffer,
  at: number,
  values: Float64Array,
  count: number,
  epoch: number,
): number {
  let next = at
  for (let n = 0; n < count; n++) {
    const value = (values[n] ?? 0) - epoch
    bytes.writeInt32BE(8, next)
    bytes.writeInt32BE(Math.floor(value / UINT32), next + 4)
    next = bytes.writeUInt32BE(value >>> 0, next + 8)
  }
  return next
}
