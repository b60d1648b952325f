import { expect } from 'chai'
import { wayMm } from '../../rules/way.ts'

describe('the way between two positions', () => {
  it('the way is a line if the speeds lead less than 10 % further', () => {
    // 36 km/h for 10 s are 100 m.
    expect(wayMm(100_000, 10_000, 36_000, 36_000)).to.equal(100_000)
    expect(wayMm(90_910, 10_000, 36_000, 36_000)).to.equal(90_910)
    expect(wayMm(200_000, 10_000, 36_000, 36_000)).to.equal(200_000)
  })

  it('the way around a corner is the mean of the line and the way at the mean speed', () => {
    expect(wayMm(90_900, 10_000, 36_000, 36_000)).to.equal(95_450)
    expect(wayMm(80_000, 10_000, 30_000, 42_000)).to.equal(90_000)
  })

  it('the way around a corner is at most that of a right angle', () => {
    expect(wayMm(50_000, 10_000, 36_000, 36_000)).to.equal(70_711)
    expect(wayMm(0, 10_000, 36_000, 36_000)).to.equal(0)
  })

  it('a corner needs two speeds of 5 km/h, 5 to 30 s apart', () => {
    expect(wayMm(80_000, 10_000, null, 36_000)).to.equal(80_000)
    expect(wayMm(80_000, 10_000, 36_000, null)).to.equal(80_000)
    expect(wayMm(80_000, 10_000, 68_000, 4999)).to.equal(80_000)
    expect(wayMm(80_000, 10_000, 4999, 68_000)).to.equal(80_000)
    expect(wayMm(40_000, 4999, 36_000, 36_000)).to.equal(40_000)
    expect(wayMm(40_000, 5000, 36_000, 36_000)).to.equal(45_000)
    expect(wayMm(240_000, 30_000, 36_000, 36_000)).to.equal(270_000)
    expect(wayMm(240_000, 30_001, 36_000, 36_000)).to.equal(240_000)
  })
})
