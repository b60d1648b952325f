import { expect } from 'chai'
import { ResyncPace } from '../../../dashboard/live/resync-pace.ts'

describe('the pace of snapshots', () => {
  it('lets the first one go at once, within a second by chance', () => {
    expect(new ResyncPace().waitMs(0, 0, 'new epoch')).to.equal(0)
    expect(new ResyncPace().waitMs(0, 1, 'new epoch')).to.equal(1000)
  })

  it('is one in 5 s', () => {
    const pace = new ResyncPace()
    pace.done(1000, 'gap')
    expect(pace.waitMs(1000, 0, 'new epoch')).to.equal(5000)
    expect(pace.waitMs(3000, 0, 'new epoch')).to.equal(3000)
    expect(pace.waitMs(60_000, 0, 'new epoch')).to.equal(0)
  })

  it('waits after a gap until the database has what was in it', () => {
    expect(new ResyncPace().waitMs(0, 0, 'gap')).to.equal(2000)
    const pace = new ResyncPace()
    pace.done(0, 'gap')
    expect(pace.waitMs(1000, 0, 'gap')).to.equal(4000)
    expect(pace.waitMs(4500, 0, 'gap')).to.equal(2000)
  })

  it('slows down to one a minute while a vehicle stays unknown, and recovers', () => {
    const pace = new ResyncPace()
    const waits: number[] = []
    let nowMs = 0
    for (let i = 0; i < 7; i++) {
      pace.done(nowMs, 'unknown vehicle')
      const waitMs = pace.waitMs(nowMs, 0, 'new epoch')
      waits.push(waitMs)
      nowMs += waitMs
    }
    expect(waits).to.deep.equal([5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
    pace.done(nowMs, 'gap')
    expect(pace.waitMs(nowMs, 0, 'new epoch')).to.equal(5000)
  })

  it('is not slowed down by vehicles that are new now and then', () => {
    const pace = new ResyncPace()
    pace.done(0, 'unknown vehicle')
    pace.done(100_000, 'unknown vehicle')
    expect(pace.waitMs(100_000, 0, 'new epoch')).to.equal(5000)
  })
})
