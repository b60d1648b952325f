import { beginRun, isOver, nextRun, type IntervalRun } from './interval-rule.ts'
import type { StoredValue, TimedReading } from './reading.ts'
import type { Rule } from './rule.ts'
import { toEvent, type RuleEvent, type RuleMemory } from './rule-memory.ts'
import type { Situation } from './situation.ts'
import { toE7, toThousandths } from './units.ts'

type FaultRule = Extract<Rule, { kind: 'device_fault' }>

export function nextStatus(
  rule: Extract<Rule, { kind: 'device_status' }>,
  memory: RuleMemory,
  situation: Situation,
  events: RuleEvent[],
): RuleMemory {
  const status = situation.reading.status?.toLowerCase()
  const isMeant = status !== undefined && rule.statuses.some((it) => it.toLowerCase() === status)
  return nextReport(rule, memory, situation, isMeant ? status : undefined, events)
}

export function nextFault(
  rule: FaultRule,
  memory: RuleMemory,
  situation: Situation,
  events: RuleEvent[],
): RuleMemory {
  switch (rule.fault) {
    case 'frozen':
      return nextFrozen(rule, memory, situation, events)
    case 'seq_restarts':
      return nextRestarts(rule, memory, situation, events)
    case 'dtc':
      return nextReport(rule, memory, situation, troubleCodeOf(situation.reading), events)
    // An interval rule.
    case 'no_position':
      return memory
  }
}

/**
 * Equal reports that are at most the cool-down apart are one event. Another one ends it.
 * @param label `undefined` if the reading reports nothing, `null` if it reports that all is well
 */
function nextReport(
  rule: Extract<Rule, { coolDownMs: number }>,
  memory: RuleMemory,
  situation: Situation,
  label: string | null | undefined,
  events: RuleEvent[],
): RuleMemory {
  const { timeMs } = situation.reading
  const { run } = memory
  const isLate = run !== null && timeMs - run.lastTrueMs > rule.coolDownMs
  const isOther = run !== null && label !== undefined && label !== run.label
  if (run !== null && (isLate || isOther)) events.push(toEvent(rule, run, run.lastTrueMs))
  const kept = isLate || isOther ? null : run
  if (label === undefined || label === null) return kept === run ? memory : { ...memory, run: kept }
  if (kept !== null) return { ...memory, run: { ...kept, lastTrueMs: timeMs, lastMs: timeMs } }
  return { ...memory, run: beginEvent(situation, timeMs, { measure: 0, limit: null, label }) }
}

function beginEvent(
  { position }: Situation,
  timeMs: number,
  of: { measure: number; limit: number | null; label?: string },
): IntervalRun {
  return { ...beginRun({ timeMs, position, isTrue: true, ...of }), isEvent: true }
}

/** Characters of a label. */
const LABEL_MAX = 64

/** The first trouble code by name; `null` if all are empty, `undefined` without any. */
function troubleCodeOf({ extra }: TimedReading): string | null | undefined {
  if (extra === undefined) return undefined
  const names = Object.keys(extra).filter((it) => it.toLowerCase().startsWith('dtc'))
  if (names.length === 0) return undefined
  const name = names.toSorted().find((it) => Boolean(extra[it]))
  if (name === undefined) return null
  // Without half of a pair of surrogates at its end.
  return `${name}=${extra[name]}`.slice(0, LABEL_MAX).replace(/[\ud800-\udbff]$/, '')
}

/** Each value that differs from the one before begins another run. */
function nextFrozen(
  rule: Extract<FaultRule, { fault: 'frozen' }>,
  memory: RuleMemory,
  situation: Situation,
  events: RuleEvent[],
): RuleMemory {
  const { timeMs, speed } = situation.reading
  const { run } = memory
  const isPast = run !== null && isOver(run, timeMs, rule.times)
  if (isPast && run.isEvent) events.push(toEvent(rule, run, run.lastTrueMs))
  const kept = isPast ? { ...memory, run: null, values: [], valuesMs: null } : memory
  const values = speed !== undefined && speed > rule.speedAbove ? valuesOf(rule, situation) : undefined
  if (values === undefined) return kept
  const isSame = values.every((it, i) => it === kept.values[i])
  if (!isSame && kept.run?.isEvent) events.push(toEvent(rule, kept.run, kept.run.lastTrueMs))
  const measure = toThousandths(speed ?? 0)
  const sample = { timeMs, isTrue: true, measure, limit: null, position: situation.position }
  const { run: next } = nextRun(isSame ? kept.run : null, sample, rule.times, (a, b) => a > b)
  return { ...kept, run: next, values: isSame ? kept.values : values, valuesMs: null }
}

function valuesOf(
  { of }: Extract<FaultRule, { fault: 'frozen' }>,
  { reading, hasPosition }: Situation,
): StoredValue[] | undefined {
  if (of === 'position') {
    const { lat, lon } = reading
    return hasPosition && lat !== undefined && lon !== undefined ? [toE7(lat), toE7(lon)] : undefined
  }
  const value = typeof of === 'string' ? reading[of] : reading.extra?.[of.extra]
  return value === undefined || value === null ? undefined : [value]
}

// Written out: this runs for each reading.
function remember({ key, run }: RuleMemory, values: readonly StoredValue[], valuesMs: number): RuleMemory {
  return { key, run, values, valuesMs, fuel: null }
}

/** Values are the newest `seq`, and the times of the newest restarts. */
function nextRestarts(
  rule: Extract<FaultRule, { fault: 'seq_restarts' }>,
  memory: RuleMemory,
  situation: Situation,
  events: RuleEvent[],
): RuleMemory {
  const { timeMs, seq } = situation.reading
  const { run, valuesMs } = memory
  const isPast = run !== null && timeMs - run.lastTrueMs > rule.withinMs
  if (isPast) events.push(toEvent(rule, run, run.lastTrueMs))
  const isForgotten = valuesMs !== null && timeMs - valuesMs > rule.withinMs
  const kept =
    isPast || isForgotten
      ? {
          ...memory,
          run: isPast ? null : run,
          values: isForgotten ? [] : memory.values,
          valuesMs: isForgotten ? null : valuesMs,
        }
      : memory
  if (seq === undefined) return kept
  const last = kept.values[0]
  const isRestart = last !== undefined && seq < Number(last)
  if (!isRestart && kept.values.length < 2) return remember(kept, [seq], timeMs)
  const times = kept.values.slice(1).map(Number)
  const restarts = [...times, ...(isRestart ? [timeMs] : [])]
    .filter((it) => timeMs - it <= rule.withinMs)
    .slice(-rule.restarts)
  const values = [seq, ...restarts]
  const firstMs = restarts[0]
  if (!isRestart || firstMs === undefined || restarts.length < rule.restarts)
    return remember(kept, values, timeMs)
  const begun = kept.run ?? beginEvent(situation, firstMs, { measure: rule.restarts, limit: rule.restarts })
  return { ...kept, run: { ...begun, lastTrueMs: timeMs, lastMs: timeMs }, values, valuesMs: timeMs }
}
