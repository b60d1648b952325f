/** Counts that a device used for no reading that is stored, between two that are. */
export interface MissingRange {
  fromSeq: number
  toSeq: number
  count: number
  /** times of the readings around it */
  afterUs: number
  beforeUs: number
}

/** What the counter of a device tells. */
export interface SequenceReport {
  /** of the first and the last reading that has one; undefined: none has */
  firstSeq: number | undefined
  lastSeq: number | undefined
  /** how often it went down: the device began to count anew */
  restarts: number
  /** the first of them in time, at most `rangesMax` */
  missing: MissingRange[]
  /** all of them */
  missingRanges: number
  /** how many counts are in all of them; beyond 2^53 not exact */
  missingTotal: number
}

export interface Sequence {
  /** The next reading in order of time. */
  add(timeUs: number, seq: number): void
  report(): SequenceReport
}

/**
 * Follows the counter that a device gives its readings. A count that is skipped is missing. One that is lower than the
 * one before begins a new run, of which nothing before it is missing; the same one again is no gap either.
 */
export function createSequence({ rangesMax }: { rangesMax: number }): Sequence {
  const missing: MissingRange[] = []
  let firstSeq: number | undefined
  let last: { timeUs: number; seq: number } | undefined
  let restarts = 0
  let missingRanges = 0
  let missingTotal = 0

  return {
    add(timeUs, seq) {
      firstSeq ??= seq
      if (last !== undefined && seq < last.seq) restarts++
      else if (last !== undefined && seq > last.seq + 1) {
        const count = seq - last.seq - 1
        missingRanges++
        missingTotal += count
        if (missing.length < rangesMax)
          missing.push({
            fromSeq: last.seq + 1,
            toSeq: seq - 1,
            count,
            afterUs: last.timeUs,
            beforeUs: timeUs,
          })
      }
      last = { timeUs, seq }
    },
    report: () => ({ firstSeq, lastSeq: last?.seq, restarts, missing, missingRanges, missingTotal }),
  }
}
