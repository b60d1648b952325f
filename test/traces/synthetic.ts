import type { TimedReading } from '../../rules/reading.ts'
import { moved } from './degrade.ts'
import { createRandom, type Random } from './random.ts'
import type { TrueTrip } from './sumo.ts'

/** A vehicle whose truth is drawn first, and then sampled by a tracker with faults. */
export interface SyntheticTrace {
  id: string
  readings: TimedReading[]
  trips: TrueTrip[]
  stops: { fromMs: number; toMs: number | null }[]
  /** ms of standing with the engine on, at stops and at lights */
  idleMs: number
  /** the longest time between two readings */
  spacingMaxMs: number
}

const BEGIN_MS = Date.UTC(2026, 10, 29, 20)
/** m/s² */
const ACCELERATION = 1.5
/** One position in this number is up to 60 km off. */
const SPIKE_EVERY = 150

/** A time with one acceleration, beginning at `fromS` with the way `metres` behind it. */
interface Phase {
  fromS: number
  metres: number
  speed: number
  acceleration: number
  isEngineOn: boolean
}

export function syntheticTrace(seed: number): SyntheticTrace {
  const random = createRandom(seed)
  const phases: Phase[] = []
  const trips: TrueTrip[] = []
  const stops: SyntheticTrace['stops'] = []
  let [s, metres, idleS] = [0, 0, 0]
  const ms = (of: number) => BEGIN_MS + Math.round(of * 1000)
  const add = (durationS: number, speed: number, acceleration: number, isEngineOn: boolean) => {
    phases.push({ fromS: s, metres, speed, acceleration, isEngineOn })
    s += durationS
    metres += speed * durationS + (acceleration * durationS ** 2) / 2
  }
  const stand = (durationS: number, idle: number) => {
    add(idle, 0, 0, true)
    if (durationS > idle) add(durationS - idle, 0, 0, false)
    idleS += idle
  }
  const drive = (cruiseS: number, speed: number) => {
    add(speed / ACCELERATION, 0, ACCELERATION, true)
    add(cruiseS, speed, 0, true)
    add(speed / ACCELERATION, speed, -ACCELERATION, true)
  }
  const count = random.integer(2, 5)
  for (let i = 0; i <= count; i++) {
    const stopFrom = s
    stand(random.integer(260, 3000), random.integer(0, 250))
    stops.push({ fromMs: ms(stopFrom), toMs: i === count ? null : ms(s) })
    if (i === count) break
    const [fromS, from] = [s, metres]
    for (let part = random.integer(1, 6); part > 0; part--) {
      drive(random.integer(40, 400), random.between(6, 35))
      if (part > 1) stand(...light(random))
    }
    trips.push({ fromMs: ms(fromS), toMs: ms(s), metres: metres - from })
  }
  const spacingMaxMs = 1000 * random.integer(1, 30)
  const readings = sample(phases, s, spacingMaxMs, random)
  return { id: `seed ${seed}`, readings, trips, stops, idleMs: idleS * 1000, spacingMaxMs }
}

/** A red light with the engine on. */
function light(random: Random): [durationS: number, idleS: number] {
  const s = random.integer(5, 110)
  return [s, s]
}

/** Straight roads that turn by up to 30° at each phase, at some place of the earth. */
function sample(
  phases: readonly Phase[],
  endS: number,
  spacingMaxMs: number,
  random: Random,
): TimedReading[] {
  const origin = { timeMs: 0, lat: random.between(-65, 65), lon: random.between(-180, 180) }
  const places: { north: number; east: number; heading: number }[] = []
  let [north, east, heading, before] = [0, 0, random.between(0, 2 * Math.PI), 0]
  for (const { metres } of phases) {
    const last = places.at(-1)
    north += (metres - before) * Math.cos(last?.heading ?? 0)
    east += (metres - before) * Math.sin(last?.heading ?? 0)
    before = metres
    heading += random.between(-Math.PI / 6, Math.PI / 6)
    places.push({ north, east, heading })
  }
  const readings: TimedReading[] = []
  let index = 0
  for (let at = 0; at <= endS; at += (spacingMaxMs / 1000) * random.between(0.5, 1)) {
    while ((phases[index + 1]?.fromS ?? Infinity) <= at) index++
    const [phase, place] = [phases[index], places[index]]
    if (phase === undefined || place === undefined) break
    const inS = at - phase.fromS
    const way = phase.speed * inS + (phase.acceleration * inS ** 2) / 2
    const speed = phase.speed + phase.acceleration * inS
    const spike = random.uniform() * SPIKE_EVERY < 1 ? random.between(8000, 60_000) : 0
    // Noise at 1 Hz would add to the distance; receivers filter it there.
    const sigmaM = spacingMaxMs >= 8000 ? 5 : 0.5
    const placed = moved(
      origin,
      place.north + way * Math.cos(place.heading) + sigmaM * random.normal() + spike,
      place.east + way * Math.sin(place.heading) + sigmaM * random.normal(),
    )
    readings.push({
      ...placed,
      timeMs: BEGIN_MS + Math.round(at * 1000),
      speed: speed < 0.1 ? Math.abs(0.3 * random.normal()) : speed * 3.6,
      ignition: phase.isEngineOn,
    })
  }
  return readings
}
