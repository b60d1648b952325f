import { expect } from 'chai'
import fc from 'fast-check'
import { distanceMm } from '../../rules/distance.ts'
import { geodesicMetres } from './geodesic.ts'

const e7 = (lon: number, lat: number) => ({ lat: Math.round(lat * 1e7), lon: Math.round(lon * 1e7) })
const lats = fc.double({ min: -75, max: 75, noNaN: true })
const lons = fc.double({ min: -180, max: 180, noNaN: true })
const steps = fc.double({ min: -0.2, max: 0.2, noNaN: true })

function compare(lon: number, lat: number, toLon: number, toLat: number) {
  const [a, b] = [e7(lon, lat), e7(toLon, toLat)]
  const exact = geodesicMetres([a.lon / 1e7, a.lat / 1e7], [b.lon / 1e7, b.lat / 1e7])
  return { metres: distanceMm(a, b) / 1000, exact }
}

describe('the distance of two positions', () => {
  it("distances up to some 20 km are within 0.01 % and a millimetre of the ellipsoid's", () => {
    fc.assert(
      fc.property(lons, lats, steps, steps, (lon, lat, dLon, dLat) => {
        const { metres, exact } = compare(lon, lat, lon + dLon, lat + dLat)
        expect(metres).to.be.closeTo(exact, exact * 1e-4 + 0.001)
      }),
      { numRuns: 1000 },
    )
  })

  it('longer distances are within 0.6 %', () => {
    fc.assert(
      fc.property(lons, lats, lons, lats, (lon, lat, toLon, toLat) => {
        const { metres, exact } = compare(lon, lat, toLon, toLat)
        expect(metres).to.be.closeTo(exact, exact * 6e-3 + 0.001)
      }),
      { numRuns: 1000 },
    )
  })

  it('distances take the shorter way across the 180th meridian, in both directions', () => {
    const [east, west] = [e7(179.999, -17), e7(-179.999, -17)]
    expect(distanceMm(east, west)).to.be.within(212_000, 213_000)
    expect(distanceMm(west, east)).to.equal(distanceMm(east, west))
  })
})
