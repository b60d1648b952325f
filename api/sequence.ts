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
  /** The next reading in order of time; those of one time in any order. */
  add(timeUs: number, seq: number): void
  report(): SequenceReport
}

/**
 * Follows the counter that a device gives its readings. A count that is skipped is missing. One that is lower than the
 * one before begins a new run, of which nothing before it is missing; the same one again is no gap either.
 *
 * A tracker with whole seconds gives several readings one time, and they may be stored in another order than it counted them.
 * Of one time, readings that continue the count come first, in order of their counts, and then those of a new run.
 */
export function createSequence({ rangesMax }: { rangesMax: number }): Sequence {
  const missing: MissingRange[] = []
  /** the counts of one time: of each vehicle at most 32,768, the range of `nth` */
  let seqs: number[] = []
  let seqsUs = 0
  let firstSeq: number | undefined
  let last: { timeUs: number; seq: number } | undefined
  let restarts = 0
  let missingRanges = 0
  let missingTotal = 0

  function follow(timeUs: number, seq: number): void {
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
  }

  function followAll(): void {
    const goesOnFrom = last?.seq ?? 0
    if (seqs.length > 1) {
      seqs.sort((a, b) => a - b)
      seqs = [...seqs.filter((it) => it >= goesOnFrom), ...seqs.filter((it) => it < goesOnFrom)]
    }
    for (const seq of seqs) follow(seqsUs, seq)
    seqs.length = 0
  }

  return {
    add(timeUs, seq) {
      if (timeUs !== seqsUs) followAll()
      seqsUs = timeUs
      seqs.push(seq)
    },
    report() {
      followAll()
      return { firstSeq, lastSeq: last?.seq, restarts, missing, missingRanges, missingTotal }
    },
  }
}
