import { bitOf, VALUE_COLUMNS } from './field-bits.ts'

/** A committed reading of a vehicle, and which of its fields are to be written; see `bitOf`. */
export interface Instant {
  vehicleId: number
  /** microseconds since 1970 */
  timeUs: number
  /** which of the readings of that instant */
  nth: number
  fields: number
}

/** The parts of a vehicle's newest values that a reading is newer than. */
export type NewerParts = 'position' | 'values' | 'both' | undefined

interface KnownExtra {
  timeUs: number
  nth: number
  isDirty: boolean
}

/** The newest position, and the columns beside it. */
const SLOTS = VALUE_COLUMNS.length + 1
const POSITION = 0
const POSITION_BIT = bitOf('lat')
const BITS = [POSITION_BIT, ...VALUE_COLUMNS.map(bitOf)]
const EXTRA = bitOf('extra')
const ROWS_AT_FIRST = 1024
/** Names in `extra` of a vehicle whose times are known. Beyond that the oldest is forgotten; the table keeps no value of it. */
const EXTRAS_MAX = 96

/**
 * The time of each vehicle's newest value of each field, in columns: about 140 bytes a vehicle, and 100 more for each name in
 * `extra`. It determines which readings have newer values. It remembers the values that the newest reading with a position does
 * not have: their fields are _dirty_ until they are taken. Each field has one newest reading, so there are at most as many as
 * fields.
 */
export class KnownValues {
  #count = 0
  /** by row and slot: microseconds since 1970, and which of the readings of that instant */
  #timesUs = new Float64Array(ROWS_AT_FIRST * SLOTS)
  #nths = new Uint16Array(ROWS_AT_FIRST * SLOTS)
  /** the fields of the newest reading with a position */
  #positionFields = new Uint32Array(ROWS_AT_FIRST)
  #dirty = new Uint32Array(ROWS_AT_FIRST)
  /** 1 if the times of the newest position's fields are not in their slots yet; see `#fillSlots` */
  #isBehind = new Uint8Array(ROWS_AT_FIRST)
  readonly #rows = new Map<number, number>()
  readonly #free: number[] = []
  readonly #extras = new Map<number, Map<string, KnownExtra>>()

  /**
   * Notes a committed reading. Returns whether its position must be written, with which all its values are written, the vehicle's
   * dirty fields, or both.
   * @param extraNames of a reading that has `extra`
   */
  note(
    vehicleId: number,
    timeUs: number,
    nth: number,
    fields: number,
    extraNames: readonly string[],
  ): NewerParts {
    const row = this.#rowOf(vehicleId)
    const isPosition = (fields & POSITION_BIT) !== 0 && this.#isNewer(row, POSITION, timeUs, nth)
    // Nearly all readings have the same fields as the reading before. Their times are known by the time of the position.
    if (
      isPosition &&
      fields === this.#positionFields[row] &&
      this.#dirty[row] === 0 &&
      extraNames.length === 0
    ) {
      this.#timesUs[row * SLOTS + POSITION] = timeUs
      this.#nths[row * SLOTS + POSITION] = nth
      this.#isBehind[row] = 1
      return 'position'
    }
    this.#fillSlots(row)
    if (isPosition) this.#leavePosition(row, vehicleId, fields, extraNames)
    for (let slot = 0; slot < SLOTS; slot++) {
      const bit = BITS[slot] ?? 0
      if ((fields & bit) === 0 || !this.#isNewer(row, slot, timeUs, nth)) continue
      const at = row * SLOTS + slot
      this.#timesUs[at] = timeUs
      this.#nths[at] = nth
      if (!isPosition && slot !== POSITION) this.#soil(row, bit)
    }
    if (extraNames.length > 0) this.#noteExtras(row, vehicleId, timeUs, nth, extraNames, isPosition)
    if (isPosition) this.#positionFields[row] = fields
    const isDirty = this.#dirty[row] !== 0
    if (isPosition) return isDirty ? 'both' : 'position'
    return isDirty ? 'values' : undefined
  }

  /** The readings whose values are to be written; afterwards nothing is dirty. */
  take(vehicleId: number): Instant[] {
    const row = this.#rows.get(vehicleId)
    if (row === undefined) return []
    this.#fillSlots(row)
    const instants: Instant[] = []
    const dirty = this.#dirty[row] ?? 0
    this.#dirty[row] = 0
    for (let slot = 1; slot < SLOTS; slot++) {
      const bit = BITS[slot] ?? 0
      if ((dirty & bit) !== 0)
        this.#add(instants, row, vehicleId, this.#time(row, slot), this.#nth(row, slot), bit)
    }
    if ((dirty & EXTRA) === 0) return instants
    for (const it of this.#extras.get(vehicleId)?.values() ?? []) {
      if (it.isDirty) this.#add(instants, row, vehicleId, it.timeUs, it.nth, EXTRA)
      it.isDirty = false
    }
    return instants
  }

  /** Marks the fields of instants that could not be written as dirty again. */
  giveBack({ vehicleId, fields }: Instant): void {
    const row = this.#rows.get(vehicleId)
    if (row === undefined) return
    this.#soil(row, fields)
    if ((fields & EXTRA) !== 0)
      for (const it of this.#extras.get(vehicleId)?.values() ?? []) it.isDirty = true
  }

  /** Forgets a vehicle. The next new vehicle gets its row. */
  forget(vehicleId: number): void {
    const row = this.#rows.get(vehicleId)
    if (row === undefined) return
    this.#rows.delete(vehicleId)
    this.#extras.delete(vehicleId)
    this.#timesUs.fill(0, row * SLOTS, (row + 1) * SLOTS)
    this.#dirty[row] = 0
    this.#positionFields[row] = 0
    this.#isBehind[row] = 0
    this.#free.push(row)
  }

  /** Gives each field of the newest position the time of the position, unless a newer value of the field is known. */
  #fillSlots(row: number): void {
    if (this.#isBehind[row] === 0) return
    this.#isBehind[row] = 0
    const [timeUs, nth] = [this.#time(row, POSITION), this.#nth(row, POSITION)]
    for (let slot = 1; slot < SLOTS; slot++) {
      const isOfPosition = ((this.#positionFields[row] ?? 0) & (BITS[slot] ?? 0)) !== 0
      if (!isOfPosition || !this.#isNewer(row, slot, timeUs, nth)) continue
      this.#timesUs[row * SLOTS + slot] = timeUs
      this.#nths[row * SLOTS + slot] = nth
    }
  }

  /**
   * The newest position gets another reading. Values that only the reading before has must not be lost: that reading may never
   * have been written.
   */
  #leavePosition(row: number, vehicleId: number, fields: number, extraNames: readonly string[]): void {
    const left = (this.#positionFields[row] ?? 0) & ~fields
    for (let slot = 1; slot < SLOTS; slot++)
      if (
        (left & (BITS[slot] ?? 0)) !== 0 &&
        this.#isOfPosition(row, this.#time(row, slot), this.#nth(row, slot))
      )
        this.#soil(row, BITS[slot] ?? 0)
    if (((this.#positionFields[row] ?? 0) & EXTRA) === 0) return
    for (const [name, it] of this.#extras.get(vehicleId) ?? []) {
      if (!this.#isOfPosition(row, it.timeUs, it.nth) || extraNames.includes(name)) continue
      it.isDirty = true
      this.#soil(row, EXTRA)
    }
  }

  #noteExtras(
    row: number,
    vehicleId: number,
    timeUs: number,
    nth: number,
    names: readonly string[],
    isPosition: boolean,
  ): void {
    let extras = this.#extras.get(vehicleId)
    if (extras === undefined) this.#extras.set(vehicleId, (extras = new Map<string, KnownExtra>()))
    for (const name of names) {
      const known = extras.get(name)
      if (known !== undefined && !isLater(timeUs, nth, known.timeUs, known.nth)) continue
      const it = known ?? { timeUs, nth, isDirty: false }
      it.timeUs = timeUs
      it.nth = nth
      if (known === undefined) extras.set(name, it)
      if (isPosition) continue
      it.isDirty = true
      this.#soil(row, EXTRA)
    }
    while (extras.size > EXTRAS_MAX) extras.delete(oldestOf(extras))
  }

  #soil(row: number, fields: number): void {
    this.#dirty[row] = (this.#dirty[row] ?? 0) | fields
  }

  /** The fields of the newest reading with a position are written together with it. */
  #add(instants: Instant[], row: number, vehicleId: number, timeUs: number, nth: number, bit: number): void {
    if (this.#isOfPosition(row, timeUs, nth)) return
    const same = instants.find((it) => it.timeUs === timeUs && it.nth === nth)
    if (same === undefined) instants.push({ vehicleId, timeUs, nth, fields: bit })
    else same.fields |= bit
  }

  #isOfPosition(row: number, timeUs: number, nth: number): boolean {
    return timeUs === this.#time(row, POSITION) && nth === this.#nth(row, POSITION)
  }

  #time(row: number, slot: number): number {
    return this.#timesUs[row * SLOTS + slot] ?? 0
  }

  #nth(row: number, slot: number): number {
    return this.#nths[row * SLOTS + slot] ?? 0
  }

  #isNewer(row: number, slot: number, timeUs: number, nth: number): boolean {
    return isLater(timeUs, nth, this.#time(row, slot), this.#nth(row, slot))
  }

  #rowOf(vehicleId: number): number {
    const known = this.#rows.get(vehicleId)
    if (known !== undefined) return known
    const row = this.#free.pop() ?? this.#count++
    if (row >= this.#dirty.length) this.#grow()
    this.#rows.set(vehicleId, row)
    return row
  }

  #grow(): void {
    const rows = this.#dirty.length * 2
    const [timesUs, nths] = [new Float64Array(rows * SLOTS), new Uint16Array(rows * SLOTS)]
    const [positionFields, dirty] = [new Uint32Array(rows), new Uint32Array(rows)]
    const isBehind = new Uint8Array(rows)
    isBehind.set(this.#isBehind)
    this.#isBehind = isBehind
    timesUs.set(this.#timesUs)
    nths.set(this.#nths)
    positionFields.set(this.#positionFields)
    dirty.set(this.#dirty)
    this.#timesUs = timesUs
    this.#nths = nths
    this.#positionFields = positionFields
    this.#dirty = dirty
  }
}

function isLater(timeUs: number, nth: number, thanUs: number, thanNth: number): boolean {
  return timeUs > thanUs || (timeUs === thanUs && nth > thanNth)
}

function oldestOf(extras: ReadonlyMap<string, KnownExtra>): string {
  let oldest = ''
  let oldestUs = Infinity
  for (const [name, { timeUs }] of extras) {
    if (timeUs >= oldestUs) continue
    oldest = name
    oldestUs = timeUs
  }
  return oldest
}
