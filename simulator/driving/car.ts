import { runEngine, type EngineState } from './engine.ts'
import { destination, type Position } from './geo.ts'
import { between, createRandom, type Random } from './random.ts'
import { chooseHome, chooseLeg, chooseStop, steer, type Leg, type Plan } from './route.ts'

/** A vehicle on its way: SI units, unrounded. Only `drive` changes it. */
export interface Car {
  random: Random
  home: Position
  plan: Plan
  position: Position
  heading: number
  /** m/s */
  speed: number
  odometerM: number
  engine: EngineState
  ignition: boolean
  fuelLitres: number
  coolant: number
}

export const TANK_LITRES = 70
export const COOLANT_WARM = 90
const AMBIENT = 15
const WARMING_S = 240
const COOLING_S = 3600
/** m/s2 from standing; less at higher speeds, by the power of the engine. */
const ACCELERATION = 1.1
const ACCELERATION_HALVES_AT = 15
const BRAKING = 1.8
/** Finer steps would change nothing that a reading shows; coarser ones cut corners. */
const STEP_MAX_S = 1
const REFUEL_BELOW_LITRES = 7

/** A cold vehicle at its home; the same vehicle for the same seed. */
export function createCar(seed: number): Car {
  const random = createRandom(seed)
  const home = chooseHome(random)
  const parked = random() < 0.1
  return {
    random,
    home,
    plan: { ...chooseStop(random, parked ? 'park' : 'wait'), secondsLeft: between(random, 0, 10) },
    position: home,
    heading: random() * 360,
    speed: 0,
    odometerM: Math.round(between(random, 5e6, 250e6)),
    engine: runEngine(!parked, 0, 0),
    ignition: !parked,
    fuelLitres: between(random, 0.3, 1) * TANK_LITRES,
    coolant: AMBIENT,
  }
}

/** Lets `seconds` pass, in steps of at most one second. The outcome depends on the seed and on these calls alone. */
export function drive(car: Car, seconds: number): void {
  for (let left = seconds; left > 0; left -= STEP_MAX_S) step(car, Math.min(left, STEP_MAX_S))
}

function step(car: Car, seconds: number): void {
  const before = car.speed
  const { plan } = car
  if (plan.kind === 'drive') follow(car, plan, seconds)
  else if ((plan.secondsLeft -= seconds) <= 0) setOff(car)

  const metres = car.speed * seconds
  car.position = metres > 0 ? destination(car.position, car.heading, metres) : car.position
  car.odometerM += metres
  car.engine = runEngine(car.ignition, car.speed, (car.speed - before) / seconds)
  car.fuelLitres = Math.max(0, car.fuelLitres - (car.engine.litresPerHour * seconds) / 3600)
  const [aim, time] = car.ignition ? [COOLANT_WARM, WARMING_S] : [AMBIENT, COOLING_S]
  car.coolant += (aim - car.coolant) * (1 - Math.exp(-seconds / time))
}

function setOff(car: Car): void {
  // A vehicle that parks with an empty tank leaves with a full tank.
  if (!car.ignition && car.fuelLitres < REFUEL_BELOW_LITRES) car.fuelLitres = TANK_LITRES
  car.ignition = true
  car.plan = chooseLeg(car.random, car.position, car.heading, car.home)
}

function follow(car: Car, leg: Leg, seconds: number): void {
  // v2 = u2 + 2as: the highest speed from which the car can still slow down to the end speed of the leg.
  const allowed = Math.sqrt(leg.endSpeed ** 2 + 2 * BRAKING * Math.max(0, leg.metresLeft))
  const wanted = Math.min(leg.limit, allowed)
  const gain = ACCELERATION / (1 + car.speed / ACCELERATION_HALVES_AT)
  car.speed = Math.max(
    Math.min(wanted, car.speed + gain * seconds),
    Math.max(0, car.speed - 2 * BRAKING * seconds),
  )
  car.heading = steer(car.heading, leg, seconds)
  leg.metresLeft -= car.speed * seconds
  if (leg.metresLeft > 0.5) return
  if (leg.next === 'drive') {
    car.plan = chooseLeg(car.random, car.position, car.heading, car.home)
    return
  }
  car.speed = 0
  // An empty tank also ends the trip.
  const parks = leg.next === 'park' || car.fuelLitres < REFUEL_BELOW_LITRES
  car.ignition = !parks
  car.plan = chooseStop(car.random, parks ? 'park' : 'wait')
}
