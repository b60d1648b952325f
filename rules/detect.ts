import type { Position } from './distance.ts'
import type { FenceEvent, TrackedFence } from './fences.ts'
import type { GeofenceIndex } from './geofence-index.ts'
import { nextHarsh } from './harsh.ts'
import { isOver, nextRun, type IntervalRun, type Sample } from './interval-rule.ts'
import type { TimedReading } from './reading.ts'
import type { Rule, ThresholdRule } from './rule.ts'
import type { Situation } from './situation.ts'
import { toThousandths } from './units.ts'

/** State of a rule: its running condition, and values for a median. Absent for a rule without state. */
export interface RuleMemory {
  key: string
  run: IntervalRun | null
  /** the newest values, oldest first, exactly as in the readings */
  values: readonly number[]
  valuesMs: number | null
}

/** A result of a rule. Times in milliseconds since 1970. */
export interface RuleEvent {
  rule: string
  kind: Rule['kind']
  fromMs: number
  /** `null` while it is open; equals `fromMs` for an event of one moment */
  toMs: number | null
  start: Position | null
  /** m/h, m/s² x 1000, or the unit of the threshold's field; `null` for geofences */
  peak: { timeMs: number; measure: number; limit: number | null } | null
}

/** @param rules in the order of their keys */
export function detect(
  memories: readonly RuleMemory[],
  rules: readonly Rule[],
  situation: Situation,
  index: GeofenceIndex,
): { memories: readonly RuleMemory[]; events: RuleEvent[] } {
  const next: RuleMemory[] = []
  const events: RuleEvent[] = []
  let at = 0
  for (const rule of rules) {
    // Memories of rules that no longer exist are dropped.
    while (at < memories.length && (memories[at]?.key ?? '') < rule.key) at++
    const found = memories[at]
    const memory = found?.key === rule.key ? found : undefined
    const after = judge(rule, memory ?? NOTHING, situation, index, events)
    if (after.run !== null || after.values.length > 0)
      next.push(after.key === rule.key ? after : { ...after, key: rule.key })
  }
  return { memories: next, events }
}

const NOTHING: RuleMemory = { key: '', run: null, values: [], valuesMs: null }

/** Open results of the rules. */
export function openEvents(
  memories: readonly RuleMemory[],
  rules: readonly Rule[],
  fences: readonly TrackedFence[],
  lastMs: number,
): RuleEvent[] {
  return rules.flatMap((rule): RuleEvent[] => {
    if (rule.kind === 'geofence_dwell') {
      const entered = fences.find((it) => it.key === rule.geofence && it.side === 'inside')?.enteredMs
      return entered != null && lastMs - entered >= rule.dwellMs
        ? [toMoment(rule, entered + rule.dwellMs, null, null)]
        : []
    }
    const run = memories.find((it) => it.key === rule.key)?.run
    return run?.isEvent ? [toEvent(rule, run, null)] : []
  })
}

function judge(
  rule: Rule,
  memory: RuleMemory,
  situation: Situation,
  index: GeofenceIndex,
  events: RuleEvent[],
): RuleMemory {
  switch (rule.kind) {
    case 'threshold':
      return judgeThreshold(rule, expire(rule, memory, situation, events), situation, events)
    case 'overspeed': {
      const kept = expire(rule, memory, situation, events)
      return follow(rule, kept, sampleSpeed(rule, kept.run, situation, index), events)
    }
    case 'idling': {
      const { isEngineOn, isMoving, reading } = situation
      const isTrue = isEngineOn === true && !isMoving && !isPowerTakeOff(reading)
      const kept = expire(rule, memory, situation, events)
      return follow(rule, kept, toSample(situation, isTrue, 0, null), events)
    }
    case 'towing': {
      const { ignition, isMoving, speed } = situation
      const isTrue = ignition === false && isMoving
      const kept = expire(rule, memory, situation, events)
      return follow(rule, kept, toSample(situation, isTrue, speed ?? 0, null), events)
    }
    case 'geofence_enter':
    case 'geofence_exit':
    case 'geofence_crossed':
    case 'geofence_dwell':
      events.push(...situation.fenceEvents.flatMap((it) => ofFence(rule, it)))
      return memory
    case 'harsh_acceleration':
    case 'harsh_braking':
    case 'harsh_cornering': {
      const { run, ended } = nextHarsh(memory.run, rule, situation)
      if (run === memory.run) return memory
      if (ended) events.push(toEvent(rule, ended, ended.lastTrueMs))
      return { ...memory, run }
    }
  }
}

type IntervalKind = Extract<Rule, { times: unknown }>

/** Ends an event, and drops values, if the last reading with the condition is too old. */
function expire(
  rule: IntervalKind,
  memory: RuleMemory,
  { reading }: Situation,
  events: RuleEvent[],
): RuleMemory {
  const { timeMs } = reading
  const isStale = memory.valuesMs !== null && timeMs - memory.valuesMs > rule.times.gapMs
  const kept = isStale ? { ...memory, values: [], valuesMs: null } : memory
  if (kept.run === null || !isOver(kept.run, timeMs, rule.times)) return kept
  if (kept.run.isEvent) events.push(toEvent(rule, kept.run, kept.run.lastTrueMs))
  return { ...kept, run: null }
}

/** @param sample `null` if the reading has no value for the condition */
function follow(
  rule: IntervalKind,
  memory: RuleMemory,
  sample: Sample | null,
  events: RuleEvent[],
): RuleMemory {
  if (sample === null) return memory
  const isBelow = rule.kind === 'threshold' && rule.side === 'below'
  if (memory.run === null && !sample.isTrue) return memory
  const { run, ended } = nextRun(memory.run, sample, rule.times, isBelow ? isLess : isMore)
  if (ended) events.push(toEvent(rule, ended, ended.lastTrueMs))
  return { key: memory.key, run, values: memory.values, valuesMs: memory.valuesMs }
}

const isLess = (a: number, b: number) => a < b
const isMore = (a: number, b: number) => a > b

function judgeThreshold(
  rule: ThresholdRule & { key: string },
  memory: RuleMemory,
  situation: Situation,
  events: RuleEvent[],
): RuleMemory {
  const { reading, isEngineOn } = situation
  const value = valueOf(rule, reading)
  if (value === undefined) return memory
  const kept = rule.medianOf > 1 ? addValue(memory, rule.medianOf, value, reading.timeMs) : memory
  if (rule.medianOf > 1 && kept.values.length < rule.medianOf) return kept
  const measure = rule.medianOf > 1 ? medianOf(kept.values) : value
  const level = memory.run?.isEvent ? rule.clearLevel : rule.level
  const isEngineRight =
    rule.engine === 'any' || (isEngineOn !== null && isEngineOn === (rule.engine === 'on'))
  const isTrue = isEngineRight && (rule.side === 'above' ? measure > level : measure < level)
  return follow(rule, kept, toSample(situation, isTrue, measure, rule.level), events)
}

function addValue(memory: RuleMemory, most: number, value: number, timeMs: number): RuleMemory {
  const values = memory.values.slice(memory.values.length < most ? 0 : 1)
  values.push(value)
  return { key: memory.key, run: memory.run, values, valuesMs: timeMs }
}

/** The lower one of two middle values. */
function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0
}

function valueOf({ of }: ThresholdRule, reading: TimedReading): number | undefined {
  if (typeof of === 'string') return reading[of]
  const value = reading.extra?.[of.extra]
  return typeof value === 'number' ? value : undefined
}

function sampleSpeed(
  rule: Extract<Rule, { kind: 'overspeed' }>,
  run: IntervalRun | null,
  situation: Situation,
  index: GeofenceIndex,
): Sample | null {
  if (situation.speed === null) return null
  const kmh = limitOf(rule, situation.fences, index)
  if (kmh === null) return toSample(situation, false, situation.speed, null)
  const limit = toThousandths(kmh)
  const level = run?.isEvent ? limit : limit + toThousandths(rule.tolerance)
  return toSample(situation, situation.speed > level, situation.speed, limit)
}

function limitOf(
  { limit, ofGeofences }: Extract<Rule, { kind: 'overspeed' }>,
  fences: readonly TrackedFence[],
  index: GeofenceIndex,
): number | null {
  if (ofGeofences === 'ignored') return limit
  const limits = fences
    .filter((it) => it.side === 'inside')
    .flatMap((it) => index.get(it.key)?.geofence.speedLimit ?? [])
  if (limits.length === 0) return limit
  return ofGeofences === 'lowest' ? Math.min(...limits) : Math.max(...limits)
}

const isPowerTakeOff = ({ extra }: TimedReading) => extra?.['pto'] === true || extra?.['pto'] === 1

function toSample(situation: Situation, isTrue: boolean, measure: number, limit: number | null): Sample {
  return { timeMs: situation.reading.timeMs, isTrue, measure, limit, position: situation.position }
}

function ofFence(rule: Extract<Rule, { geofence: string }>, event: FenceEvent): RuleEvent[] {
  if (event.geofence !== rule.geofence) return []
  const position = { lat: event.lat, lon: event.lon }
  if (rule.kind === `geofence_${event.kind}`) return [toMoment(rule, event.timeMs, event.timeMs, position)]
  if (rule.kind !== 'geofence_dwell' || event.kind !== 'exit' || event.enteredMs === null) return []
  const fromMs = event.enteredMs + rule.dwellMs
  return event.timeMs >= fromMs ? [toMoment(rule, fromMs, event.timeMs, null)] : []
}

function toMoment(rule: Rule, fromMs: number, toMs: number | null, start: Position | null): RuleEvent {
  return { rule: rule.key, kind: rule.kind, fromMs, toMs, start, peak: null }
}

function toEvent(rule: Rule, run: IntervalRun, toMs: number | null): RuleEvent {
  const { timeMs, position } = run.start
  return { rule: rule.key, kind: rule.kind, fromMs: timeMs, toMs, start: position, peak: run.peak }
}
