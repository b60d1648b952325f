import { expect } from 'chai'
import { ResyncPace } from '../../../dashboard/live/resync-pace.ts'

describe('the pace of snapshots', () => {
  it('the first snapshot is requested within a random second', () => {
    expect(new ResyncPace().waitMs(0, 0)).to.equal(0)
    expect(new ResyncPace().waitMs(0, 1)).to.equal(1000)
  })

  it('snapshots are requested at most every 5 s', () => {
    const pace = new ResyncPace()
    pace.done(1000, 'gap')
    expect(pace.waitMs(1000, 0)).to.equal(5000)
    expect(pace.waitMs(3000, 0)).to.equal(3000)
    expect(pace.waitMs(60_000, 0)).to.equal(0)
  })

  it("a snapshot after a gap waits until the database has the gap's readings; an earlier one is too early", () => {
    const pace = new ResyncPace()
    expect(pace.isTooEarly(0)).to.equal(false)
    pace.gap(1000)
    expect(pace.waitMs(1000, 0)).to.equal(2000)
    expect(pace.waitMs(2500, 0)).to.equal(500)
    expect([2900, 3000].map((askedMs) => pace.isTooEarly(askedMs))).to.deep.equal([true, false])
    pace.done(2000, 'gap')
    expect(pace.waitMs(2000, 0)).to.equal(5000)
  })

  it('snapshots slow down to one a minute while a vehicle stays unknown, and recover', () => {
    const pace = new ResyncPace()
    const waits: number[] = []
    let nowMs = 0
    for (let i = 0; i < 7; i++) {
      pace.done(nowMs, 'unknown vehicle')
      const waitMs = pace.waitMs(nowMs, 0)
      waits.push(waitMs)
      nowMs += waitMs
    }
    expect(waits).to.deep.equal([5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
    pace.done(nowMs, 'gap')
    expect(pace.waitMs(nowMs, 0)).to.equal(5000)
  })

  it('occasional new vehicles do not slow snapshots down', () => {
    const pace = new ResyncPace()
    pace.done(0, 'unknown vehicle')
    pace.done(100_000, 'unknown vehicle')
    expect(pace.waitMs(100_000, 0)).to.equal(5000)
  })
})
