import { expect } from 'chai'
import type { TrackPoint } from '../../../../dashboard/app-context.ts'
import { indexAt, interpolateTrack, TRACK_GAP_MS } from '../../../../dashboard/map/track/interpolate-track.ts'

const point = (timeMs: number, lat: number, lon: number, heading?: number): TrackPoint => ({
  timeMs,
  lat,
  lon,
  speed: undefined,
  heading,
})
const track = [point(1000, 10, 20, 350), point(3000, 12, 24, 10), point(4000, 12, 25, 90)]

describe('a position on a track', () => {
  it('a position on a track is between the points before and after', () => {
    expect(interpolateTrack(track, 2000)).to.deep.equal({ lat: 11, lon: 22, heading: 0, index: 0 })
    expect(interpolateTrack(track, 3500)).to.deep.equal({ lat: 12, lon: 24.5, heading: 50, index: 1 })
  })

  it('a position before or after a track is its first or last point', () => {
    expect(interpolateTrack(track, 0)).to.deep.include({ lat: 10, lon: 20, index: 0 })
    expect(interpolateTrack(track, 9999)).to.deep.include({ lat: 12, lon: 25, index: 2 })
    expect(interpolateTrack([], 5)).to.equal(undefined)
  })

  it('during a gap, the position stays at the last known point', () => {
    const silent = [point(0, 10, 20), point(TRACK_GAP_MS + 1, 50, 60)]
    expect(interpolateTrack(silent, TRACK_GAP_MS)).to.deep.include({ lat: 10, lon: 20 })
    expect(interpolateTrack(silent, TRACK_GAP_MS + 1)).to.deep.include({ lat: 50, lon: 60 })
  })

  it('without a reported heading, a vehicle points where it goes', () => {
    expect(interpolateTrack([point(0, 0, 0), point(10, 0, 1)], 5)?.heading).to.be.closeTo(90, 1e-9)
    expect(interpolateTrack([point(0, 0, 0), point(10, -1, 0)], 5)?.heading).to.be.closeTo(180, 1e-9)
    expect(interpolateTrack([point(0, 5, 5), point(10, 5, 5)], 5)?.heading).to.equal(undefined)
  })

  it('a track crosses the edge of the world instead of going around it', () => {
    const pacific = [point(0, -17, 179.5), point(10, -17, -179.5)]
    expect(interpolateTrack(pacific, 2.5)?.lon).to.be.closeTo(179.75, 1e-9)
    expect(interpolateTrack(pacific, 7.5)?.lon).to.be.closeTo(-179.75, 1e-9)
  })

  it('the last of several points of the same time counts', () => {
    const twice = [point(0, 1, 1), point(5, 2, 2), point(5, 3, 3), point(9, 4, 4)]
    expect(indexAt(twice, 5)).to.equal(2)
    expect(interpolateTrack(twice, 5)).to.deep.include({ lat: 3, lon: 3 })
  })
})
