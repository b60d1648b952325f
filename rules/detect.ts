import { nextFault, nextStatus } from './device-fault.ts'
import type { FenceEvent, TrackedFence } from './fences.ts'
import { nextFuel, thresholdOf } from './fuel-blocks.ts'
import type { GeofenceIndex } from './geofence-index.ts'
import { nextHarsh } from './harsh.ts'
import { end, isInterval, judgeInterval } from './judge-interval.ts'
import type { FuelRule, Rule } from './rule.ts'
import { NOTHING, toEvent, toMoment, type RuleEvent, type RuleMemory } from './rule-memory.ts'
import type { Situation } from './situation.ts'

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
    const after = judgeScheduled(rule, memory ?? NOTHING, situation, index, events)
    if (after.run !== null || after.values.length > 0 || after.fuel !== null)
      next.push(after.key === rule.key ? after : { ...after, key: rule.key })
  }
  return { memories: next, events }
}

/** Open results of the rules. */
export function openEvents(
  memories: readonly RuleMemory[],
  rules: readonly Rule[],
  fences: readonly TrackedFence[],
  lastMs: number,
): RuleEvent[] {
  return rules.flatMap((rule) =>
    openEventsOf(rule, memories, fences, lastMs).filter((it) => isScheduled(rule, it.fromMs)),
  )
}

function openEventsOf(
  rule: Rule,
  memories: readonly RuleMemory[],
  fences: readonly TrackedFence[],
  lastMs: number,
): RuleEvent[] {
  if (rule.kind === 'geofence_dwell') {
    const entered = fences.find((it) => it.key === rule.geofence && it.side === 'inside')?.enteredMs
    return entered != null && lastMs - entered >= rule.dwellMs
      ? [toMoment(rule, entered + rule.dwellMs, null, null)]
      : []
  }
  const run = memories.find((it) => it.key === rule.key)?.run
  return run?.isEvent ? [toEvent(rule, run, null)] : []
}

const isScheduled = ({ schedule }: Rule, timeMs: number) => schedule == null || schedule.includes(timeMs)

function judgeScheduled(
  rule: Rule,
  memory: RuleMemory,
  situation: Situation,
  index: GeofenceIndex,
  events: RuleEvent[],
): RuleMemory {
  const { schedule } = rule
  if (schedule == null) return judge(rule, memory, situation, index, events)
  if (isInterval(rule) && !schedule.includes(situation.reading.timeMs)) return end(rule, memory, events)
  const found: RuleEvent[] = []
  const after = judge(rule, memory, situation, index, found)
  events.push(...found.filter((it) => schedule.includes(it.fromMs)))
  return after
}

function judge(
  rule: Rule,
  memory: RuleMemory,
  situation: Situation,
  index: GeofenceIndex,
  events: RuleEvent[],
): RuleMemory {
  if (isInterval(rule)) return judgeInterval(rule, memory, situation, index, events)
  switch (rule.kind) {
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
    case 'refuel':
    case 'fuel_drain':
      return judgeFuel(rule, memory, situation, events)
    case 'silence':
      addSilence(rule, situation, events)
      return memory
    case 'device_status':
      return nextStatus(rule, memory, situation, events)
    case 'device_fault':
      return nextFault(rule, memory, situation, events)
    // Judged from whole days: see anomaly.ts.
    case 'anomaly_level':
    case 'anomaly_drift':
      return memory
  }
}

function judgeFuel(
  rule: FuelRule & { key: string },
  memory: RuleMemory,
  situation: Situation,
  events: RuleEvent[],
): RuleMemory {
  const { fuel, found } = nextFuel(memory.fuel, rule, situation)
  if (found) {
    const { before, after } = found
    const timeMs = after.firstMs
    const limit = thresholdOf(rule, situation.parameters.tankMl)
    const peak = { timeMs, measure: Math.abs(after.level - before.level), limit }
    events.push({ ...toMoment(rule, before.lastMs, timeMs, after.first ?? before.last), peak })
  }
  return fuel === memory.fuel ? memory : { ...memory, fuel }
}

function addSilence(
  rule: Extract<Rule, { kind: 'silence' }>,
  { previous, reading }: Situation,
  events: RuleEvent[],
): void {
  if (previous === null || previous.isEngineOn !== true) return
  if (reading.timeMs - previous.timeMs > rule.afterMs)
    events.push(toMoment(rule, previous.timeMs, reading.timeMs, previous.position))
}

type FenceRule = Extract<Rule, { kind: `geofence_${FenceEvent['kind'] | 'dwell'}` }>

function ofFence(rule: FenceRule, event: FenceEvent): RuleEvent[] {
  if (event.geofence !== rule.geofence) return []
  const position = { lat: event.lat, lon: event.lon }
  if (rule.kind === `geofence_${event.kind}`) return [toMoment(rule, event.timeMs, event.timeMs, position)]
  if (rule.kind !== 'geofence_dwell' || event.kind !== 'exit' || event.enteredMs === null) return []
  const fromMs = event.enteredMs + rule.dwellMs
  return event.timeMs >= fromMs ? [toMoment(rule, fromMs, event.timeMs, null)] : []
}
