import { nextRun, type IntervalRun } from './interval-rule.ts'
import type { Rule } from './rule.ts'
import type { Situation } from './situation.ts'
import { toInteger } from './units.ts'

/** Spacing of readings at which a change of speed says something about the driving. */
const SPACING_MIN_MS = 500
const SPACING_MAX_MS = 2500
/** m/h on the faster side; below, a manoeuvre is not harsh */
const SPEED_MIN = 10_000
/** Within this time it is one event. */
const ONE_EVENT_MS = 5000

/** Of the harsh readings alone, which are the only samples. */
const TIMES = { forMs: 0, minReadings: 1, gapMs: ONE_EVENT_MS, clearMs: 0 }

/** Judges the change of speed since the reading before, in m/s² x 1000. A reading that permits no judgement is not harsh. */
export function nextHarsh(
  run: IntervalRun | null,
  rule: Extract<Rule, { kind: 'harsh_acceleration' | 'harsh_braking' }>,
  { reading: { timeMs }, position, speed, before, isInJourney }: Situation,
): { run: IntervalRun | null; ended: IntervalRun | null } {
  const ms = before === null ? 0 : timeMs - before.timeMs
  const isJudged =
    isInJourney && before !== null && speed !== null && ms >= SPACING_MIN_MS && ms <= SPACING_MAX_MS
  // m/h per ms are 1/3.6 m/s², times 1000
  const change = isJudged ? toInteger(((speed - before.speed) * 1000) / (3.6 * ms)) : 0
  const measure = rule.kind === 'harsh_braking' ? -change : change
  const isFast = isJudged && Math.max(speed, before.speed) >= SPEED_MIN
  const isTrue = isFast && measure >= Math.floor(rule.limit * 1000)
  const isOver = run !== null && timeMs - run.lastTrueMs > ONE_EVENT_MS
  if (!isTrue) return isOver ? { run: null, ended: run } : { run, ended: null }
  const sample = { timeMs, isTrue, measure, limit: Math.floor(rule.limit * 1000), position }
  return nextRun(run, sample, TIMES, (a, b) => a > b)
}
