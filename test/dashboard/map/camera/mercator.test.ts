import { expect } from 'chai'
import {
  LAT_MAX,
  latOfY,
  lonOfX,
  metresPerPx,
  nearestDx,
  worldPx,
  xOfLon,
  yOfLat,
} from '../../../../dashboard/map/camera/mercator.ts'

describe('Mercator', () => {
  it('Mercator is a square from the north-west to the south-east', () => {
    expect([xOfLon(-180), xOfLon(0), xOfLon(180)]).to.deep.equal([0, 0.5, 1])
    expect(yOfLat(LAT_MAX)).to.be.closeTo(0, 1e-9)
    expect(yOfLat(0)).to.equal(0.5)
    expect(yOfLat(-LAT_MAX)).to.be.closeTo(1, 1e-9)
  })

  it('Mercator ends at its edges, poles included', () => {
    expect(yOfLat(90)).to.equal(yOfLat(LAT_MAX))
    expect(yOfLat(-90)).to.equal(yOfLat(-LAT_MAX))
  })

  it('Mercator coordinates convert back to degrees', () => {
    for (const lat of [-85, -33.87, 0, 59.3293, 84]) expect(latOfY(yOfLat(lat))).to.be.closeTo(lat, 1e-9)
    for (const lon of [-179.9, -0.1, 18.0686]) expect(lonOfX(xOfLon(lon))).to.be.closeTo(lon, 1e-9)
  })

  it('nearestDx is the shorter way around the world', () => {
    expect(nearestDx(xOfLon(-179) - xOfLon(179))).to.be.closeTo(2 / 360, 1e-12)
    expect(nearestDx(0.25)).to.equal(0.25)
  })

  it('metresPerPx depends on latitude and zoom', () => {
    expect(metresPerPx(0, 0)).to.be.closeTo(40_075_017 / 512, 0.1)
    expect(metresPerPx(60, 10) / metresPerPx(0, 10)).to.be.closeTo(0.5, 1e-9)
    expect(worldPx(3)).to.equal(4096)
  })
})
