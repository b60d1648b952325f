import { expect } from 'chai'
import { TRACK_GAP_MS } from '../../../../dashboard/map/track/interpolate-track.ts'
import { xOfLon } from '../../../../dashboard/map/camera/mercator.ts'
import { TRACK_FLOATS, TRACK_POINTS_MAX, trackLine } from '../../../../dashboard/map/track/track-line.ts'

const point = (timeMs: number, lon: number) => ({
  timeMs,
  lat: 59,
  lon,
  speed: undefined,
  heading: undefined,
})

describe('the line of a track', () => {
  it('a track line has its points, their times and its gaps', () => {
    const line = trackLine([point(5000, 18), point(6000, 18.1), point(6001 + TRACK_GAP_MS, 18.2)])
    const times = [0, 1, 2].map((i) => line?.data[i * TRACK_FLOATS + 4])
    const gaps = [0, 1, 2].map((i) => line?.data[i * TRACK_FLOATS + 5])
    expect(line?.count).to.equal(3)
    expect(times.slice(0, 2)).to.deep.equal([0, 1])
    expect(gaps).to.deep.equal([0, 1, 0])
    expect(line?.startMs).to.equal(5000)
  })

  it('a track line continues over the edge of the world', () => {
    const line = trackLine([point(0, 179), point(1, -179), point(2, 178)])
    expect(line?.x[1]).to.be.closeTo(xOfLon(181), 1e-12)
    expect(line?.bounds.maxX).to.be.closeTo(xOfLon(181), 1e-12)
    expect(line?.bounds.minX).to.be.closeTo(xOfLon(178), 1e-12)
  })

  it('a track line that is too long is thinned evenly and keeps its ends', () => {
    const track = Array.from({ length: 50_001 }, (_, i) => point(i, i / 1000))
    const line = trackLine(track)
    expect(line?.count).to.equal(TRACK_POINTS_MAX)
    expect(line?.x[0]).to.equal(xOfLon(0))
    expect(line?.x[TRACK_POINTS_MAX - 1]).to.be.closeTo(xOfLon(50), 1e-9)
  })

  it('there is no track line without points', () => {
    expect(trackLine([])).to.equal(undefined)
  })
})
