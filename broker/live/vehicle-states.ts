import { LIVE_VEHICLE_ID_MAX, type LiveRecord } from '../../contract/live-frame.ts'
import { isAlert, lastStateOf, liveStateOf, type NewestOfVehicle } from '../../contract/live-state.ts'
import { bitOf } from './field-bits.ts'
import type { StateReading } from '../state-reading.ts'

/** The values of a vehicle that have a time of their own. */
const FIELDS = ['lat', 'speed', 'heading', 'ignition', 'status'] as const
const POSITION = 0
const SPEED = 1
const HEADING = 2
const IGNITION = 3
const STATUS = 4
const BITS = FIELDS.map(bitOf)

const ROWS_AT_FIRST = 1024

/**
 * The newest position, speed, heading, ignition and status of each vehicle, each with its own time. They are in columns, so that
 * a reading leaves no garbage behind: about 130 bytes a vehicle. A vehicle keeps its row until it is deleted.
 */
export class VehicleStates {
  /** rows that were ever in use */
  count = 0
  /** rows that changed since `clearChanged`, each once */
  changed = new Uint32Array(ROWS_AT_FIRST)
  changedCount = 0
  /** milliseconds since 1970: the last report about the vehicle */
  changedAtMs = new Float64Array(ROWS_AT_FIRST)
  readonly #staleAfterMs: number
  #isChanged = new Uint8Array(ROWS_AT_FIRST)
  #ids = new Float64Array(ROWS_AT_FIRST)
  /** by row and field: microseconds since 1970, 0 while there is no value; and which of the readings of that instant */
  #timesUs = new Float64Array(ROWS_AT_FIRST * FIELDS.length)
  #nths = new Uint16Array(ROWS_AT_FIRST * FIELDS.length)
  #lat = new Float64Array(ROWS_AT_FIRST)
  #lon = new Float64Array(ROWS_AT_FIRST)
  #speed = new Float64Array(ROWS_AT_FIRST)
  #heading = new Float64Array(ROWS_AT_FIRST)
  #ignition = new Uint8Array(ROWS_AT_FIRST)
  #isAlert = new Uint8Array(ROWS_AT_FIRST)
  #isConnected = new Uint8Array(ROWS_AT_FIRST)
  /** milliseconds since 1970: when one of its devices reported over HTTP */
  #reportedMs = new Float64Array(ROWS_AT_FIRST)
  /** milliseconds since 1970: when time alone changes something, because a value becomes stale or reports have ended */
  #dueMs = new Float64Array(ROWS_AT_FIRST).fill(Infinity)
  readonly #rows = new Map<number, number>()
  readonly #free: number[] = []
  readonly #newest: NewestOfVehicle = {
    positionMs: 0,
    isAlert: false,
    statusMs: 0,
    speed: 0,
    speedMs: 0,
    ignition: false,
    ignitionMs: 0,
  }

  constructor(options: { staleAfterMs: number }) {
    this.#staleAfterMs = options.staleAfterMs
  }

  /**
   * Whether a reading of this time with these fields (see `bitOf`) is newer than the state. Of one instant, the reading with the
   * greater `nth` is newer.
   */
  isNewer(vehicleId: number, timeUs: number, nth: number, fields: number): boolean {
    const row = this.#rows.get(vehicleId)
    if (row === undefined) return vehicleId <= LIVE_VEHICLE_ID_MAX
    for (let field = 0; field < FIELDS.length; field++)
      if ((fields & (BITS[field] ?? 0)) !== 0 && this.#isNewer(row, field, timeUs, nth)) return true
    return false
  }

  /** Takes the values that are newer than the known ones. */
  put(vehicleId: number, timeUs: number, nth: number, reading: StateReading, nowMs: number): number {
    const row = this.#rowOf(vehicleId)
    const { lat, lon, speed, heading, ignition, status } = reading
    if (lat !== undefined && lon !== undefined && this.#take(row, POSITION, timeUs, nth)) {
      this.#lat[row] = lat
      this.#lon[row] = lon
    }
    if (speed !== undefined && this.#take(row, SPEED, timeUs, nth)) this.#speed[row] = speed
    if (heading !== undefined && this.#take(row, HEADING, timeUs, nth)) this.#heading[row] = heading
    if (ignition !== undefined && this.#take(row, IGNITION, timeUs, nth))
      this.#ignition[row] = Number(ignition)
    if (status !== undefined && this.#take(row, STATUS, timeUs, nth))
      this.#isAlert[row] = Number(isAlert(status))
    this.#plan(row, nowMs)
    return row
  }

  /** Returns the row of the vehicle; `undefined` if no frame has the vehicle. */
  setConnected(vehicleId: number, isConnected: boolean): number | undefined {
    const known = this.#rows.get(vehicleId)
    if (known === undefined && (!isConnected || vehicleId > LIVE_VEHICLE_ID_MAX)) return undefined
    const row = known ?? this.#rowOf(vehicleId)
    this.#isConnected[row] = isConnected ? 1 : 0
    return this.hasPosition(row) ? row : undefined
  }

  /** Notes that a device of the vehicle has reported over HTTP. Returns its row; `undefined` if no frame changes by it. */
  setReported(vehicleId: number, reportedMs: number, nowMs: number): number | undefined {
    if (vehicleId > LIVE_VEHICLE_ID_MAX) return undefined
    const row = this.#rowOf(vehicleId)
    const wasOnline = this.#isOnline(row, nowMs)
    this.#reportedMs[row] = Math.max(this.#reportedMs[row] ?? 0, reportedMs)
    this.#plan(row, nowMs)
    return wasOnline || !this.hasPosition(row) ? undefined : row
  }

  /** Whether one of the vehicle's devices is connected or reports over HTTP. */
  isOnline(vehicleId: number, nowMs: number): boolean {
    const row = this.#rows.get(vehicleId)
    return row !== undefined && this.#isOnline(row, nowMs)
  }

  mark(row: number, nowMs: number): void {
    this.changedAtMs[row] = nowMs
    if (this.#isChanged[row] === 1) return
    this.#isChanged[row] = 1
    this.changed[this.changedCount++] = row
  }

  /** Marks a vehicle that is known, also one that is in no frame. */
  markVehicle(vehicleId: number, nowMs: number): void {
    const row = this.#rows.get(vehicleId)
    if (row !== undefined) this.mark(row, nowMs)
  }

  /** Marks the vehicles of which a value became stale, or whose reports ended, since the last call. */
  markDue(nowMs: number): void {
    for (let row = 0; row < this.count; row++) {
      if ((this.#dueMs[row] ?? Infinity) > nowMs) continue
      this.#plan(row, nowMs)
      this.mark(row, nowMs)
    }
  }

  /** Skips due changes: a subscriber that joins now gets a snapshot with them. */
  skipDue(nowMs: number): void {
    for (let row = 0; row < this.count; row++)
      if ((this.#dueMs[row] ?? Infinity) <= nowMs) this.#plan(row, nowMs)
  }

  clearChanged(): void {
    for (let n = 0; n < this.changedCount; n++) this.#isChanged[this.changed[n] ?? 0] = 0
    this.changedCount = 0
  }

  /** @param seenFromUs start of the history that a subscriber may see, in microseconds since 1970 */
  hasPosition(row: number, seenFromUs = -Infinity): boolean {
    const timeUs = this.#timeUs(row, POSITION)
    return timeUs > 0 && timeUs >= seenFromUs
  }

  idOf(row: number): number {
    return this.#ids[row] ?? 0
  }

  /** False if the vehicle of the row was deleted. */
  isInUse(row: number): boolean {
    return this.#rows.get(this.idOf(row)) === row
  }

  /** Time of the newest position, milliseconds since 1970. */
  timeMsOf(row: number): number {
    return this.#timeMs(row, POSITION)
  }

  /** Time of the newest of all values, milliseconds since 1970. */
  newestMsOf(row: number): number {
    let newestUs = 0
    for (let field = 0; field < FIELDS.length; field++)
      newestUs = Math.max(newestUs, this.#timeUs(row, field))
    return Math.floor(newestUs / 1000)
  }

  /**
   * Writes a row into `into`, as it is at `nowMs`, without values from before `seenFromUs` (microseconds since 1970). The place
   * is only valid if the row has a position.
   */
  read(row: number, into: LiveRecord, nowMs: number, seenFromUs = -Infinity): void {
    const newest = this.#newest
    newest.positionMs = this.#seenMs(row, POSITION, seenFromUs)
    newest.isAlert = this.#isAlert[row] === 1
    newest.statusMs = this.#seenMs(row, STATUS, seenFromUs)
    newest.speed = this.#speed[row] ?? 0
    newest.speedMs = this.#seenMs(row, SPEED, seenFromUs)
    newest.ignition = this.#ignition[row] === 1
    newest.ignitionMs = this.#seenMs(row, IGNITION, seenFromUs)
    const headingMs = this.#seenMs(row, HEADING, seenFromUs)
    const sinceMs = nowMs - this.#staleAfterMs
    const last = lastStateOf(newest, sinceMs)
    into.vehicleId = this.idOf(row)
    into.lat = this.#lat[row] ?? 0
    into.lon = this.#lon[row] ?? 0
    into.timeMs = newest.positionMs
    into.speed = newest.speedMs > sinceMs && newest.speedMs > 0 ? newest.speed : undefined
    into.heading = headingMs > Math.max(sinceMs, 0) ? this.#heading[row] : undefined
    into.state = liveStateOf(last, this.#isOnline(row, nowMs))
    into.lastState = last.state
    into.lastStateMs = last.timeMs
    into.isStale = last.isStale
  }

  /** Forgets a vehicle. The next new vehicle gets its row. */
  forget(vehicleId: number): void {
    const row = this.#rows.get(vehicleId)
    if (row === undefined) return
    this.#rows.delete(vehicleId)
    this.#timesUs.fill(0, row * FIELDS.length, (row + 1) * FIELDS.length)
    this.#isAlert[row] = 0
    this.#isConnected[row] = 0
    this.#reportedMs[row] = 0
    this.#dueMs[row] = Infinity
    this.changedAtMs[row] = 0
    this.#free.push(row)
  }

  #timeUs(row: number, field: number): number {
    return this.#timesUs[row * FIELDS.length + field] ?? 0
  }

  #timeMs(row: number, field: number): number {
    return Math.floor(this.#timeUs(row, field) / 1000)
  }

  /** 0 if it is from before `seenFromUs` */
  #seenMs(row: number, field: number, seenFromUs: number): number {
    const timeUs = this.#timeUs(row, field)
    return timeUs < seenFromUs ? 0 : Math.floor(timeUs / 1000)
  }

  #isNewer(row: number, field: number, timeUs: number, nth: number): boolean {
    const at = row * FIELDS.length + field
    const knownUs = this.#timesUs[at] ?? 0
    return timeUs > knownUs || (timeUs === knownUs && nth > (this.#nths[at] ?? 0))
  }

  /** Whether the value is to be taken; its time is noted then. */
  #take(row: number, field: number, timeUs: number, nth: number): boolean {
    if (!this.#isNewer(row, field, timeUs, nth)) return false
    const at = row * FIELDS.length + field
    this.#timesUs[at] = timeUs
    this.#nths[at] = nth
    return true
  }

  #isOnline(row: number, nowMs: number): boolean {
    return this.#isConnected[row] === 1 || (this.#reportedMs[row] ?? 0) > nowMs - this.#staleAfterMs
  }

  #plan(row: number, nowMs: number): void {
    const sinceMs = nowMs - this.#staleAfterMs
    let firstMs = this.#reportedMs[row] ?? 0
    if (firstMs <= sinceMs) firstMs = Infinity
    for (let field = 0; field < FIELDS.length; field++) {
      const timeMs = this.#timeMs(row, field)
      if (timeMs > sinceMs && timeMs < firstMs) firstMs = timeMs
    }
    this.#dueMs[row] = firstMs + this.#staleAfterMs
  }

  #rowOf(vehicleId: number): number {
    const known = this.#rows.get(vehicleId)
    if (known !== undefined) return known
    const row = this.#free.pop() ?? this.count++
    if (row >= this.#ids.length) this.#grow()
    this.#ids[row] = vehicleId
    this.#rows.set(vehicleId, row)
    return row
  }

  #grow(): void {
    const length = this.#ids.length * 2
    const float = (column: Float64Array<ArrayBuffer>, fields = 1) =>
      copyInto(new Float64Array(length * fields), column)
    const byte = (column: Uint8Array<ArrayBuffer>) => copyInto(new Uint8Array(length), column)
    this.changed = copyInto(new Uint32Array(length), this.changed)
    this.changedAtMs = float(this.changedAtMs)
    this.#isChanged = byte(this.#isChanged)
    this.#ids = float(this.#ids)
    this.#timesUs = float(this.#timesUs, FIELDS.length)
    this.#nths = copyInto(new Uint16Array(length * FIELDS.length), this.#nths)
    this.#lat = float(this.#lat)
    this.#lon = float(this.#lon)
    this.#speed = float(this.#speed)
    this.#heading = float(this.#heading)
    this.#ignition = byte(this.#ignition)
    this.#isAlert = byte(this.#isAlert)
    this.#isConnected = byte(this.#isConnected)
    this.#reportedMs = float(this.#reportedMs)
    this.#dueMs = copyInto(new Float64Array(length).fill(Infinity), this.#dueMs)
  }
}

function copyInto<T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(larger: T, column: T): T {
  larger.set(column)
  return larger
}
