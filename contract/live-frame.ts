/**
 * The live feed's frame: the positions of the vehicles that changed since the last frame, as bytes. Big endian.
 *
 * Header, 24 bytes: magic u16 0x4657 ("FW"); version u8 1; reserved u8; epoch u32; seq u32; count u32; base time f64,
 * milliseconds since 1970. Then `count` records of 24 bytes: vehicle id u32; lat i32 and lon i32, degrees x 1e7; age
 * u32, milliseconds from the position's time to the base time; speed u16, 0.1 km/h; heading u16, 0.01 degrees; state
 * u8; last state u8, plus 0x80 if it is stale; age of the last state u16, rounded up: seconds below 0x8000, otherwise
 * 0x8000 plus hours. 0xffff is an unknown or stale speed or heading. Reserved bytes are sent as 0 and ignored.
 *
 * `epoch` names one run of one broker's feed of one scope. Within it `seq` counts frames: from 1 if the epoch replaced
 * another one while there were subscribers, otherwise from 2. A subscriber that meets an unknown epoch, or a gap in
 * `seq`, gets a new snapshot. A record replaces the known values of its vehicle unless its time is earlier, so repeated
 * and reordered frames do no harm.
 */
export const LIVE_FRAME_MAGIC = 0x4657
export const LIVE_FRAME_VERSION = 1
export const LIVE_HEADER_BYTES = 24
export const LIVE_RECORD_BYTES = 24
/**
 * Vehicles in one frame. A feed with more vehicles sends several frames.
 * @limit vehicles in a frame of the live feed | several frames are sent
 */
export const LIVE_RECORDS_MAX = 10_000
/** Vehicles beyond it are in no frame. */
export const LIVE_VEHICLE_ID_MAX = 0xffff_ffff

/** The states, each at the index that is its number in a frame. */
export const LIVE_STATES = ['unknown', 'moving', 'idling', 'stopped', 'offline', 'alert', 'stale'] as const
export type LiveState = (typeof LIVE_STATES)[number]

export interface LiveHeader {
  epoch: number
  seq: number
  /** milliseconds since 1970: when the frame was built, or the newest of its readings if that is later */
  baseTimeMs: number
}

export interface LiveRecord {
  vehicleId: number
  /** degrees, WGS 84 */
  lat: number
  lon: number
  /** of the position, milliseconds since 1970; in a frame to the millisecond, and at most 49 days before the base time */
  timeMs: number
  /** km/h; `undefined` if unknown or stale */
  speed: number | undefined
  /** degrees from north; `undefined` if unknown or stale */
  heading: number | undefined
  state: LiveState
  /** by its newest values, however old they are and whether it is online or not */
  lastState: LiveState
  /**
   * time of the value that decides, milliseconds since 1970; in a frame up to a second earlier, beyond 9 hours up to an
   * hour
   */
  lastStateMs: number
  /** all of the values are stale */
  isStale: boolean
}

export interface LiveFrame extends LiveHeader {
  records: LiveRecord[]
}

const NOT_KNOWN = 0xffff
const UINT32_MAX = 0xffff_ffff
const DEGREES_SCALE = 1e7
const SPEED_SCALE = 10
const HEADING_SCALE = 100
const IS_STALE = 0x80
const IN_HOURS = 0x8000
const SECOND_MS = 1000
const HOUR_MS = 3_600_000

/**
 * Encodes the header. A reading that is ahead of the base time gets the age 0.
 * @throws RangeError for an id beyond 32 bits
 */
export function encodeLiveFrame(header: LiveHeader, records: readonly LiveRecord[]): Uint8Array {
  const bytes = new Uint8Array(LIVE_HEADER_BYTES + records.length * LIVE_RECORD_BYTES)
  const view = new DataView(bytes.buffer)
  writeLiveHeader(view, header, records.length)
  let at = LIVE_HEADER_BYTES
  for (const record of records) {
    writeLiveRecord(view, at, header.baseTimeMs, record)
    at += LIVE_RECORD_BYTES
  }
  return bytes
}

/** The first `LIVE_HEADER_BYTES` of a frame with this number of records. */
export function writeLiveHeader(view: DataView, header: LiveHeader, count: number): void {
  view.setUint16(0, LIVE_FRAME_MAGIC)
  view.setUint8(2, LIVE_FRAME_VERSION)
  view.setUint32(4, header.epoch)
  view.setUint32(8, header.seq)
  view.setUint32(12, count)
  view.setFloat64(16, header.baseTimeMs)
}

/** Writes the `LIVE_RECORD_BYTES` at `at`. Keeps no reference to `record`, which may be reused for the next one. */
export function writeLiveRecord(view: DataView, at: number, baseTimeMs: number, record: LiveRecord): void {
  if (record.vehicleId > LIVE_VEHICLE_ID_MAX)
    throw new RangeError(`vehicle id ${record.vehicleId} is beyond 32 bits`)
  view.setUint32(at, record.vehicleId)
  view.setInt32(at + 4, Math.round(record.lat * DEGREES_SCALE))
  view.setInt32(at + 8, Math.round(record.lon * DEGREES_SCALE))
  view.setUint32(at + 12, clamp(baseTimeMs - record.timeMs, UINT32_MAX))
  view.setUint16(at + 16, scaled(record.speed, SPEED_SCALE))
  view.setUint16(at + 18, scaled(record.heading, HEADING_SCALE))
  view.setUint8(at + 20, LIVE_STATES.indexOf(record.state))
  view.setUint8(at + 21, LIVE_STATES.indexOf(record.lastState) | (record.isStale ? IS_STALE : 0))
  view.setUint16(at + 22, shortAge(baseTimeMs - record.lastStateMs))
}

/** Decodes the frame in `bytes`, or returns what is wrong with them. An unknown state is read as `unknown`. */
export function decodeLiveFrame(bytes: Uint8Array): LiveFrame | { fault: string } {
  if (bytes.length < LIVE_HEADER_BYTES) return { fault: `${bytes.length} bytes are no header` }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(0) !== LIVE_FRAME_MAGIC) return { fault: 'it does not begin with the magic number' }
  const version = view.getUint8(2)
  if (version !== LIVE_FRAME_VERSION) return { fault: `version ${version} is not ${LIVE_FRAME_VERSION}` }
  const count = view.getUint32(12)
  const expected = LIVE_HEADER_BYTES + count * LIVE_RECORD_BYTES
  if (count > LIVE_RECORDS_MAX) return { fault: `${count} records are more than ${LIVE_RECORDS_MAX}` }
  if (bytes.length !== expected) return { fault: `${bytes.length} bytes instead of ${expected}` }
  const baseTimeMs = view.getFloat64(16)
  if (!Number.isFinite(baseTimeMs)) return { fault: 'the base time is no number' }
  const records: LiveRecord[] = []
  for (let at = LIVE_HEADER_BYTES; at < expected; at += LIVE_RECORD_BYTES) {
    const lastState = view.getUint8(at + 21)
    records.push({
      vehicleId: view.getUint32(at),
      lat: view.getInt32(at + 4) / DEGREES_SCALE,
      lon: view.getInt32(at + 8) / DEGREES_SCALE,
      timeMs: baseTimeMs - view.getUint32(at + 12),
      speed: unscaled(view.getUint16(at + 16), SPEED_SCALE),
      heading: unscaled(view.getUint16(at + 18), HEADING_SCALE),
      state: LIVE_STATES[view.getUint8(at + 20)] ?? 'unknown',
      lastState: LIVE_STATES[lastState & ~IS_STALE] ?? 'unknown',
      lastStateMs: baseTimeMs - longAge(view.getUint16(at + 22)),
      isStale: (lastState & IS_STALE) !== 0,
    })
  }
  return { epoch: view.getUint32(4), seq: view.getUint32(8), baseTimeMs, records }
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(Math.round(value), 0), max)
}

/** Rounded up, so that a decoded time is never too late. */
function shortAge(ageMs: number): number {
  const seconds = Math.max(Math.ceil(ageMs / SECOND_MS), 0)
  return seconds < IN_HOURS ? seconds : IN_HOURS + Math.min(Math.ceil(ageMs / HOUR_MS), IN_HOURS - 1)
}

/** Returns milliseconds. */
function longAge(age: number): number {
  return age < IN_HOURS ? age * SECOND_MS : (age - IN_HOURS) * HOUR_MS
}

function scaled(value: number | undefined, scale: number): number {
  return value === undefined ? NOT_KNOWN : clamp(value * scale, NOT_KNOWN - 1)
}

function unscaled(value: number, scale: number): number | undefined {
  return value === NOT_KNOWN ? undefined : value / scale
}
