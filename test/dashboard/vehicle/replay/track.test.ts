import { expect } from 'chai'
import { pointAt } from '../../../../dashboard/vehicle/replay/track.ts'

const track = [10, 20, 30].map((timeMs) => ({ timeMs, lat: 0, lon: 0, speed: timeMs, heading: undefined }))

describe('the point of a track at a time', () => {
  it('the point of a time is the newest one that is not later', () => {
    expect([9, 10, 19, 20, 99].map((atMs) => pointAt(track, atMs)?.timeMs)).to.deep.equal([
      undefined,
      10,
      10,
      20,
      30,
    ])
  })

  it('an empty track has no point', () => {
    expect(pointAt([], 5)).to.equal(undefined)
  })
})
