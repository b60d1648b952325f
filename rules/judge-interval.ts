import type { TrackedFence } from './fences.ts'
import type { GeofenceIndex } from './geofence-index.ts'
import { isOver, nextRun, type IntervalRun, type Sample } from './interval-rule.ts'
import type { StoredValue, TimedReading } from './reading.ts'
import type { Rule, ThresholdRule } from './rule.ts'
import { NOTHING, toEvent, type RuleEvent, type RuleMemory } from './rule-memory.ts'
import type { Situation } from './situation.ts'
import { toThousandths } from './units.ts'

/** Kinds whose events last while a condition on readings is true. `frozen` has more than a condition. */
export type IntervalKind = Exclude<Extract<Rule, { times: unknown }>, { fault: 'frozen' }>

export function isInterval(rule: Rule): rule is IntervalKind {
  return 'times' in rule && !('fault' in rule && rule.fault === 'frozen')
}

export function judgeInterval(
  rule: IntervalKind,
  memory: RuleMemory,
  situation: Situation,
  index: GeofenceIndex,
  events: RuleEvent[],
): RuleMemory {
  const kept = expire(rule, memory, situation, events)
  switch (rule.kind) {
    case 'threshold':
      return judgeThreshold(rule, kept, situation, events)
    case 'overspeed':
      return follow(rule, kept, sampleSpeed(rule, kept.run, situation, index), events)
    case 'idling': {
      const { isEngineOn, isMoving, reading } = situation
      const isTrue = isEngineOn === true && !isMoving && !isPowerTakeOff(reading)
      return follow(rule, kept, toSample(situation, isTrue, 0, null), events)
    }
    case 'towing': {
      const isTrue = situation.ignition === false && situation.isMoving
      return follow(rule, kept, toSample(situation, isTrue, situation.speed ?? 0, null), events)
    }
    case 'geofence_required':
      return judgeRequired(rule, kept, situation, index, events)
    case 'device_fault': {
      if (!situation.hadPosition) return kept
      const isTrue = situation.isEngineOn === true && !situation.hasPosition
      return follow(rule, kept, toSample(situation, isTrue, 0, null), events)
    }
    case 'expression': {
      const { reading, attributes } = situation
      const isTrue = rule.expression.evaluate(reading, kept.values, attributes)
      const sample = isTrue === null ? null : toSample(situation, isTrue, 0, null)
      const { key, run } = follow(rule, kept, sample, events)
      if (rule.expression.usesBefore.length === 0) return run === kept.run ? kept : { ...kept, run }
      return { key, run, values: rule.expression.valuesOf(reading), valuesMs: reading.timeMs, fuel: null }
    }
  }
}

/** Ends an event and forgets everything. */
export function end(rule: Rule, { run }: RuleMemory, events: RuleEvent[]): RuleMemory {
  if (run?.isEvent) events.push(toEvent(rule, run, run.lastTrueMs))
  return NOTHING
}

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
  return { key: memory.key, run, values: memory.values, valuesMs: memory.valuesMs, fuel: null }
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
  return { key: memory.key, run: memory.run, values, valuesMs: timeMs, fuel: null }
}

/** The lower one of two middle values. */
function medianOf(values: readonly StoredValue[]): number {
  return values.map(Number).toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0
}

function valueOf({ of }: ThresholdRule, reading: TimedReading): number | undefined {
  if (typeof of === 'string') return reading[of]
  const value = reading.extra?.[of.extra]
  return typeof value === 'number' ? value : undefined
}

function judgeRequired(
  rule: Extract<Rule, { kind: 'geofence_required' }>,
  memory: RuleMemory,
  situation: Situation,
  index: GeofenceIndex,
  events: RuleEvent[],
): RuleMemory {
  const { reading, position, fences } = situation
  if (rule.windows !== null && !rule.windows.includes(reading.timeMs)) return end(rule, memory, events)
  const side = fences.find((it) => it.key === rule.geofence)?.side ?? 'outside'
  if (position === null || side === 'unknown' || index.get(rule.geofence) === undefined) return memory
  return follow(rule, memory, toSample(situation, side !== rule.side, 0, null), events)
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
