import { LIVE_STATES, LIVE_VEHICLE_ID_MAX, type LiveRecord } from '../../contract/live-frame.ts'
import { liveStateOf } from '../../contract/live-state.ts'

/** The position and state values of a committed row. */
export interface PositionReading {
  lat: number
  lon: number
  speed: number | undefined
  heading: number | undefined
  ignition: boolean | undefined
  status: string | undefined
}

const ROWS_AT_FIRST = 1024
const OFFLINE = LIVE_STATES.indexOf('offline')
const ALERT = LIVE_STATES.indexOf('alert')

/**
 * Where each vehicle is and what it does, in columns, so that a reading leaves no garbage behind: about 72 bytes a
 * vehicle. A vehicle keeps its row until it is deleted.
 */
export class VehicleStates {
  /** rows that were ever in use */
  count = 0
  /** rows that changed since `clearChanged`, each once */
  changed = new Uint32Array(ROWS_AT_FIRST)
  changedCount = 0
  /** milliseconds since 1970: when it was last told of */
  changedAtMs = new Float64Array(ROWS_AT_FIRST)
  #isChanged = new Uint8Array(ROWS_AT_FIRST)
  #ids = new Float64Array(ROWS_AT_FIRST)
  /** microseconds since 1970; 0: it has no position */
  #timeUs = new Float64Array(ROWS_AT_FIRST)
  /** which of the readings of that instant */
  #nth = new Uint16Array(ROWS_AT_FIRST)
  #lat = new Float64Array(ROWS_AT_FIRST)
  #lon = new Float64Array(ROWS_AT_FIRST)
  /** NaN if unknown */
  #speed = new Float64Array(ROWS_AT_FIRST)
  #heading = new Float64Array(ROWS_AT_FIRST)
  /** by LIVE_STATES, as if it were online */
  #state = new Uint8Array(ROWS_AT_FIRST)
  #isOnline = new Uint8Array(ROWS_AT_FIRST)
  readonly #rows = new Map<number, number>()
  readonly #free: number[] = []
  readonly #reading: Parameters<typeof liveStateOf>[0] = {
    isOnline: true,
    status: undefined,
    speed: undefined,
    ignition: undefined,
  }

  /** Whether a reading of this time would be news; of one instant, the one with the greater `nth` is newer. */
  isNews(vehicleId: number, timeUs: number, nth: number): boolean {
    const row = this.#rows.get(vehicleId)
    if (row === undefined) return vehicleId <= LIVE_VEHICLE_ID_MAX
    const knownUs = this.#timeUs[row] ?? 0
    return timeUs > knownUs || (timeUs === knownUs && nth > (this.#nth[row] ?? 0))
  }

  put(vehicleId: number, timeUs: number, nth: number, position: PositionReading): number {
    const row = this.#rowOf(vehicleId)
    const reading = this.#reading
    reading.status = position.status
    reading.speed = position.speed
    reading.ignition = position.ignition
    this.#timeUs[row] = timeUs
    this.#nth[row] = nth
    this.#lat[row] = position.lat
    this.#lon[row] = position.lon
    this.#speed[row] = position.speed ?? NaN
    this.#heading[row] = position.heading ?? NaN
    this.#state[row] = LIVE_STATES.indexOf(liveStateOf(reading))
    return row
  }

  /** Undefined when nothing has changed that could be told. */
  setOnline(vehicleId: number, isOnline: boolean): number | undefined {
    const known = this.#rows.get(vehicleId)
    if (known === undefined && (!isOnline || vehicleId > LIVE_VEHICLE_ID_MAX)) return undefined
    const row = known ?? this.#rowOf(vehicleId)
    this.#isOnline[row] = isOnline ? 1 : 0
    return this.hasPosition(row) ? row : undefined
  }

  mark(row: number, nowMs: number): void {
    this.changedAtMs[row] = nowMs
    if (this.#isChanged[row] === 1) return
    this.#isChanged[row] = 1
    this.changed[this.changedCount++] = row
  }

  clearChanged(): void {
    for (let n = 0; n < this.changedCount; n++) this.#isChanged[this.changed[n] ?? 0] = 0
    this.changedCount = 0
  }

  hasPosition(row: number): boolean {
    return (this.#timeUs[row] ?? 0) > 0
  }

  idOf(row: number): number {
    return this.#ids[row] ?? 0
  }

  /** Microseconds since 1970, of the newest position. */
  timeUsOf(row: number): number {
    return this.#timeUs[row] ?? 0
  }

  /** Milliseconds since 1970, of the newest position. */
  timeMsOf(row: number): number {
    return Math.floor(this.timeUsOf(row) / 1000)
  }

  /** Writes a row that has a position into `into`. */
  read(row: number, into: LiveRecord): void {
    const speed = this.#speed[row] ?? NaN
    const heading = this.#heading[row] ?? NaN
    const state = this.#state[row] ?? 0
    into.vehicleId = this.idOf(row)
    into.lat = this.#lat[row] ?? 0
    into.lon = this.#lon[row] ?? 0
    into.timeMs = this.timeMsOf(row)
    into.speed = Number.isNaN(speed) ? undefined : speed
    into.heading = Number.isNaN(heading) ? undefined : heading
    into.state = LIVE_STATES[this.#isOnline[row] === 0 && state !== ALERT ? OFFLINE : state] ?? 'unknown'
  }

  /** Its row is given to the next new vehicle. */
  forget(vehicleId: number): void {
    const row = this.#rows.get(vehicleId)
    if (row === undefined) return
    this.#rows.delete(vehicleId)
    this.#timeUs[row] = 0
    this.#isOnline[row] = 0
    this.changedAtMs[row] = 0
    this.#free.push(row)
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
    const float = (column: Float64Array<ArrayBuffer>) => copyInto(new Float64Array(length), column)
    const byte = (column: Uint8Array<ArrayBuffer>) => copyInto(new Uint8Array(length), column)
    this.changed = copyInto(new Uint32Array(length), this.changed)
    this.changedAtMs = float(this.changedAtMs)
    this.#isChanged = byte(this.#isChanged)
    this.#ids = float(this.#ids)
    this.#timeUs = float(this.#timeUs)
    this.#nth = copyInto(new Uint16Array(length), this.#nth)
    this.#lat = float(this.#lat)
    this.#lon = float(this.#lon)
    this.#speed = float(this.#speed)
    this.#heading = float(this.#heading)
    this.#state = byte(this.#state)
    this.#isOnline = byte(this.#isOnline)
  }
}

function copyInto<T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(larger: T, column: T): T {
  larger.set(column)
  return larger
}
