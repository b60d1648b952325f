import { expect } from 'chai'
import { createSequence } from '../../api/sequence.ts'

/** Readings a second apart that have these counts. */
function follow(counts: number[], rangesMax = 10) {
  const sequence = createSequence({ rangesMax })
  counts.forEach((seq, second) => sequence.add(second * 1_000_000, seq))
  return sequence.report()
}
const rangesOf = (counts: number[]) => follow(counts).missing.map(({ fromSeq, toSeq }) => [fromSeq, toSeq])

describe('a sequence', () => {
  it('without readings tells nothing', () => {
    expect(follow([])).to.deep.equal({
      firstSeq: undefined,
      lastSeq: undefined,
      restarts: 0,
      missing: [],
      missingRanges: 0,
      missingTotal: 0,
    })
  })

  it('that is whole misses nothing, wherever it begins', () => {
    expect(follow([7, 8, 9])).to.include({ firstSeq: 7, lastSeq: 9, missingTotal: 0, restarts: 0 })
  })

  it('misses what was skipped, between the times around it', () => {
    const { missing, missingTotal } = follow([1, 2, 4, 8])
    expect(missing).to.deep.equal([
      { fromSeq: 3, toSeq: 3, count: 1, afterUs: 1_000_000, beforeUs: 2_000_000 },
      { fromSeq: 5, toSeq: 7, count: 3, afterUs: 2_000_000, beforeUs: 3_000_000 },
    ])
    expect(missingTotal).to.equal(4)
  })

  it('that goes down begins anew, and misses only what each run does', () => {
    expect(rangesOf([100, 101, 0, 1, 3, 2_000_000, 0])).to.deep.equal([
      [2, 2],
      [4, 1_999_999],
    ])
    expect(follow([100, 101, 0, 1, 3, 2_000_000, 0]).restarts).to.equal(2)
    expect(follow([5, 4, 5])).to.include({ restarts: 1, missingTotal: 0 })
  })

  it('with the same count twice has no gap', () => {
    expect(follow([5, 5, 6, 6, 7])).to.include({ missingTotal: 0, restarts: 0 })
  })

  it('of several readings with one time takes them in the order in which they were counted', () => {
    const reportOf = (instants: number[][]) => {
      const sequence = createSequence({ rangesMax: 10 })
      instants.forEach((seqs, second) => seqs.forEach((seq) => sequence.add(second * 1_000_000, seq)))
      return sequence.report()
    }
    const whole = { missingTotal: 0, restarts: 0 }
    expect(reportOf([[2, 1], [5, 3, 4, 4], [6]])).to.include({ ...whole, firstSeq: 1, lastSeq: 6 })
    // Readings that continue the count come before those of a new run.
    expect(reportOf([[98], [0, 99, 1], [2]])).to.include({ ...whole, restarts: 1, lastSeq: 2 })
    expect(reportOf([[7], [9, 11]]).missing).to.deep.equal([
      { fromSeq: 8, toSeq: 8, count: 1, afterUs: 0, beforeUs: 1_000_000 },
      { fromSeq: 10, toSeq: 10, count: 1, afterUs: 1_000_000, beforeUs: 1_000_000 },
    ])
  })

  it('counts all that is missing, and lists the first ranges', () => {
    const report = follow([0, 2, 4, 6, 8], 2)
    expect(report.missing.map(({ fromSeq }) => fromSeq)).to.deep.equal([1, 3])
    expect(report).to.include({ missingRanges: 4, missingTotal: 4 })
  })

  it('takes the largest counts that there are', () => {
    const max = Number.MAX_SAFE_INTEGER
    expect(rangesOf([0, max])).to.deep.equal([[1, max - 1]])
    expect(rangesOf([max - 1, max])).to.deep.equal([])
  })
})
