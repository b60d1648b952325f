import { signal, type ReadonlySignal } from '@preact/signals'
import { LIVE_STATES, type LiveFrame, type LiveState } from '../../contract/live-frame.ts'

/** A vehicle in the API's snapshot. */
export interface VehicleSnapshot {
  id: number
  vehicle: string
  name: string
  plate?: string
  vin?: string
  tags?: string[]
  group: string | null
  state: LiveState
  last_state?: LiveState
  last_state_time?: string
  is_stale?: boolean
  /** of the newest position, if there is one */
  lat?: number
  lon?: number
  time?: string
  speed?: number
  heading?: number
}

/** A snapshot includes frames that are this old, with time for its reply. Less than the interval of snapshots. */
const STORED_AFTER_MS = 3000

/**
 * Every vehicle that the user may see, in columns. Typed arrays can be drawn sixty times a second, and a frame of ten thousand
 * records creates no object per vehicle. A vehicle keeps its row until the next snapshot.
 */
export class VehicleTable {
  /** rows in use */
  count = 0
  ids = new Uint32Array(0)
  keys: string[] = []
  names: string[] = []
  groups: (string | null)[] = []
  /** the texts that are searched, the same as in Administration: key, name, plate, VIN and tags, one per line */
  texts: string[] = []
  /** degrees; NaN without a position */
  lat = new Float64Array(0)
  lon = new Float64Array(0)
  /** of the newest position, milliseconds since 1970; 0 if the vehicle has no position */
  timeMs = new Float64Array(0)
  /** km/h; NaN if unknown */
  speed = new Float32Array(0)
  /** degrees from north; NaN if unknown */
  heading = new Float32Array(0)
  /** index into LIVE_STATES */
  state = new Uint8Array(0)
  /** the state by the last values, however old, and the time of that state, milliseconds since 1970 */
  lastState = new Uint8Array(0)
  lastStateMs = new Float64Array(0)
  /** 1 if the last values are stale */
  isStale = new Uint8Array(0)
  /** the previous position, and when the newest one came (`performance.now()`), for the movement between them */
  fromLat = new Float64Array(0)
  fromLon = new Float64Array(0)
  changedAtMs = new Float64Array(0)

  readonly #rowsById = new Map<number, number>()
  readonly #rowsByKey = new Map<string, number>()
  readonly #structure = signal(0)
  readonly #values = signal(0)

  /** Counts changes of the list of vehicles and of their names. */
  get structure(): ReadonlySignal<number> {
    return this.#structure
  }

  /** Counts changes of positions and states, and those of `structure`. */
  get values(): ReadonlySignal<number> {
    return this.#values
  }

  rowOf(key: string): number | undefined {
    return this.#rowsByKey.get(key)
  }

  stateOf(row: number): LiveState {
    return LIVE_STATES[this.state[row] ?? 0] ?? 'unknown'
  }

  /** The last state of a vehicle, if it has to be shown with its age. */
  staleStateOf(row: number): LiveState | undefined {
    if (this.isStale[row] !== 1) return undefined
    const last = LIVE_STATES[this.lastState[row] ?? 0] ?? 'unknown'
    // An alert stays visible when the vehicle goes offline.
    return this.stateOf(row) === 'stale' || last === 'alert' ? last : undefined
  }

  /** Replaces everything by a snapshot, except rows that are newer than the snapshot. `nowMs` is of `performance.now()`. */
  load(vehicles: readonly VehicleSnapshot[], nowMs: number): void {
    const before = this.#copy()
    this.#resize(vehicles.length)
    this.#rowsById.clear()
    this.#rowsByKey.clear()
    this.keys = vehicles.map(({ vehicle }) => vehicle)
    this.names = vehicles.map(({ name }) => name)
    this.groups = vehicles.map(({ group }) => group)
    this.texts = vehicles.map((it) => [it.vehicle, it.name, it.plate, it.vin, ...(it.tags ?? [])].join('\n'))
    for (const [row, it] of vehicles.entries()) {
      this.ids[row] = it.id
      this.#rowsById.set(it.id, row)
      this.#rowsByKey.set(it.vehicle, row)
      const timeMs = it.time === undefined ? 0 : Date.parse(it.time)
      const lastStateMs = it.last_state_time === undefined ? 0 : Date.parse(it.last_state_time)
      const known = before.rowOf(it.id)
      if (known !== undefined && isNewer(before, known, { timeMs, lastStateMs, nowMs }))
        this.#take(row, before, known)
      else {
        const {
          lat = NaN,
          lon = NaN,
          speed = NaN,
          heading = NaN,
          last_state = it.state,
          is_stale = false,
        } = it
        this.#put(row, lat, lon, timeMs, speed, heading)
        this.#putState(
          row,
          LIVE_STATES.indexOf(it.state),
          LIVE_STATES.indexOf(last_state),
          lastStateMs,
          is_stale,
        )
        this.fromLat[row] = lat
        this.fromLon[row] = lon
        this.changedAtMs[row] = nowMs
      }
    }
    this.#structure.value++
    this.#values.value++
  }

  /** Merges a frame; returns how many of its vehicles are not in the table. */
  apply(frame: LiveFrame, nowMs: number): number {
    let missing = 0
    for (const it of frame.records) {
      const row = this.#rowsById.get(it.vehicleId)
      if (row === undefined) {
        missing++
        continue
      }
      if (it.timeMs < (this.timeMs[row] ?? 0)) continue
      const isFirst = Number.isNaN(this.lat[row])
      this.fromLat[row] = isFirst ? it.lat : (this.lat[row] ?? NaN)
      this.fromLon[row] = isFirst ? it.lon : (this.lon[row] ?? NaN)
      this.changedAtMs[row] = nowMs
      const { lat, lon, timeMs, speed = NaN, heading = NaN } = it
      this.#put(row, lat, lon, timeMs, speed, heading)
      const { state, lastState, lastStateMs, isStale } = it
      this.#putState(row, LIVE_STATES.indexOf(state), LIVE_STATES.indexOf(lastState), lastStateMs, isStale)
    }
    this.#values.value++
    return missing
  }

  #putState(row: number, state: number, last: number, lastMs: number, isStale: boolean) {
    this.state[row] = state
    this.lastState[row] = last
    this.lastStateMs[row] = lastMs
    this.isStale[row] = Number(isStale)
  }

  #put(row: number, lat: number, lon: number, timeMs: number, speed: number, heading: number) {
    this.lat[row] = lat
    this.lon[row] = lon
    this.timeMs[row] = timeMs
    this.speed[row] = speed
    this.heading[row] = heading
  }

  #take(row: number, { lat, lon, timeMs, speed, heading, ...before }: Columns, known: number) {
    const at = (column: Float64Array | Float32Array) => column[known] ?? NaN
    this.#put(row, at(lat), at(lon), at(timeMs), at(speed), at(heading))
    const { state, lastState, lastStateMs, isStale } = before
    this.#putState(row, state[known] ?? 0, lastState[known] ?? 0, at(lastStateMs), isStale[known] === 1)
    this.fromLat[row] = at(before.fromLat)
    this.fromLon[row] = at(before.fromLon)
    this.changedAtMs[row] = at(before.changedAtMs)
  }

  #copy(): Columns {
    const { lat, lon, timeMs, speed, heading, state, lastState, lastStateMs, isStale } = this
    const { fromLat, fromLon, changedAtMs } = this
    const rows = new Map(this.#rowsById)
    const rowOf = (id: number) => rows.get(id)
    const states = { state, lastState, lastStateMs, isStale }
    return { lat, lon, timeMs, speed, heading, ...states, fromLat, fromLon, changedAtMs, rowOf }
  }

  #resize(count: number): void {
    this.count = count
    this.ids = new Uint32Array(count)
    this.lat = new Float64Array(count)
    this.lon = new Float64Array(count)
    this.timeMs = new Float64Array(count)
    this.speed = new Float32Array(count)
    this.heading = new Float32Array(count)
    this.state = new Uint8Array(count)
    this.lastState = new Uint8Array(count)
    this.lastStateMs = new Float64Array(count)
    this.isStale = new Uint8Array(count)
    this.fromLat = new Float64Array(count)
    this.fromLon = new Float64Array(count)
    this.changedAtMs = new Float64Array(count)
  }
}

type Columns = Pick<
  VehicleTable,
  | 'lat'
  | 'lon'
  | 'timeMs'
  | 'speed'
  | 'heading'
  | 'state'
  | 'lastState'
  | 'lastStateMs'
  | 'isStale'
  | 'fromLat'
  | 'fromLon'
  | 'changedAtMs'
> & { rowOf: (id: number) => number | undefined }

/**
 * Whether a row is newer than a snapshot. Positions only go forward. The time of a state may go back: after an alert has ended,
 * an earlier state is current again. So the time of a state counts only while the database may lack the row.
 */
function isNewer(
  { timeMs, lastStateMs, changedAtMs }: Columns,
  row: number,
  snapshot: { timeMs: number; lastStateMs: number; nowMs: number },
): boolean {
  const isRecent = snapshot.nowMs - (changedAtMs[row] ?? -Infinity) < STORED_AFTER_MS
  const aheadMs = (timeMs[row] ?? 0) - snapshot.timeMs
  // A grant with a later beginning hides the position.
  if (aheadMs !== 0) return aheadMs > 0 && (isRecent || snapshot.timeMs > 0)
  return isRecent && (lastStateMs[row] ?? 0) > snapshot.lastStateMs
}
