import { expect } from 'chai'
import { quantileBetween } from '../../../dashboard/overview/quantile.ts'

const BOUNDS = [1, 2, 4]

describe('a quantile between two reads of a histogram', () => {
  it('a quantile counts only what a histogram gained between its two reads', () => {
    // 1000 slow values before; then 4 up to 1 and 4 up to 2.
    const found = quantileBetween(BOUNDS, [0, 0, 1000, 1000], [4, 8, 1008, 1008], 0.5)
    expect(found).to.deep.equal({ value: 1, isMore: false })
  })

  it('a quantile is interpolated within its bucket, as in Prometheus', () => {
    const found = (q: number) => quantileBetween(BOUNDS, [0, 0, 0, 0], [0, 10, 20, 20], q)?.value
    expect(found(0.25)).to.equal(1.5)
    expect(found(0.5)).to.equal(2)
    expect(found(0.75)).to.equal(3)
    expect(found(1)).to.equal(4)
  })

  it('a quantile beyond the last bound is marked as more', () => {
    const found = quantileBetween(BOUNDS, [0, 0, 0, 0], [1, 1, 1, 10], 0.99)
    expect(found).to.deep.equal({ value: 4, isMore: true })
  })

  it('a quantile is undefined when nothing was counted', () => {
    expect(quantileBetween(BOUNDS, [1, 2, 3, 3], [1, 2, 3, 3], 0.5)).to.equal(undefined)
    expect(quantileBetween(BOUNDS, [], [], 0.5)).to.equal(undefined)
  })
})
