import type { MissingRange, RunOfCounts } from './run-of-counts.ts'

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

/** A report that is being written: a range is missing when no later reading can fill it. */
export interface OpenReport {
  readonly report: SequenceReport
  /** Records the `seq` of a reading in the period. */
  note: (seq: number) => void
  /** Counts all open ranges of a run as missing. */
  close: (run: RunOfCounts | undefined) => void
  /** Counts the oldest open range of a run as missing. */
  closeRange: (run: RunOfCounts) => void
}

export function createReport(rangesMax: number): OpenReport {
  const report: SequenceReport = {
    firstSeq: undefined,
    lastSeq: undefined,
    restarts: 0,
    missing: [],
    missingRanges: 0,
    missingTotal: 0,
  }

  function closeRange({ open }: RunOfCounts): void {
    const range = open.shift()
    if (range?.isWithin !== true) return
    const { isWithin: _, ...missing } = range
    report.missingRanges++
    report.missingTotal += missing.count
    if (report.missing.length < rangesMax) report.missing.push(missing)
  }

  return {
    report,
    note(seq) {
      report.firstSeq ??= seq
      report.lastSeq = seq
    },
    close(run) {
      if (run === undefined) return
      while (run.open.length > 0) closeRange(run)
    },
    closeRange,
  }
}
