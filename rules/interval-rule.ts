import type { Position } from './distance.ts'

/** When a condition is an event. */
export interface IntervalTimes {
  /** It is true for so long, ... */
  forMs: number
  /** ... in so many readings, ... */
  minReadings: number
  /** ... which are no further apart than this, */
  gapMs: number
  /** and it ends once it is false for so long. */
  clearMs: number
}

/** What a reading says about a condition. */
export interface Sample {
  timeMs: number
  isTrue: boolean
  /** what a peak is measured in */
  measure: number
  /** the limit that applied; `null` without one */
  limit: number | null
  position: Position | null
}

/** A condition that is true or ended less than its tolerance ago. Absent while the condition is false. */
export interface IntervalRun {
  start: { timeMs: number; position: Position | null }
  readings: number
  lastTrueMs: number
  /** the first false reading after the last true one */
  falseSinceMs: number | null
  lastMs: number
  /** it was true for long enough */
  isEvent: boolean
  peak: { timeMs: number; measure: number; limit: number | null }
}

/** Whether the condition's readings are so far apart that its run is over. */
export function isOver(run: IntervalRun, timeMs: number, { gapMs }: IntervalTimes): boolean {
  return timeMs - run.lastMs > gapMs
}

/**
 * The run after a sample, and the run that it ended, if that was an event. A reading that says nothing about the condition is no
 * sample.
 * @param isPeak whether the first measure is beyond the second
 */
export function nextRun(
  before: IntervalRun | null,
  sample: Sample,
  times: IntervalTimes,
  isPeak: (a: number, b: number) => boolean,
): { run: IntervalRun | null; ended: IntervalRun | null } {
  const { timeMs, isTrue } = sample
  const isGap = before !== null && isOver(before, timeMs, times)
  if (before === null || isGap) {
    return { run: isTrue ? confirm(beginRun(sample), times) : null, ended: before?.isEvent ? before : null }
  }
  if (isTrue) return { run: confirm(addTrue(before, sample, isPeak), times), ended: null }
  const falseSinceMs = before.falseSinceMs ?? timeMs
  if (before.isEvent && timeMs - falseSinceMs < times.clearMs)
    return { run: { ...before, falseSinceMs, lastMs: timeMs }, ended: null }
  return { run: null, ended: before.isEvent ? before : null }
}

function beginRun({ timeMs, position, measure, limit }: Sample): IntervalRun {
  return {
    start: { timeMs, position },
    readings: 1,
    lastTrueMs: timeMs,
    falseSinceMs: null,
    lastMs: timeMs,
    isEvent: false,
    peak: { timeMs, measure, limit },
  }
}

function addTrue(run: IntervalRun, sample: Sample, isPeak: (a: number, b: number) => boolean): IntervalRun {
  const { timeMs, measure, limit } = sample
  return {
    ...run,
    readings: run.readings + 1,
    lastTrueMs: timeMs,
    falseSinceMs: null,
    lastMs: timeMs,
    peak: isPeak(measure, run.peak.measure) ? { timeMs, measure, limit } : run.peak,
  }
}

function confirm(run: IntervalRun, { forMs, minReadings }: IntervalTimes): IntervalRun {
  const isLong = run.lastTrueMs - run.start.timeMs >= forMs && run.readings >= minReadings
  // Only whether there are enough readings matters: a count that went on would remember the whole event.
  return { ...run, readings: Math.min(run.readings, minReadings), isEvent: run.isEvent || isLong }
}
