import type { Position } from './distance.ts'

/** The conditions under which an interval is an event. */
export interface IntervalTimes {
  /** the condition is true for this time, ... */
  forMs: number
  /** ... in this number of readings, ... */
  minReadings: number
  /** ... which are at most this time apart, */
  gapMs: number
  /** and the event ends once it is false for this time */
  clearMs: number
}

/** The value of a condition in a reading. */
export interface Sample {
  timeMs: number
  isTrue: boolean
  /** measure of the peak */
  measure: number
  /** the limit that applied; `null` without a limit */
  limit: number | null
  position: Position | null
  /** becomes the label of an event that begins here */
  label?: string
}

/** A condition that is true or ended less than its tolerance ago. Absent while the condition is false. */
export interface IntervalRun {
  start: { timeMs: number; position: Position | null }
  readings: number
  lastTrueMs: number
  /** the first false reading after the last true one */
  falseSinceMs: number | null
  lastMs: number
  /** it was true for the minimum time */
  isEvent: boolean
  peak: { timeMs: number; measure: number; limit: number | null }
  label: string | null
}

/** Whether the condition's readings are so far apart that its run has ended. */
export function isOver(run: IntervalRun, timeMs: number, { gapMs }: IntervalTimes): boolean {
  return timeMs - run.lastMs > gapMs
}

/**
 * The run after a sample, and the run that it ended, if that run was an event. A reading without a value for the
 * condition is no sample.
 * @param isPeak whether the first measure exceeds the second
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

export function beginRun({ timeMs, position, measure, limit, label }: Sample): IntervalRun {
  return {
    start: { timeMs, position },
    readings: 1,
    lastTrueMs: timeMs,
    falseSinceMs: null,
    lastMs: timeMs,
    isEvent: false,
    peak: { timeMs, measure, limit },
    label: label ?? null,
  }
}

function addTrue(run: IntervalRun, sample: Sample, isPeak: (a: number, b: number) => boolean): IntervalRun {
  const { timeMs, measure, limit } = sample
  return {
    start: run.start,
    readings: run.readings + 1,
    lastTrueMs: timeMs,
    falseSinceMs: null,
    lastMs: timeMs,
    isEvent: run.isEvent,
    peak: isPeak(measure, run.peak.measure) ? { timeMs, measure, limit } : run.peak,
    label: run.label,
  }
}

function confirm(run: IntervalRun, { forMs, minReadings }: IntervalTimes): IntervalRun {
  const isLong = run.lastTrueMs - run.start.timeMs >= forMs && run.readings >= minReadings
  // Only whether there are enough readings matters. A running count would make equal states different during the whole
  // event.
  const isEvent = run.isEvent || isLong
  if (run.readings <= minReadings && run.isEvent === isEvent) return run
  return { ...run, readings: Math.min(run.readings, minReadings), isEvent }
}
