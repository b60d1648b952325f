import { endBuckets, nextBuckets, type Bucket, type OpenBucket } from './buckets.ts'
import { distanceMm, type Position } from './distance.ts'
import { detect, openEvents } from './detect.ts'
import { nextFences, type FenceEvent, type Moment } from './fences.ts'
import { holdPosition } from './hold.ts'
import type { Interval } from './interval.ts'
import { toGap, type Journey } from './journey.ts'
import { beginJourneys, endJourneys, nextJourneys, openJourney } from './journeys.ts'
import type { JourneyState, Observation } from './journeys.ts'
import { ignitionOf, nextMotion, STILL, type MotionState } from './motion.ts'
import type { Parameters } from './parameters.ts'
import { filterPosition, type Verdict } from './position-filter.ts'
import type { TimedReading } from './reading.ts'
import type { RuleEvent, RuleMemory } from './rule-memory.ts'
import type { Settings } from './settings.ts'
import type { Situation } from './situation.ts'
import type { LastReading, VehicleState } from './state.ts'
import { MS_PER_HOUR, toInteger, toMm, toThousandths } from './units.ts'
import { wayMm } from './way.ts'

/** Results that have become final. */
export interface Results {
  journeys: Journey[]
  buckets: Bucket[]
  events: RuleEvent[]
}

/**
 * The state after a reading, and the results that it completed. `state` is not changed. Readings come in order of time;
 * those of one millisecond in the order of their microseconds.
 * @throws RangeError if the reading is older than the newest one of the state
 */
export function advance(
  state: VehicleState,
  reading: TimedReading,
  settings: Settings,
): { state: VehicleState; results: Results } {
  const { parameters } = settings
  if (state.last !== null && reading.timeMs < state.last.timeMs)
    throw new RangeError(`the reading at ${reading.timeMs} is older than the newest one`)
  const isGap = state.last !== null && reading.timeMs - state.last.timeMs > parameters.gapMs
  const before = isGap ? endStretch(state) : state
  const results = isGap ? endResults(state, parameters) : { journeys: [], buckets: [], events: [] }
  const { verdict, state: filter } = filterPosition(state.filter, reading, parameters)
  const motion = nextMotion(before.motion, reading, verdict, filter.last, parameters)
  const last = nextLast(before.last, reading, verdict, filter.last)
  if (isGap && state.last) results.journeys.push(toGap(state.last, last))
  const { journey, buckets } =
    before.last === null || before.journey === null
      ? beginStretch(last, motion, verdict, parameters)
      : continueStretch(before.last, before.journey, before, last, motion, verdict, parameters, results)
  const { hold, tracked: fences, events } = followFences(state, filter.last, last.speed, verdict, settings)
  // Written out: this runs for each reading, and a spread takes several times as long.
  const moved = { last, filter, motion, journey, hold, buckets, fences, memories: state.memories }
  if (settings.rules.length === 0 && state.memories.length === 0) return { state: moved, results }
  const memories = followRules(state, before, moved, reading, verdict, events, settings, results)
  return { state: { last, filter, motion, journey, hold, buckets, fences, memories }, results }
}

/** The results that would be final without a further reading: for display, and for the newest rows of a vehicle. */
export function openResults(state: VehicleState, { parameters, rules }: Settings): Results {
  const journey = state.journey && state.last && openJourney(state.journey, state.last, parameters)
  return {
    journeys: journey ? [journey] : [],
    buckets: endBuckets(state.buckets),
    events: state.last ? openEvents(state.memories, rules, state.fences, state.last.timeMs) : [],
  }
}

function endResults(state: VehicleState, parameters: Parameters): Results {
  const journey = state.journey && state.last && endJourneys(state.journey, state.last, parameters)
  return { journeys: journey ? [journey] : [], buckets: endBuckets(state.buckets), events: [] }
}

function endStretch(state: VehicleState): VehicleState {
  return { ...state, last: null, motion: STILL, journey: null, buckets: [] }
}

/** @param speed m/h as reported with the position */
function followFences(
  before: VehicleState,
  to: Moment | null,
  speed: number | null,
  verdict: Verdict,
  settings: Settings,
) {
  const { last: from } = before.filter
  if (to === null || (verdict !== 'accepted' && verdict !== 'jumped'))
    return { hold: before.hold, tracked: before.fences, events: [] }
  const hold = holdPosition(before.hold, to, speed, settings.parameters)
  const isNear = from !== null && to.timeMs - from.timeMs <= settings.parameters.gapMs
  const way = {
    from: from && { ...from, ...before.hold },
    to: { ...to, ...hold },
    isContinuous: isNear && verdict === 'accepted',
  }
  const { tracked, events } = nextFences(before.fences, way, settings.geofences)
  return { hold, tracked, events }
}

const NO_ATTRIBUTES = {}

/** @param before `state`, or without its stretch if that has ended */
function followRules(
  state: VehicleState,
  before: VehicleState,
  after: VehicleState,
  reading: TimedReading,
  verdict: Verdict,
  fenceEvents: readonly FenceEvent[],
  { rules, geofences, parameters, attributes = NO_ATTRIBUTES }: Settings,
  results: Results,
): readonly RuleMemory[] {
  const { motion } = after
  const situation: Situation = {
    reading,
    position: after.last?.position ?? null,
    hasPosition: verdict === 'accepted' || verdict === 'jumped',
    hadPosition: after.filter.last !== null,
    speed: motion.speed,
    heading: after.last?.heading ?? null,
    before: before.last && {
      speed: before.motion.speed,
      heading: before.last.heading,
      timeMs: before.last.timeMs,
    },
    previous: state.last && {
      timeMs: state.last.timeMs,
      position: state.last.position,
      isEngineOn: state.motion.isEngineOn,
    },
    isMoving: motion.isMoving,
    isEngineOn: motion.isEngineOn,
    ignition: ignitionOf(motion),
    fences: after.fences,
    fenceEvents,
    parameters,
    attributes,
  }
  const { memories, events } = detect(after.memories, rules, situation, geofences)
  for (const it of events) results.events.push(it)
  return memories
}

interface Stretch {
  journey: JourneyState
  buckets: readonly OpenBucket[]
}

function beginStretch(
  last: LastReading,
  motion: MotionState,
  verdict: Verdict,
  parameters: Parameters,
): Stretch {
  const journey = beginJourneys(observe(last, motion, verdict), parameters)
  const step = {
    interval: null,
    wasTentative: false,
    fate: 'open',
    isTentative: journey.tentative !== null,
  } as const
  const { open } = nextBuckets([], last.timeMs, motion.speed, step)
  return { journey, buckets: open }
}

function continueStretch(
  from: LastReading,
  before: JourneyState,
  { motion: was, buckets }: VehicleState,
  last: LastReading,
  motion: MotionState,
  verdict: Verdict,
  parameters: Parameters,
  results: Results,
): Stretch {
  const interval = between(from, was, last, motion, verdict, parameters)
  const { state, journeys, fate } = nextJourneys(before, observe(last, motion, verdict), interval, parameters)
  const { open, final } = nextBuckets(buckets, last.timeMs, motion.speed, {
    interval,
    wasTentative: isTentative(before),
    fate,
    isTentative: isTentative(state),
  })
  for (const it of journeys) results.journeys.push(it)
  for (const it of final) results.buckets.push(it)
  return { journey: state, buckets: open }
}

const isTentative = (journey: { isTrip: boolean; tentative: unknown }) =>
  !journey.isTrip && journey.tentative !== null

function observe(last: LastReading, motion: MotionState, verdict: Verdict): Observation {
  const { timeMs, position, odometerMm, fuelLevel } = last
  return {
    boundary: { timeMs, position, odometerMm, fuelLevel },
    position: verdict === 'accepted' || verdict === 'jumped' ? position : null,
    isMoving: motion.isMoving,
    speed: motion.speed,
    ignition: ignitionOf(motion),
  }
}

function nextLast(
  before: LastReading | null,
  reading: TimedReading,
  verdict: Verdict,
  accepted: Position | null,
): LastReading {
  const isNew = accepted !== null && (verdict === 'accepted' || verdict === 'jumped')
  const odometerMm = reading.odometer === undefined ? null : toMm(reading.odometer)
  return {
    timeMs: reading.timeMs,
    position: isNew ? { lat: accepted.lat, lon: accepted.lon } : (before?.position ?? null),
    positionMs: isNew ? reading.timeMs : (before?.positionMs ?? null),
    odometerMm,
    odometerSeenMm: odometerMm ?? before?.odometerSeenMm ?? null,
    fuelLevel:
      reading.fuel_level === undefined ? (before?.fuelLevel ?? null) : toThousandths(reading.fuel_level),
    heading: reading.heading === undefined || verdict === 'refused' ? null : toThousandths(reading.heading),
    speed: reading.speed === undefined || !isNew ? null : toThousandths(reading.speed),
    fuelRate: reading.fuel_rate === undefined ? null : toThousandths(reading.fuel_rate),
  }
}

/** Two positions that are further apart in time leave a hole in the path. */
const HOLE_MS = 60_000
/** Spacing of readings at which harsh driving can be judged. */
const JUDGED_MIN_MS = 500
const JUDGED_MAX_MS = 2500

/** Speeds count only if both were reported with the positions. */
function wayBetween(from: LastReading, to: LastReading, lineMm: number): number {
  return wayMm(lineMm, to.timeMs - from.timeMs, from.speed, to.speed)
}

function between(
  from: LastReading,
  was: MotionState,
  to: LastReading,
  is: MotionState,
  verdict: Verdict,
  parameters: Parameters,
): Interval {
  const ms = to.timeMs - from.timeMs
  const isWay = verdict === 'accepted' && from.position !== null && to.position !== null
  const isFuelKnown = from.fuelRate !== null && ms <= parameters.fuelRateMaxMs
  const isJudged = was.speed !== null && is.speed !== null && ms >= JUDGED_MIN_MS && ms <= JUDGED_MAX_MS
  return {
    fromMs: from.timeMs,
    toMs: to.timeMs,
    distanceMm:
      isWay && from.position && to.position
        ? wayBetween(from, to, distanceMm(from.position, to.position))
        : 0,
    hasHole: verdict === 'jumped' || (isWay && to.timeMs - (from.positionMs ?? 0) > HOLE_MS),
    wasMoving: was.isMoving,
    isMoving: is.isMoving,
    wasEngineOn: was.isEngineOn === true,
    // ml/h times ms are 1/3600 µl
    fuelUl:
      isFuelKnown && from.fuelRate !== null ? toInteger((from.fuelRate * ms) / (MS_PER_HOUR / 1000)) : 0,
    fuelMs: isFuelKnown ? ms : 0,
    judgedMs: isJudged ? ms : 0,
    odometerFell:
      to.odometerMm !== null && from.odometerSeenMm !== null && to.odometerMm < from.odometerSeenMm,
  }
}
