import { bearing, distanceM, normalDegrees, turn, type Position } from './geo.ts'
import { between, pick, type Random } from './random.ts'

/** A stretch of road with one speed limit and direction, and the event at its end. */
export interface Leg {
  kind: 'drive'
  metresLeft: number
  limit: number
  heading: number
  endSpeed: number
  next: 'drive' | 'wait' | 'park'
}

/** Standing at a light with the engine running, or parked with the engine off. */
export interface Stop {
  kind: 'wait' | 'park'
  secondsLeft: number
}

export type Plan = Leg | Stop

/** The vehicles drive around these points, all of them on land. Fleets with different seeds look different on a map. */
const HOMES: readonly Position[] = [
  { lat: 52.52, lon: 13.405 },
  { lat: 48.137, lon: 11.575 },
  { lat: 50.11, lon: 8.682 },
  { lat: 51.051, lon: 13.738 },
  { lat: 48.208, lon: 16.372 },
  { lat: 50.088, lon: 14.42 },
  { lat: 48.857, lon: 2.352 },
  { lat: 40.417, lon: -3.703 },
]
const ROAM_M = 20_000
const KMH = 1 / 3.6
const LIMITS = [30, 50, 50, 70, 100, 120].map((kmh) => kmh * KMH)
/** A corner is taken at this speed. */
const CORNER = 20 * KMH

/** A point in the city where a vehicle begins, and to which it returns again and again. */
export function chooseHome(random: Random): Position {
  const city = pick(random, HOMES)
  return { lat: city.lat + between(random, -0.08, 0.08), lon: city.lon + between(random, -0.12, 0.12) }
}

export function chooseStop(random: Random, kind: Stop['kind']): Stop {
  return { kind, secondsLeft: kind === 'wait' ? between(random, 4, 40) : between(random, 60, 600) }
}

/** The next stretch of road from `at`. Outside its area a vehicle turns towards home. */
export function chooseLeg(random: Random, at: Position, heading: number, home: Position): Leg {
  const limit = pick(random, LIMITS)
  const away = distanceM(home, at) > ROAM_M
  const wanted = away
    ? bearing(at, home) + between(random, -30, 30)
    : heading + pick(random, [-90, 90, between(random, -35, 35)])
  const ending = random()
  const next = ending < 0.55 ? 'drive' : ending < 0.95 ? 'wait' : 'park'
  return {
    kind: 'drive',
    // Fast roads are long: 15 to 60 seconds of driving.
    metresLeft: limit * between(random, 15, 60),
    limit,
    heading: normalDegrees(wanted),
    endSpeed: next === 'drive' ? Math.min(CORNER, limit) : 0,
    next,
  }
}

/** Turns towards the leg's heading, at most as far as a van turns in `seconds` (12 degrees a second). */
export function steer(heading: number, leg: Leg, seconds: number): number {
  const most = 12 * seconds
  return normalDegrees(heading + Math.max(-most, Math.min(most, turn(heading, leg.heading))))
}
