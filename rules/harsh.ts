import { nextRun, type IntervalRun } from './interval-rule.ts'
import type { Rule } from './rule.ts'
import type { Situation } from './situation.ts'
import { toInteger } from './units.ts'

type HarshRule = Extract<Rule, { kind: 'harsh_acceleration' | 'harsh_braking' | 'harsh_cornering' }>

/** Spacing of readings at which a change of speed or heading is meaningful. */
const SPACING_MIN_MS = 500
const SPACING_MAX_MS = 2500
/** m/h, on the faster side; below it no manoeuvre is harsh */
const SPEED_MIN = 10_000
const CORNERING_SPEED_MIN = 15_000
/** Harsh readings within this time are one event. */
const ONE_EVENT_MS = 5000
/** Heading is noisy, so a corner needs two readings in a row. */
const CORNERING_READINGS = 2

/** Compares a reading with the one before. Readings that are too close or too far apart are not harsh. */
export function nextHarsh(
  run: IntervalRun | null,
  rule: HarshRule,
  situation: Situation,
): { run: IntervalRun | null; ended: IntervalRun | null } {
  const { timeMs } = situation.reading
  const measure = rule.kind === 'harsh_cornering' ? lateral(situation) : along(rule, situation)
  const limit = toInteger(rule.limit * 1000)
  const isOver = run !== null && timeMs - run.lastTrueMs > ONE_EVENT_MS
  if (measure === null || measure < limit) {
    if (isOver) return { run: null, ended: run.isEvent ? run : null }
    return { run: run?.isEvent ? run : null, ended: null }
  }
  const minReadings = rule.kind === 'harsh_cornering' ? CORNERING_READINGS : 1
  const times = { forMs: 0, minReadings, gapMs: ONE_EVENT_MS, clearMs: 0 }
  const sample = { timeMs, isTrue: true, measure, limit, position: situation.position }
  return nextRun(run, sample, times, (a, b) => a > b)
}

/** ms since the reading before; `null` if the two are too close or too far apart. */
function spacingOf({ reading, before }: Situation): number | null {
  if (before === null) return null
  const ms = reading.timeMs - before.timeMs
  return ms >= SPACING_MIN_MS && ms <= SPACING_MAX_MS ? ms : null
}

/** Change of speed in the rule's direction, m/s² x 1000. */
function along(rule: HarshRule, situation: Situation): number | null {
  const { speed, before } = situation
  const ms = spacingOf(situation)
  if (ms === null || speed === null || before === null || before.speed === null) return null
  if (Math.max(speed, before.speed) < SPEED_MIN) return null
  const change = rule.kind === 'harsh_braking' ? before.speed - speed : speed - before.speed
  // m/h per ms are 1/3.6 m/s²
  return toInteger((change * 1000) / (3.6 * ms))
}

/** Speed times change of heading, by the shorter way, m/s² x 1000. */
function lateral(situation: Situation): number | null {
  const { speed, before, heading } = situation
  const ms = spacingOf(situation)
  if (ms === null || speed === null || heading === null || before === null || before.heading === null)
    return null
  if (speed < CORNERING_SPEED_MIN) return null
  const turn = Math.abs(heading - before.heading) % 360_000
  const radians = (Math.min(turn, 360_000 - turn) / 1000) * (Math.PI / 180)
  // m/h are 1/3600 m/s, and radians per ms are 1000 per s
  return toInteger((speed / 3600) * (radians / ms) * 1_000_000)
}
