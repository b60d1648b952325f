import {
  LIVE_HEADER_BYTES,
  LIVE_RECORD_BYTES,
  writeLiveHeader,
  writeLiveRecord,
  type LiveHeader,
  type LiveRecord,
} from '../../contract/live-frame.ts'
import type { VehicleStates } from './vehicle-states.ts'

const COORDINATE_SCALE = 1e7
const SPEED_SCALE = 10
const HEADING_SCALE = 100

/** Beginning of the history of a row that may be seen, in microseconds since 1970. */
type SeenFrom = (row: number) => number

/** Makes frames of rows of `VehicleStates`, all of which have a position. */
export class FrameWriter {
  readonly #states: VehicleStates
  readonly #record = emptyRecord()

  constructor(states: VehicleStates) {
    this.#states = states
  }

  /**
   * The format of contract/live-frame.ts. `nowMs` decides which values are stale; values from before `seenFromUs` are omitted.
   */
  binary(header: LiveHeader, rows: Uint32Array, nowMs: number, seenFromUs: SeenFrom): Uint8Array {
    const bytes = new Uint8Array(LIVE_HEADER_BYTES + rows.length * LIVE_RECORD_BYTES)
    const view = new DataView(bytes.buffer)
    writeLiveHeader(view, header, rows.length)
    for (let n = 0; n < rows.length; n++) {
      const row = rows[n] ?? 0
      this.#states.read(row, this.#record, nowMs, seenFromUs(row))
      writeLiveRecord(view, LIVE_HEADER_BYTES + n * LIVE_RECORD_BYTES, header.baseTimeMs, this.#record)
    }
    return bytes
  }

  /** The same as JSON, with the names and units of a reading. */
  json(header: LiveHeader, rows: Uint32Array, nowMs: number, seenFromUs: SeenFrom): Uint8Array {
    const { epoch, seq, baseTimeMs } = header
    const vehicles: string[] = []
    for (const row of rows) {
      this.#states.read(row, this.#record, nowMs, seenFromUs(row))
      vehicles.push(toJson(this.#record))
    }
    const time = new Date(baseTimeMs).toISOString()
    return Buffer.from(`{"epoch":${epoch},"seq":${seq},"time":"${time}","vehicles":[${vehicles.join(',')}]}`)
  }
}

/** Rounded as in a binary frame. Written by hand, because ten thousand are made at once. */
function toJson(record: LiveRecord): string {
  const { vehicleId, lat, lon, timeMs, speed, heading, state, lastState, lastStateMs, isStale } = record
  const place = `"lat":${rounded(lat, COORDINATE_SCALE)},"lon":${rounded(lon, COORDINATE_SCALE)}`
  const time = new Date(timeMs).toISOString()
  const speedPart = speed === undefined ? '' : `"speed":${rounded(speed, SPEED_SCALE)},`
  const headingPart = heading === undefined ? '' : `"heading":${rounded(heading, HEADING_SCALE)},`
  const last = `"last_state":"${lastState}","last_state_time":"${new Date(lastStateMs).toISOString()}"`
  const states = `"state":"${state}",${last},"is_stale":${isStale}`
  return `{"id":${vehicleId},${place},"time":"${time}",${speedPart}${headingPart}${states}}`
}

function rounded(value: number, scale: number): number {
  return Math.round(value * scale) / scale
}

/** A record to write into. */
export function emptyRecord(): LiveRecord {
  return {
    vehicleId: 0,
    lat: 0,
    lon: 0,
    timeMs: 0,
    speed: undefined,
    heading: undefined,
    state: 'unknown',
    lastState: 'unknown',
    lastStateMs: 0,
    isStale: false,
  }
}
