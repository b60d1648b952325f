import { distanceMm, type Position } from './distance.ts'
import type { Interval } from './interval.ts'
import { toJourney, type Journey } from './journey.ts'
import type { Parameters } from './parameters.ts'
import {
  addDeparture,
  addFuelApart,
  addInterval,
  addSpeed,
  beginPart,
  join,
  withoutMovement,
} from './part.ts'
import type { Boundary, Part } from './part.ts'

/**
 * The journey of a stretch without gaps. It begins as a stop that is not yet confirmed.
 *
 * - If a trip has a standing run that is not yet a stop, the run is in `tentative`.
 * - If a stop has movement that is not yet a trip, the movement is in `tentative`. It becomes a trip, or was drift.
 */
export interface JourneyState {
  isTrip: boolean
  /** it is long enough; always true for a trip */
  isConfirmed: boolean
  main: Part
  tentative: Part | null
  /** first reading of the standing run */
  standingSinceMs: number | null
  /** first of the readings at its end that have the ignition off */
  offSinceMs: number | null
  /** newest reading of the standing run at which the vehicle was at rest */
  rest: Boundary | null
  /** the newest positions of standing readings, at most nine; their median is the position of the stop */
  stood: readonly Position[]
  /** position of the stop before the movement in `tentative` */
  origin: Position | null
}

/** A reading as input of journeys. */
export interface Observation {
  boundary: Boundary
  /** its own accepted position */
  position: Position | null
  isMoving: boolean
  speed: number | null
  ignition: boolean | null
}

/** The outcome of the tentative movement before a reading; `open` if it is undecided, or there was none. */
export type Fate = 'counts' | 'drift' | 'open'

interface Step {
  state: JourneyState
  journeys: Journey[]
  /** after `drift` the reading itself may begin another movement */
  fate: Fate
}

const STOOD_MAX = 9

export function beginJourneys(of: Observation, parameters: Parameters): JourneyState {
  const state: JourneyState = {
    isTrip: false,
    isConfirmed: false,
    main: beginPart(of.boundary),
    tentative: null,
    standingSinceMs: null,
    offSinceMs: null,
    rest: null,
    stood: [],
    origin: null,
  }
  return of.isMoving ? beginMovement(state, of, null, parameters) : stand(state, of, parameters)
}

export function nextJourneys(
  before: JourneyState,
  of: Observation,
  interval: Interval,
  parameters: Parameters,
): Step {
  const added =
    before.tentative === null
      ? withParts(before, addInterval(before.main, interval), null)
      : withParts(before, before.main, addInterval(before.tentative, interval))
  const { state, journeys, fate } = confirmStop(added, of, parameters)
  return state.isTrip
    ? { state: nextOfTrip(state, of, interval, parameters), journeys, fate }
    : nextOfStop(state, of, interval, parameters, { journeys, fate })
}

// Written out, as below: this runs for each reading, and a spread takes several times as long.
function withParts(of: JourneyState, main: Part, tentative: Part | null): JourneyState {
  return {
    isTrip: of.isTrip,
    isConfirmed: of.isConfirmed,
    main,
    tentative,
    standingSinceMs: of.standingSinceMs,
    offSinceMs: of.offSinceMs,
    rest: of.rest,
    stood: of.stood,
    origin: of.origin,
  }
}

/** The journey that ends at the last reading before a gap; `undefined` if it was too short for a journey. */
export function endJourneys(state: JourneyState, end: Boundary, parameters: Parameters): Journey | undefined {
  const whole = settle(state)
  if (!state.isTrip && !isLongStop(state.isConfirmed, whole, end.timeMs, parameters)) return undefined
  return toJourney(state.isTrip ? 'trip' : 'stop', whole, end, false, parameters)
}

/** The open trip or stop; `undefined` while it is too short for a journey. */
export function openJourney(state: JourneyState, end: Boundary, parameters: Parameters): Journey | undefined {
  if (!state.isConfirmed) return undefined
  return toJourney(state.isTrip ? 'trip' : 'stop', settle(state), end, true, parameters)
}

/** The whole journey as if no reading followed. */
function settle({ isTrip, main, tentative }: JourneyState): Part {
  if (tentative === null) return main
  return join(main, isTrip ? tentative : withoutMovement(tentative))
}

const isLongStop = (isConfirmed: boolean, part: Part, toMs: number, { stopMinMs }: Parameters) =>
  isConfirmed || toMs - part.start.timeMs >= stopMinMs

/** Ends a trip, confirms a stop or discards movement if the vehicle stood long enough up to this reading. */
function confirmStop(state: JourneyState, of: Observation, parameters: Parameters): Step {
  const nowMs = of.boundary.timeMs
  const { standingSinceMs, offSinceMs, main, tentative } = state
  const isLong = standingSinceMs !== null && nowMs - standingSinceMs >= parameters.stopMinMs
  const isOff = offSinceMs !== null && nowMs - offSinceMs >= parameters.ignitionOffMs
  if (state.isTrip) {
    if (tentative === null || !(isLong || isOff)) return { state, journeys: [], fate: 'open' }
    const trip = toJourney('trip', main, tentative.start, false, parameters)
    return {
      state: { ...state, isTrip: false, main: tentative, tentative: null },
      journeys: [trip],
      fate: 'open',
    }
  }
  if (tentative !== null && !(isLong || isOff)) return { state, journeys: [], fate: 'open' }
  const drifted = tentative === null ? state : discardMovement(state)
  const isConfirmed = isOff || isLongStop(state.isConfirmed, drifted.main, nowMs, parameters)
  const same = drifted.isConfirmed === isConfirmed ? drifted : { ...drifted, isConfirmed }
  return { state: same, journeys: [], fate: tentative === null ? 'open' : 'drift' }
}

function nextOfTrip(
  state: JourneyState,
  of: Observation,
  interval: Interval,
  parameters: Parameters,
): JourneyState {
  if (!of.isMoving) return stand(slowDown(state, of, parameters), of, parameters)
  const { tentative } = state
  if (tentative === null)
    return withParts(state, addSpeed(addDeparture(state.main, interval), of.speed), null)
  const whole = addFuelApart(join(state.main, tentative), tentative.start, of.boundary, parameters)
  const main = addSpeed(addDeparture(whole, interval), of.speed)
  return { ...state, main, tentative: null, standingSinceMs: null, offSinceMs: null, rest: null, stood: [] }
}

function nextOfStop(
  state: JourneyState,
  of: Observation,
  interval: Interval,
  parameters: Parameters,
  { journeys, fate }: Pick<Step, 'journeys' | 'fate'>,
): Step {
  if (!of.isMoving && state.tentative === null) return { state: stand(state, of, parameters), journeys, fate }
  const moved = of.isMoving ? move(state, of, interval, parameters) : stand(state, of, parameters)
  const { tentative } = moved
  if (tentative === null) return { state: moved, journeys, fate }
  const isFirstStanding = !of.isMoving && state.standingSinceMs === null
  if ((of.isMoving || isFirstStanding) && isTrip(moved, tentative, of.boundary.position, parameters)) {
    const stop = toJourney('stop', moved.main, tentative.start, false, parameters)
    return {
      state: beginTrip(tentative, of, parameters),
      journeys: moved.isConfirmed ? [...journeys, stop] : journeys,
      fate: fate === 'drift' ? 'drift' : 'counts',
    }
  }
  if (of.boundary.timeMs - tentative.start.timeMs <= parameters.driftMaxMs)
    return { state: moved, journeys, fate }
  const drifted = discardMovement(state)
  const isConfirmed = isLongStop(drifted.isConfirmed, drifted.main, of.boundary.timeMs, parameters)
  const confirmed = { ...drifted, isConfirmed }
  return {
    state: of.isMoving
      ? beginMovement(confirmed, of, interval, parameters)
      : stand(confirmed, of, parameters),
    journeys,
    fate: 'drift',
  }
}

/** Handles a moving reading: a further one of the movement, or its first. */
function move(
  state: JourneyState,
  of: Observation,
  interval: Interval,
  parameters: Parameters,
): JourneyState {
  if (state.tentative === null) return beginMovement(state, of, interval, parameters)
  const tentative = addSpeed(addDeparture(state.tentative, interval), of.speed)
  const origin = state.origin ?? of.position
  return { ...state, tentative, origin, standingSinceMs: null, offSinceMs: null, rest: null }
}

/**
 * @param interval the interval before the reading, whose distance counts towards the movement if the vehicle stood at its
 *   beginning
 */
function beginMovement(
  state: JourneyState,
  of: Observation,
  interval: Interval | null,
  { restMs }: Parameters,
): JourneyState {
  const { rest } = state
  const isFromRest = rest !== null && of.boundary.timeMs - rest.timeMs <= restMs
  const begun = beginPart(isFromRest ? rest : of.boundary)
  const tentative = addSpeed(interval ? addDeparture(begun, interval) : begun, of.speed)
  const origin = medianOf(state.stood) ?? of.position
  return { ...state, tentative, origin, standingSinceMs: null, offSinceMs: null, rest: null }
}

/** Begins the standing run of a trip, or moves its beginning to the first reading at rest. */
function slowDown(state: JourneyState, of: Observation, { restSpeed, restMs }: Parameters): JourneyState {
  const { main, tentative, standingSinceMs, rest } = state
  if (tentative === null) return { ...state, tentative: beginPart(of.boundary) }
  const isNear = standingSinceMs !== null && of.boundary.timeMs - standingSinceMs <= restMs
  if (rest !== null || !isNear || !isAtRest(of, restSpeed)) return state
  return { ...state, main: join(main, tentative), tentative: beginPart(of.boundary) }
}

const isAtRest = ({ speed }: Observation, restSpeed: number) => speed !== null && speed < restSpeed

function stand(state: JourneyState, of: Observation, { restSpeed }: Parameters): JourneyState {
  const nowMs = of.boundary.timeMs
  return {
    isTrip: state.isTrip,
    isConfirmed: state.isConfirmed,
    main: state.main,
    tentative: state.tentative,
    standingSinceMs: state.standingSinceMs ?? nowMs,
    offSinceMs: of.ignition === false ? (state.offSinceMs ?? nowMs) : null,
    rest: isAtRest(of, restSpeed) ? of.boundary : state.rest,
    stood: of.position === null ? state.stood : addStood(state.stood, of.position),
    origin: state.tentative !== null && !state.isTrip ? (state.origin ?? of.position) : null,
  }
}

function addStood(stood: readonly Position[], position: Position): readonly Position[] {
  const kept = stood.slice(stood.length < STOOD_MAX ? 0 : 1)
  kept.push(position)
  return kept
}

/**
 * Whether the movement leads far enough, or lasts long enough and is outside of the radius in which a standing vehicle
 * drifts.
 */
function isTrip(
  { origin }: JourneyState,
  { movingMs }: Part,
  position: Position | null,
  { tripMinMm, tripMinMs, stopRadiusMm }: Parameters,
): boolean {
  const isLong = movingMs >= tripMinMs
  if (origin === null || position === null) return isLong
  const mm = distanceMm(origin, position)
  return mm >= tripMinMm || (isLong && mm > stopRadiusMm)
}

function beginTrip(main: Part, of: Observation, parameters: Parameters): JourneyState {
  const trip: JourneyState = {
    isTrip: true,
    isConfirmed: true,
    main,
    tentative: null,
    standingSinceMs: null,
    offSinceMs: null,
    rest: null,
    stood: [],
    origin: null,
  }
  return of.isMoving ? trip : stand(slowDown(trip, of, parameters), of, parameters)
}

function discardMovement(state: JourneyState): JourneyState {
  return { ...state, main: settle(state), tentative: null, origin: null }
}

/** Median of latitude and longitude separately; the lower one of two middle values. */
function medianOf(positions: readonly Position[]): Position | null {
  const middle = (positions.length - 1) >> 1
  const lat = positions.map((it) => it.lat).toSorted((a, b) => a - b)[middle]
  const lon = positions.map((it) => it.lon).toSorted((a, b) => a - b)[middle]
  return lat === undefined || lon === undefined ? null : { lat, lon }
}
