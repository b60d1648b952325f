import type { Position } from './distance.ts'
import type { Interval } from './interval.ts'
import type { Parameters } from './parameters.ts'

/** Values of a reading at the boundary of a journey. */
export interface Boundary {
  timeMs: number
  /** newest accepted position since the last gap */
  position: Position | null
  /** mm, of this reading */
  odometerMm: number | null
  /** 1/1000 %, newest since the last gap */
  fuelLevel: number | null
}

/** Part of a journey: sums from `start` to the newest reading. Integers only: see units.ts. */
export interface Part {
  start: Boundary
  distanceMm: number
  movingMs: number
  /** of `movingMs`, with the engine on */
  movingEngineMs: number
  idleMs: number
  /** µl by the fuel rate, in the time of `fuelMs` */
  fuelUl: number
  /** ms for which the fuel rate is known */
  fuelMs: number
  /** 1/1000 %, sum of the rises and falls of the level during stands that were refuels and drains */
  fuelApart: number
  /** ms in which harsh driving could be judged */
  judgedMs: number
  /** m/h, highest speed while moving, reported or by distance */
  speedMax: number | null
  /** in the path of its movement, as in an `Interval`; a gap ends the journey, a hole does not */
  hasHole: boolean
  odometerFell: boolean
}

export function beginPart(start: Boundary): Part {
  return {
    start,
    distanceMm: 0,
    movingMs: 0,
    movingEngineMs: 0,
    idleMs: 0,
    fuelUl: 0,
    fuelMs: 0,
    fuelApart: 0,
    judgedMs: 0,
    speedMax: null,
    hasHole: false,
    odometerFell: false,
  }
}

/**
 * Adds an interval. If the interval begins standing, its distance is not included: it counts towards the movement that
 * follows.
 */
export function addInterval(part: Part, of: Interval): Part {
  const ms = of.toMs - of.fromMs
  // Written out: this runs for each reading, and a spread takes several times as long.
  return {
    start: part.start,
    distanceMm: part.distanceMm + (of.wasMoving ? of.distanceMm : 0),
    movingMs: part.movingMs + (of.wasMoving ? ms : 0),
    movingEngineMs: part.movingEngineMs + (of.wasMoving && of.wasEngineOn ? ms : 0),
    idleMs: part.idleMs + (!of.wasMoving && of.wasEngineOn ? ms : 0),
    fuelUl: part.fuelUl + of.fuelUl,
    fuelMs: part.fuelMs + of.fuelMs,
    fuelApart: part.fuelApart,
    judgedMs: part.judgedMs + of.judgedMs,
    speedMax: part.speedMax,
    hasHole: part.hasHole || (of.wasMoving && of.hasHole),
    odometerFell: part.odometerFell || of.odometerFell,
  }
}

/** Adds the distance of an interval that began standing and ended moving. */
export function addDeparture(part: Part, of: Interval): Part {
  if (of.wasMoving || !of.isMoving) return part
  return { ...part, distanceMm: part.distanceMm + of.distanceMm, hasHole: part.hasHole || of.hasHole }
}

export function addSpeed(part: Part, speed: number | null): Part {
  return speed === null || speed <= (part.speedMax ?? -1) ? part : { ...part, speedMax: speed }
}

/** Adds the change of the level during a stand from `start` to `end`, if that is a refuel or drain. */
export function addFuelApart(
  part: Part,
  start: Boundary,
  end: Boundary,
  { refuelMin, drainMin }: Parameters,
): Part {
  if (start.fuelLevel === null || end.fuelLevel === null) return part
  const change = end.fuelLevel - start.fuelLevel
  const isApart = change >= refuelMin || -change >= drainMin
  return isApart ? { ...part, fuelApart: part.fuelApart + change } : part
}

/** The part from the beginning of `a` to the end of `b`, which follows it. */
export function join(a: Part, b: Part): Part {
  return {
    start: a.start,
    distanceMm: a.distanceMm + b.distanceMm,
    movingMs: a.movingMs + b.movingMs,
    movingEngineMs: a.movingEngineMs + b.movingEngineMs,
    idleMs: a.idleMs + b.idleMs,
    fuelUl: a.fuelUl + b.fuelUl,
    fuelMs: a.fuelMs + b.fuelMs,
    fuelApart: a.fuelApart + b.fuelApart,
    judgedMs: a.judgedMs + b.judgedMs,
    speedMax: a.speedMax === null ? b.speedMax : Math.max(a.speedMax, b.speedMax ?? 0),
    hasHole: a.hasHole || b.hasHole,
    odometerFell: a.odometerFell || b.odometerFell,
  }
}

/**
 * The part with its movement treated as drift: distance and speed are dropped, and engine-on time becomes idle time.
 */
export function withoutMovement(part: Part): Part {
  return {
    ...part,
    distanceMm: 0,
    movingMs: 0,
    movingEngineMs: 0,
    idleMs: part.idleMs + part.movingEngineMs,
    speedMax: null,
    hasHole: false,
  }
}
