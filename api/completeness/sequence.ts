import {
  absorb,
  fill,
  openRange,
  putBefore,
  type Counted,
  type MissingRange,
  type RunOfCounts,
} from './run-of-counts.ts'

/** Result of checking the counter of a device. */
export interface SequenceReport {
  /** `seq` of the first and the last reading that has one; `undefined` if none has one */
  firstSeq: number | undefined
  lastSeq: number | undefined
  /** number of restarts: how often `seq` went down */
  restarts: number
  /** the first missing ranges in time, at most `rangesMax` */
  missing: MissingRange[]
  /** number of missing ranges */
  missingRanges: number
  /** number of values in all missing ranges; beyond 2^53 not exact */
  missingTotal: number
}

export interface Sequence {
  /** Takes the next reading in order of time; readings of one time come in any order. */
  add(timeUs: number, seq: number, receivedUs?: number): void
  /** Ends the check. */
  report(): SequenceReport
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
 * @param options.isWithin whether a time is in the period of the report; readings around it only fill gaps
 */
export function createSequence(options: {
  rangesMax: number
  isWithin?: (timeUs: number) => boolean
}): Sequence {
  const { rangesMax, isWithin = () => true } = options
  /** the readings of one time: at most 32,768 of each vehicle, the range of `nth` */
  let instant: Counted[] = []
  let previous: RunOfCounts | undefined
  let run: RunOfCounts | undefined
  const report: SequenceReport = {
    firstSeq: undefined,
    lastSeq: undefined,
    restarts: 0,
    missing: [],
    missingRanges: 0,
    missingTotal: 0,
  }

  function follow(reading: Counted): void {
    const { seq, timeUs } = reading
    if (isWithin(timeUs)) {
      report.firstSeq ??= seq
      report.lastSeq = seq
    }
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

  function close(ended: RunOfCounts | undefined): void {
    if (ended === undefined) return
    const { open } = ended
    while (open.length > 0) closeRange(ended)
  }

  function closeRange({ open }: RunOfCounts): void {
    const range = open.shift()
    if (range?.isWithin !== true) return
    const { isWithin: _, ...missing } = range
    report.missingRanges++
    report.missingTotal += missing.count
    if (report.missing.length < rangesMax) report.missing.push(missing)
  }

  function followAll(): void {
    const goesOnFrom = run?.last.seq ?? 0
    if (instant.length > 1) {
      instant.sort((a, b) => a.seq - b.seq)
      instant = [
        ...instant.filter(({ seq }) => seq >= goesOnFrom),
        ...instant.filter(({ seq }) => seq < goesOnFrom),
      ]
    }
    for (const reading of instant) follow(reading)
    instant.length = 0
  }

  return {
    add(timeUs, seq, receivedUs = 0) {
      if (timeUs !== instant[0]?.timeUs) followAll()
      instant.push({ timeUs, seq, receivedUs })
    },
    report() {
      followAll()
      close(previous)
      close(run)
      return report
    },
  }
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
