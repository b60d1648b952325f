import { expect } from 'chai'
import { createCar, drive, TANK_LITRES, type Car } from '../../../simulator/driving/car.ts'
import { GEAR_COUNT, rpmIn } from '../../../simulator/driving/engine.ts'
import { bearing, distanceM, turn } from '../../../simulator/driving/geo.ts'

/** Every second of an hour of several cars. */
function eachSecond(look: (before: Car, after: Car) => void): void {
  for (const seed of [1, 2, 3, 4, 5]) {
    const car = createCar(seed)
    for (let second = 0; second < 3600; second++) {
      const before = { ...car, engine: { ...car.engine } }
      drive(car, 1)
      look(before, car)
    }
  }
}

describe('driving cars', () => {
  it('the same seed gives the same route, another seed another route', () => {
    const [one, same, other] = [createCar(7), createCar(7), createCar(8)]
    for (const car of [one, same, other]) for (let at = 0; at < 500; at++) drive(car, 0.7)
    expect({ ...one, random: 0 }).to.deep.equal({ ...same, random: 0 })
    expect(one.position).to.not.deep.equal(other.position)
  })

  it('a car moves by its speed times the time, as its odometer counts', () => {
    eachSecond((before, after) => {
      const moved = distanceM(before.position, after.position)
      expect(after.odometerM - before.odometerM).to.be.closeTo(moved, 1e-3)
      // From walking pace a car stops within a second: its speed does not show the last step.
      if (after.speed > 0) expect(moved).to.be.closeTo(after.speed, 1e-3)
    })
  })

  it('a car moves along its heading, and turns no faster than a van can', () => {
    eachSecond((before, after) => {
      if (distanceM(before.position, after.position) < 1) return
      expect(Math.abs(turn(bearing(before.position, after.position), after.heading))).to.be.below(0.01)
      expect(Math.abs(turn(before.heading, after.heading))).to.be.at.most(12.001)
    })
  })

  it('a car uses fuel at its fuel rate, and refuels only where it was parked', () => {
    eachSecond((before, after) => {
      const used = before.fuelLitres - after.fuelLitres
      if (used < 0) {
        expect(before.ignition).to.equal(false)
        expect(after.fuelLitres).to.be.closeTo(TANK_LITRES, 0.1)
      } else expect(used).to.be.closeTo(after.engine.litresPerHour / 3600, 1e-9)
    })
  })

  it('the engine turns with wheels and gear, idles at stops and is off when parked', () => {
    let stops = 0
    eachSecond((_before, { engine, speed, ignition }) => {
      if (!ignition) {
        expect(engine).to.deep.equal({ gear: 0, rpm: 0, load: 0, litresPerHour: 0 })
        return
      }
      if (speed === 0) stops++
      expect(engine.gear).to.be.within(speed === 0 ? 0 : 1, speed === 0 ? 0 : GEAR_COUNT)
      expect(engine.rpm).to.equal(Math.max(800, rpmIn(engine.gear, speed)))
      expect(engine.rpm).to.be.below(5000)
      expect(engine.load).to.be.within(0, 100)
    })
    expect(stops).to.be.above(0)
  })

  it('the engine warms up once and stays warm while it runs', () => {
    const car = createCar(3)
    expect(car.coolant).to.equal(15)
    for (let at = 0; at < 1800; at++) drive(car, 1)
    if (car.ignition) expect(car.coolant).to.be.above(70)
    expect(car.coolant).to.be.below(90)
  })

  it('a car stays near its home for days', () => {
    const car = createCar(11)
    for (let hour = 0; hour < 48; hour++) {
      drive(car, 3600)
      expect(distanceM(car.home, car.position)).to.be.below(40_000)
    }
  })
})
