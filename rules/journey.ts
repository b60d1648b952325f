import { distanceMm, type Position } from './distance.ts'
import type { Parameters } from './parameters.ts'
import type { Boundary, Part } from './part.ts'
import { MS_PER_HOUR } from './units.ts'

/** A trip or stop, or the time between two readings that are further apart than `gapMs`. */
export interface Journey {
  kind: 'trip' | 'stop' | 'gap'
  fromMs: number
  /** `null` while it is open */
  toMs: number | null
  start: Position | null
  end: Position | null
  /** trip: GPS path of moving readings; stop: 0; gap: straight line; `null` if unknown */
  distanceMm: number | null
  /** difference of the odometer; `null` if it is unknown at one end or implausible */
  odometerMm: number | null
  movingMs: number
  idleMs: number
  /** m/h, from moving readings; `null` without a speed */
  speedMax: number | null
  /** m/h, distance over moving time */
  speedAvg: number | null
  fuelUl: number | null
  /** ms in which harsh driving could be judged */
  judgedMs: number
}

/** The trip or stop of a part that ends, or is still open, at `end`. */
export function toJourney(
  kind: 'trip' | 'stop',
  part: Part,
  end: Boundary,
  isOpen: boolean,
  parameters: Parameters,
): Journey {
  const { start, distanceMm, movingMs } = part
  return {
    kind,
    fromMs: start.timeMs,
    toMs: isOpen ? null : end.timeMs,
    start: start.position,
    end: end.position,
    distanceMm,
    odometerMm: kind === 'trip' ? odometerOf(part, end) : null,
    movingMs,
    idleMs: part.idleMs,
    speedMax: part.speedMax,
    speedAvg: movingMs === 0 ? null : Math.floor((distanceMm * (MS_PER_HOUR / 1000)) / movingMs + 0.5),
    fuelUl: fuelOf(part, end, parameters),
    judgedMs: part.judgedMs,
  }
}

/** @param to the reading that ends the gap; its position is `null` unless that reading itself has an accepted one */
export function toGap(from: Boundary, to: Boundary): Journey {
  const [a, b] = [from.odometerMm, to.odometerMm]
  return {
    kind: 'gap',
    fromMs: from.timeMs,
    toMs: to.timeMs,
    start: from.position,
    end: to.position,
    distanceMm: from.position && to.position ? distanceMm(from.position, to.position) : null,
    odometerMm: a === null || b === null || b < a ? null : b - a,
    movingMs: 0,
    idleMs: 0,
    speedMax: null,
    speedAvg: null,
    fuelUl: null,
    judgedMs: 0,
  }
}

/** Plausible odometer: it never fell, and its difference is 0.8 to 1.3 times the path, unless the path has holes. */
function odometerOf(part: Part, end: Boundary): number | null {
  const from = part.start.odometerMm
  if (from === null || end.odometerMm === null || part.odometerFell || end.odometerMm < from) return null
  const mm = end.odometerMm - from
  const isNear = 10 * mm >= 8 * part.distanceMm && 10 * mm <= 13 * part.distanceMm
  return part.hasHole || isNear ? mm : null
}

/**
 * From the fuel rate if it is known for 80 % of the engine's time, otherwise from levels without refuels and drains,
 * which must not rise.
 */
function fuelOf(part: Part, end: Boundary, { tankMl }: Parameters): number | null {
  const engineMs = part.movingEngineMs + part.idleMs
  if (part.fuelMs > 0 && 10 * part.fuelMs >= 8 * engineMs) return part.fuelUl
  const from = part.start.fuelLevel
  if (from === null || end.fuelLevel === null || tankMl === null) return null
  const fall = from - end.fuelLevel + part.fuelApart
  // 1/1000 % of ml are 1/100,000 ml
  return fall < 0 ? null : Math.floor((fall * tankMl) / 100 + 0.5)
}
