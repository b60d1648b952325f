import { expect } from 'chai'
import fc from 'fast-check'
import { createSequence } from '../../../api/completeness/sequence.ts'

/** The report on readings a second apart that have these values of `seq`. */
function follow(counts: number[], rangesMax = 10) {
  const sequence = createSequence({ rangesMax })
  counts.forEach((seq, second) => sequence.add(second * 1_000_000, seq))
  return sequence.report()
}
const rangesOf = (counts: number[]) => follow(counts).missing.map(({ fromSeq, toSeq }) => [fromSeq, toSeq])

describe('sequence of counts', () => {
  it('a sequence without readings has no counts and no gaps', () => {
    expect(follow([])).to.deep.equal({
      firstSeq: undefined,
      lastSeq: undefined,
      restarts: 0,
      missing: [],
      missingRanges: 0,
      missingTotal: 0,
    })
  })

  it('an unbroken sequence misses nothing, wherever it begins', () => {
    expect(follow([7, 8, 9])).to.include({ firstSeq: 7, lastSeq: 9, missingTotal: 0, restarts: 0 })
  })

  it('skipped counts are missing, with the times before and after them', () => {
    const { missing, missingTotal } = follow([1, 2, 4, 8])
    expect(missing).to.deep.equal([
      { fromSeq: 3, toSeq: 3, count: 1, afterUs: 1_000_000, beforeUs: 2_000_000 },
      { fromSeq: 5, toSeq: 7, count: 3, afterUs: 2_000_000, beforeUs: 3_000_000 },
    ])
    expect(missingTotal).to.equal(4)
  })

  it('a count that goes down starts a new run with gaps of its own', () => {
    expect(rangesOf([100, 101, 0, 1, 3, 2_000_000, 0])).to.deep.equal([
      [2, 2],
      [4, 1_999_999],
    ])
    expect(follow([100, 101, 0, 1, 3, 2_000_000, 0]).restarts).to.equal(2)
    expect(follow([5, 4, 5])).to.include({ restarts: 1, missingTotal: 0 })
  })

  it('a count that appears twice is no gap', () => {
    expect(follow([5, 5, 6, 6, 7])).to.include({ missingTotal: 0, restarts: 0 })
  })

  it('readings with the same time are taken in the order of their counts', () => {
    const reportOf = (instants: number[][]) => {
      const sequence = createSequence({ rangesMax: 10 })
      instants.forEach((seqs, second) => seqs.forEach((seq) => sequence.add(second * 1_000_000, seq)))
      return sequence.report()
    }
    const whole = { missingTotal: 0, restarts: 0 }
    expect(reportOf([[2, 1], [5, 3, 4, 4], [6]])).to.include({ ...whole, firstSeq: 1, lastSeq: 6 })
    // Readings that continue the run come before those of a new run.
    expect(reportOf([[98], [0, 99, 1], [2]])).to.include({ ...whole, restarts: 1, lastSeq: 2 })
    expect(reportOf([[7], [9, 11]]).missing).to.deep.equal([
      { fromSeq: 8, toSeq: 8, count: 1, afterUs: 0, beforeUs: 1_000_000 },
      { fromSeq: 10, toSeq: 10, count: 1, afterUs: 1_000_000, beforeUs: 1_000_000 },
    ])
  })

  it('a count is not missing if a reading with another time has it', () => {
    // In order of time; all were received together.
    for (const counts of [
      [1, 3, 4, 5, 2, 6],
      [2, 1, 3, 4],
      [1, 2, 6, 3, 4, 5, 7],
      [5, 6, 1, 2, 3, 4, 7],
    ])
      expect(follow(counts), String(counts)).to.include({ missingTotal: 0, restarts: 0 })
    expect(rangesOf([1, 9, 2, 3, 5, 4, 10])).to.deep.equal([[6, 8]])
    const [range] = follow([1, 9, 2, 3, 5, 4, 10]).missing
    expect(range).to.include({ afterUs: 4_000_000, beforeUs: 1_000_000 })
  })

  it('a late last reading before a restart or counter overflow is not missing', () => {
    for (const largest of [255, 65_535, 2 ** 32 - 1]) {
      const counts = [largest - 2, largest - 1, 0, 1, largest, 2, 3]
      expect(follow(counts), String(largest)).to.include({ missingTotal: 0, restarts: 1 })
      expect(rangesOf([largest - 2, largest, 0, largest - 1, 2])).to.deep.equal([[1, 1]])
    }
    const sequence = createSequence({ rangesMax: 10 })
    const readings = [
      [7, 1],
      [9, 3],
      [0, 4],
      [1, 5],
      [8, 2],
      [2, 6],
    ]
    for (const [second, [seq = 0, received = 0]] of readings.entries()) sequence.add(second, seq, received)
    expect(sequence.report()).to.include({ missingTotal: 0, restarts: 1 })
  })

  it('only counts that no reading has are missing, however wrong the clock was', () => {
    const stored = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 100 })
    const offsets = fc.array(fc.tuple(fc.nat(99), fc.integer({ min: -300, max: 300 })), { maxLength: 10 })
    fc.assert(
      fc.property(stored, offsets, (seqs, clocks) => {
        const offset = new Map(clocks)
        const inOrder = seqs.map((seq) => ({ seq, timeUs: (seq + (offset.get(seq) ?? 0)) * 10 }))
        const sequence = createSequence({ rangesMax: 100 })
        for (const { seq, timeUs } of inOrder.toSorted((a, b) => a.timeUs - b.timeUs))
          sequence.add(timeUs, seq, seq)
        const { missing, missingTotal, restarts } = sequence.report()
        const known = new Set(seqs)
        const [first, last] = [Math.min(...seqs), Math.max(...seqs)]
        const expected = Array.from({ length: last - first + 1 }, (_, n) => first + n).filter(
          (it) => !known.has(it),
        )
        const found = missing.flatMap(({ fromSeq, count }) =>
          Array.from({ length: count }, (_, n) => fromSeq + n),
        )
        expect({ found, missingTotal, restarts }).to.deep.equal({
          found: expected,
          missingTotal: expected.length,
          restarts: 0,
        })
      }),
      { numRuns: 500 },
    )
  })

  it('readings outside the period only fill gaps within it', () => {
    const reportOf = (...readings: [second: number, seq: number][]) => {
      const sequence = createSequence({ rangesMax: 10, isWithin: (timeUs) => timeUs >= 10 && timeUs < 20 })
      for (const [second, seq] of readings) sequence.add(second, seq, second)
      return sequence.report()
    }
    const { missing, ...report } = reportOf([1, 0], [2, 5], [11, 10], [12, 14], [21, 12], [22, 20])
    expect(report).to.deep.equal({
      firstSeq: 10,
      lastSeq: 14,
      restarts: 0,
      missingRanges: 2,
      missingTotal: 2,
    })
    expect(
      missing.map(({ fromSeq, toSeq, afterUs, beforeUs }) => [fromSeq, toSeq, afterUs, beforeUs]),
    ).to.deep.equal([
      [11, 11, 11, 21],
      [13, 13, 21, 12],
    ])
    // A value of the previous run can still be missing in the next run.
    const again = reportOf([1, 0], [2, 1], [3, 2], [11, 0], [12, 2], [21, 0], [22, 1])
    expect(again.missing.map(({ fromSeq, toSeq }) => [fromSeq, toSeq])).to.deep.equal([[1, 1]])
    expect(again.restarts).to.equal(0)
  })

  it('all missing counts are totalled, and only the first ranges listed', () => {
    const report = follow([0, 2, 4, 6, 8], 2)
    expect(report.missing.map(({ fromSeq }) => fromSeq)).to.deep.equal([1, 3])
    expect(report).to.include({ missingRanges: 4, missingTotal: 4 })
  })

  it('counts up to the largest safe integer are handled exactly', () => {
    const max = Number.MAX_SAFE_INTEGER
    expect(rangesOf([0, max])).to.deep.equal([[1, max - 1]])
    expect(rangesOf([max - 1, max])).to.deep.equal([])
  })
})
