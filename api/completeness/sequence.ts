import {
  absorb,
  fill,
  openRange,
  putBefore,
  type Counted,
  type MissingRange,
  type RunOfCounts,
} from './run-of-counts.ts'
import { createReport, type SequenceReport } from './sequence-report.ts'

export interface Sequence {
  /** Takes the next reading in order of time; readings of one time come in any order. */
  add(timeUs: number, seq: number, receivedUs?: number): void
  /** The report; to be called after the last reading. */
  report(): SequenceReport
}

export interface SequenceOptions {
  rangesMax: number
  /** whether a time is in the period that the report is about; readings around the period only fill gaps */
  isWithin?: (timeUs: number) => boolean
}

/** Distance in `seq` over which a reading may be out of order if only its `seq` shows its run. */
const REORDER_MAX = 100
/**
 * Ranges of a run that a later reading may still fill, about a megabyte. Beyond it the oldest is final.
 * @limit missing ranges of a run that later readings may fill | the oldest is missing
 */
const OPEN_RANGES_MAX = 10_000

/**
 * Follows the `seq` that a device gives its readings. A skipped value is missing, unless a reading of another time has
 * it, because clocks jump. A value that is lower than the one before, and was not skipped, begins a new run;
 * nothing is missing before its first value. An equal value is no gap either.
 *
 * A tracker with whole seconds gives several readings one time, and they may be stored in another order than it counted
 * them. Of one time, readings that continue the run come first, in order of `seq`, and then those of a new run.
 */
export function createSequence({ rangesMax, isWithin = () => true }: SequenceOptions): Sequence {
  /** the readings of one time: at most 32,768 of each vehicle, the range of `nth` */
  const instant: Counted[] = []
  let previous: RunOfCounts | undefined
  let run: RunOfCounts | undefined
  const { report, note, close, closeRange } = createReport(rangesMax)

  function follow(reading: Counted): void {
    const { seq, timeUs } = reading
    if (isWithin(timeUs)) note(seq)
    if (run === undefined) begin(reading, false)
    else if (seq > run.last.seq) {
      if (!isStraggler(reading)) goOn(run, reading)
    } else if (seq === run.last.seq) run.last = reading
    else if (isEarly(run, reading)) putBefore(run, reading, isWithin)
    else if (!fill(run, reading, isWithin) && !(previous && fill(previous, reading, isWithin))) {
      const isRestart = isWithin(timeUs) && isWithin(run.last.timeUs)
      if (isRestart) report.restarts++
      close(previous)
      previous = run
      begin(reading, isRestart)
    }
  }

  function begin(reading: Counted, isRestart: boolean): void {
    run = { first: reading, last: reading, open: [], isRestart }
  }

  /** Takes a reading of the run before, such as one that was counted just before the counter restarted at 0. */
  function isStraggler(reading: Counted): boolean {
    if (previous === undefined || run === undefined) return false
    const isFar = reading.seq - run.last.seq > REORDER_MAX
    if (!isFar && reading.receivedUs >= run.first.receivedUs) return false
    if (fill(previous, reading, isWithin)) return true
    if (reading.seq !== previous.last.seq + 1) return false
    previous.last = reading
    return true
  }

  function goOn(into: RunOfCounts, reading: Counted): void {
    const { last } = into
    into.last = reading
    if (reading.seq === last.seq + 1) return
    const around = { afterUs: last.timeUs, beforeUs: reading.timeUs }
    const range = openRange(last.seq + 1, reading.seq - 1, around, isWithin)
    into.open.push(range)
    if (previous !== undefined && isAhead(previous, range, into.first)) {
      absorb(into, previous, isWithin)
      if (into.isRestart) report.restarts--
      into.isRestart = previous.isRestart
      previous = undefined
    }
    while (into.open.length > OPEN_RANGES_MAX) {
      close(previous)
      previous = undefined
      closeRange(into)
    }
  }

  function followInstant(): void {
    for (const reading of inOrder(instant, run?.last.seq ?? 0)) follow(reading)
    instant.length = 0
  }

  return {
    add(timeUs, seq, receivedUs = 0) {
      if (timeUs !== instant[0]?.timeUs) followInstant()
      instant.push({ timeUs, seq, receivedUs })
    },
    report() {
      followInstant()
      close(previous)
      close(run)
      return report
    },
  }
}

/** Readings of one time: first those that continue the count from `from` on, then those of a new run. Sorts `instant`. */
function inOrder(instant: Counted[], from: number): Counted[] {
  if (instant.length < 2) return instant
  instant.sort((a, b) => a.seq - b.seq)
  return [...instant.filter(({ seq }) => seq >= from), ...instant.filter(({ seq }) => seq < from)]
}

/**
 * Whether a reading belongs to the run although its time is later than that of the run's first reading: it was received
 * before.
 */
function isEarly({ first }: RunOfCounts, { seq, receivedUs }: Counted): boolean {
  return seq < first.seq && first.seq - seq <= REORDER_MAX && receivedUs < first.receivedUs
}

/**
 * Whether an apparent run before a restart really had wrong times: it was not received later, and touches the readings
 * around a missing range of the new run.
 */
function isAhead(early: RunOfCounts, range: MissingRange, restart: Counted): boolean {
  if (early.first.receivedUs !== restart.receivedUs || range.count > REORDER_MAX) return false
  if (early.first.seq < range.fromSeq || early.last.seq > range.toSeq) return false
  return early.first.seq === range.fromSeq || early.last.seq === range.toSeq
}
