/** A minute with readings, from the aggregated history: a day has at most 1440. */
export interface Minute {
  /** beginning of the minute, milliseconds since 1970 */
  timeMs: number
  /** km/h; `undefined` if no reading had a speed */
  speedAvg: number | undefined
  speedMax: number | undefined
  /** of the last reading with a position */
  lat: number | undefined
  lon: number | undefined
}

/** Times in milliseconds since 1970, exact to a minute. */
export type Journey =
  | { kind: 'trip'; fromMs: number; toMs: number; distanceM: number; speedMax: number | undefined }
  | { kind: 'stop'; fromMs: number; toMs: number }
  /** time without readings */
  | { kind: 'gap'; fromMs: number; toMs: number }

export const MINUTE_MS = 60_000
/** Average over a minute above which a vehicle moves. Slower is a stop, allowing for the receiver's noise. */
export const MOVING_KMH = 3
/** A shorter stop, such as at a traffic light, is part of the trip. */
export const STOP_MIN_MS = 3 * MINUTE_MS
/** A longer time without a reading is a gap. */
export const GAP_MIN_MS = 5 * MINUTE_MS

/**
 * The trips, stops and gaps of a vehicle in order of time, from its minutes in order of time. `untilMs` is the end of the
 * requested time, at most now, in milliseconds since 1970.
 */
export function findJourneys(minutes: readonly Minute[], untilMs = 0): Journey[] {
  const journeys: Journey[] = []
  let before: Minute | undefined
  for (const minute of minutes) {
    const isGap = before !== undefined && minute.timeMs - (before.timeMs + MINUTE_MS) > GAP_MIN_MS
    if (before && isGap)
      journeys.push({ kind: 'gap', fromMs: before.timeMs + MINUTE_MS, toMs: minute.timeMs })
    const distanceM = isGap ? 0 : distanceBetween(before, minute)
    const toMs = minute.timeMs + MINUTE_MS
    const last = journeys.at(-1)
    if (isMoving(minute, distanceM)) {
      if (last?.kind === 'trip') {
        last.toMs = toMs
        last.distanceM += distanceM
        last.speedMax = greater(last.speedMax, minute.speedMax)
      } else
        journeys.push({ kind: 'trip', fromMs: minute.timeMs, toMs, distanceM, speedMax: minute.speedMax })
    } else if (last?.kind === 'stop') last.toMs = toMs
    else journeys.push({ kind: 'stop', fromMs: minute.timeMs, toMs })
    before = minute
  }
  const lastMs = before === undefined ? Infinity : before.timeMs + MINUTE_MS
  if (untilMs - lastMs > GAP_MIN_MS) journeys.push({ kind: 'gap', fromMs: lastMs, toMs: untilMs })
  return joinTrips(journeys)
}

/** Joins trips with only a short stop between them. */
function joinTrips(journeys: readonly Journey[]): Journey[] {
  const joined: Journey[] = []
  for (const it of journeys) {
    const [trip, stop] = [joined.at(-2), joined.at(-1)]
    const isShort = stop?.kind === 'stop' && stop.toMs - stop.fromMs < STOP_MIN_MS
    if (it.kind === 'trip' && trip?.kind === 'trip' && isShort) {
      joined.pop()
      trip.toMs = it.toMs
      trip.distanceM += it.distanceM
      trip.speedMax = greater(trip.speedMax, it.speedMax)
    } else joined.push({ ...it })
  }
  return joined
}

function isMoving({ speedAvg }: Minute, distanceM: number): boolean {
  const kmh = speedAvg ?? (distanceM / 1000) * 60
  return kmh >= MOVING_KMH
}

function greater(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a
}

const EARTH_RADIUS_M = 6_371_000

/** Distance in a straight line by the haversine formula, m; 0 if a position is unknown. */
function distanceBetween(a: Minute | undefined, b: Minute): number {
  if (a?.lat === undefined || a.lon === undefined || b.lat === undefined || b.lon === undefined) return 0
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const dLat = radians(b.lat - a.lat)
  const dLon = radians(b.lon - a.lon)
  const h =
    Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon / 2) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)))
}
