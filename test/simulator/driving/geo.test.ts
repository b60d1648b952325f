import { expect } from 'chai'
import { bearing, destination, distanceM, normalDegrees, turn } from '../../../simulator/driving/geo.ts'

const berlin = { lat: 52.52, lon: 13.405 }

describe('spherical geometry', () => {
  it('distance and bearing from Berlin to Paris are right', () => {
    const paris = { lat: 48.8566, lon: 2.3522 }
    expect(distanceM(berlin, paris) / 1000).to.be.closeTo(877.5, 1)
    expect(bearing(berlin, paris)).to.be.closeTo(246.9, 0.2)
  })

  it('a destination is at the given distance and bearing', () => {
    for (const heading of [0, 45, 133.3, 270, 359.9]) {
      const there = destination(berlin, heading, 1234)
      expect(distanceM(berlin, there)).to.be.closeTo(1234, 1e-3)
      expect(Math.abs(turn(bearing(berlin, there), heading))).to.be.below(1e-6)
    }
  })

  it('a turn goes the shorter way', () => {
    expect(turn(350, 10)).to.equal(20)
    expect(turn(10, 350)).to.equal(-20)
    expect(normalDegrees(-90)).to.equal(270)
    expect(normalDegrees(720)).to.equal(0)
  })
})
