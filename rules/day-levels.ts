import { binOf, REGIMES, regimeOf, WINDOW_MS, type Regime, type Signal, type Window } from './anomaly.ts'
import { merge, type Histogram } from './histogram.ts'
import { nextMotion, STILL, type MotionState } from './motion.ts'
import type { Parameters } from './parameters.ts'
import { EMPTY_FILTER, filterPosition } from './position-filter.ts'
import type { TimedReading } from './reading.ts'

/** A value is valid until the next one, for this time at most. */
const HELD_MAX_MS = 60_000

/** Windows of ten minutes with the levels of a signal, by regime. */
export type DayLevels = Record<Regime, Window[]>

/**
 * The levels of a signal in one day of UTC. They depend on the readings of that day alone, so a late reading changes one
 * day: at its beginning the engine counts as cold.
 * @param readings of the day, in order of time
 */
export function levelsOfDay(
  readings: readonly TimedReading[],
  signal: Signal,
  parameters: Parameters,
): DayLevels {
  const levels = { idle: new Map<number, Histogram>(), slow: new Map(), fast: new Map() }
  let [filter, motion, lastMs, engineSinceMs] = [EMPTY_FILTER, STILL, NaN, null as number | null]
  let held: { timeMs: number; regime: Regime; bin: number } | null = null
  for (const reading of readings) {
    const { timeMs } = reading
    const value = reading[signal]
    if (held !== null && (value !== undefined || timeMs - held.timeMs > HELD_MAX_MS)) {
      addHeld(levels[held.regime], held, timeMs)
      held = null
    }
    const isGap = timeMs - lastMs > parameters.gapMs
    const judged = filterPosition(filter, reading, parameters)
    const before: MotionState = isGap ? STILL : motion
    filter = judged.state
    motion = nextMotion(before, reading, judged.verdict, filter.last, parameters)
    engineSinceMs = motion.isEngineOn === true ? ((isGap ? null : engineSinceMs) ?? timeMs) : null
    lastMs = timeMs
    const engineMs = engineSinceMs === null ? null : timeMs - engineSinceMs
    const regime = regimeOf(engineMs, motion.isMoving, motion.speed)
    if (value !== undefined && regime !== null) held = { timeMs, regime, bin: binOf(signal, value) }
  }
  return { idle: toWindows(levels.idle), slow: toWindows(levels.slow), fast: toWindows(levels.fast) }
}

/** The histogram of the whole day, for baselines of later days. */
export function wholeDay(levels: DayLevels): Record<Regime, Histogram> {
  const [idle = [], slow = [], fast = []] = REGIMES.map((it) => merge(levels[it].map((of) => of.histogram)))
  return { idle, slow, fast }
}

/** Adds the time until the next value to the window in which it began. */
function addHeld(
  windows: Map<number, Histogram>,
  { timeMs, bin }: { timeMs: number; bin: number },
  untilMs: number,
): void {
  const startMs = Math.floor(timeMs / WINDOW_MS) * WINDOW_MS
  const ms = Math.min(untilMs - timeMs, HELD_MAX_MS)
  windows.set(startMs, merge([windows.get(startMs) ?? [], [[bin, ms]]]))
}

function toWindows(windows: ReadonlyMap<number, Histogram>): Window[] {
  return [...windows].map(([startMs, histogram]) => ({ startMs, histogram }))
}
