import type { TimedReading } from '../../../rules/reading.ts'

/**
 * Models of Traccar's two detectors of trips, written from its documentation
 * (https://www.traccar.org/documentation-trips-stops/) and sharing no code with it. Like Traccar's events, they look at
 * each position when it arrives, and ignore one that is older than the newest.
 */
export interface ModelTrip {
  fromMs: number
  /** `null` while it is open */
  toMs: number | null
  metres: number
}

interface Fix {
  timeMs: number
  at: readonly [lon: number, lat: number]
  /** "motion": the speed is above 0.01 kn */
  isMoving: boolean
  /** sum of the distances of all positions up to this one, in the order of their arrival */
  totalM: number
}

const MOTION_KMH = 0.01 * 1.852
const METRES_PER_DEGREE = 111_195

/** Distance on a plane, on a sphere as Traccar's is. */
function metresBetween(
  [lonA, latA]: readonly [number, number],
  [lonB, latB]: readonly [number, number],
): number {
  const east = lonB - lonA - 360 * Math.round((lonB - lonA) / 360)
  return METRES_PER_DEGREE * Math.hypot(latB - latA, east * Math.cos((latA * Math.PI) / 180))
}

/** Positions that Traccar judges. Its total distance adds each position that arrives, whatever its time. */
function fixesOf(arrivals: readonly TimedReading[]): Fix[] {
  let totalM = 0
  let newest: Fix | undefined
  const judged: Fix[] = []
  for (const { timeMs, lat, lon, speed = 0 } of arrivals) {
    if (lat === undefined || lon === undefined) continue
    const at = [lon, lat] as const
    if (newest) totalM += metresBetween(newest.at, at)
    if (newest && timeMs < newest.timeMs) continue
    newest = { timeMs, at, isMoving: speed > MOTION_KMH, totalM }
    judged.push(newest)
  }
  return judged
}

/** Old detector: only a continuous period of motion, or of none, changes the state. */
export interface OldParameters {
  tripMs: number
  tripM: number
  parkingMs: number
  noDataMs: number
}

export function oldTrips(arrivals: readonly TimedReading[], p: OldParameters): ModelTrip[] {
  const trips: ModelTrip[] = []
  let isTrip = false
  /** first position of the continuous period whose motion differs from the state */
  let since: Fix | undefined
  let begun: Fix | undefined
  let last: Fix | undefined
  const end = (at: Fix) => {
    if (begun) trips.push({ fromMs: begun.timeMs, toMs: at.timeMs, metres: at.totalM - begun.totalM })
    isTrip = false
    begun = undefined
    since = undefined
  }
  for (const fix of fixesOf(arrivals)) {
    if (last && fix.timeMs - last.timeMs > p.noDataMs && isTrip) end(last)
    last = fix
    if (fix.isMoving === isTrip) {
      since = undefined
      continue
    }
    since ??= fix
    const ms = fix.timeMs - since.timeMs
    if (isTrip && ms >= p.parkingMs) end(since)
    else if (!isTrip && (ms >= p.tripMs || fix.totalM - since.totalM >= p.tripM)) {
      isTrip = true
      begun = since
      since = undefined
    }
  }
  if (begun && last) trips.push({ fromMs: begun.timeMs, toMs: null, metres: last.totalM - begun.totalM })
  return trips
}

/** New detector: a trip leaves the place of the last stop, and ends when the vehicle stays in a place. */
export interface NewParameters {
  distanceM: number
  durationMs: number
  gapMs: number
}

export function newTrips(arrivals: readonly TimedReading[], p: NewParameters): ModelTrip[] {
  const trips: ModelTrip[] = []
  let place: Fix | undefined
  /** last position at the place, where motion began */
  let leaving: Fix | undefined
  let begun: Fix | undefined
  /** positions of a trip that may be those of a stop: the newest is within the distance of each */
  let near: Fix[] = []
  let last: Fix | undefined
  const end = (at: Fix) => {
    if (begun) trips.push({ fromMs: begun.timeMs, toMs: at.timeMs, metres: at.totalM - begun.totalM })
    begun = undefined
    near = []
  }
  for (const fix of fixesOf(arrivals)) {
    if (last && fix.timeMs - last.timeMs > p.gapMs && begun) {
      end(last)
      place = last
      leaving = last
    }
    last = fix
    place ??= fix
    leaving ??= fix
    if (begun === undefined) {
      const metres = metresBetween(place.at, fix.at)
      if (!fix.isMoving && metres < p.distanceM) leaving = fix
      if (metres >= p.distanceM) {
        begun = leaving
        near = [fix]
      }
      continue
    }
    near = [...near.slice(near.findLastIndex((it) => metresBetween(it.at, fix.at) > p.distanceM) + 1), fix]
    const first = near[0] ?? fix
    if (fix.timeMs - first.timeMs >= p.durationMs) {
      const arrived = near.find((it) => !it.isMoving) ?? first
      end(arrived)
      place = fix
      leaving = fix
    }
  }
  if (begun && last) trips.push({ fromMs: begun.timeMs, toMs: null, metres: last.totalM - begun.totalM })
  return trips
}
