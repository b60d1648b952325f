import type { TimedReading } from '../../rules/reading.ts'
import type { Random } from './random.ts'

const METRES_PER_DEGREE = 111_320

/** Every `spacingS`-th reading, from a random one of the first on; and the last one. */
export function thin(readings: readonly TimedReading[], spacingS: number, random: Random): TimedReading[] {
  const first = random.integer(0, spacingS - 1)
  return readings.filter((_, i) => i % spacingS === first || i === readings.length - 1)
}

/** Positions with a normal error of `sigmaM` to the north and to the east. */
export function addNoise(readings: readonly TimedReading[], sigmaM: number, random: Random): TimedReading[] {
  return readings.map((it) => moved(it, sigmaM * random.normal(), sigmaM * random.normal()))
}

/** The reading at another position; one without a position stays so. */
export function moved(reading: TimedReading, northM: number, eastM: number): TimedReading {
  const { lat, lon } = reading
  if (lat === undefined || lon === undefined) return reading
  const east = lon + eastM / METRES_PER_DEGREE / Math.cos((lat * Math.PI) / 180)
  return { ...reading, lat: lat + northM / METRES_PER_DEGREE, lon: east - 360 * Math.round(east / 360) }
}

/** The readings in the order of their arrival: `share` of them come up to `delayMaxS` late, each on its own. */
export function delay(
  readings: readonly TimedReading[],
  share: number,
  delayMaxS: number,
  random: Random,
): TimedReading[] {
  return readings
    .map((it) => ({
      it,
      arrivalMs: it.timeMs + (random.uniform() < share ? 1000 * random.between(0, delayMaxS) : 0),
    }))
    .toSorted((a, b) => a.arrivalMs - b.arrivalMs)
    .map(({ it }) => it)
}

/** Readings without position, speed and heading while the vehicle is in one of the tunnels. */
export function addTunnels(readings: readonly TimedReading[], tunnels: readonly Span[]): TimedReading[] {
  return readings.map((it) => {
    if (!tunnels.some(({ fromMs, toMs }) => it.timeMs > fromMs && it.timeMs < toMs)) return it
    const { lat: _lat, lon: _lon, speed: _speed, heading: _heading, ...rest } = it
    return rest
  })
}

/**
 * A receiver that drifts while the vehicle stands: positions wander around the true one by `sigmaM` with a memory of
 * a minute, and reported speeds are noise around 0.
 */
export function addDrift(readings: readonly TimedReading[], sigmaM: number, random: Random): TimedReading[] {
  let [north, east, lastMs] = [0, 0, 0]
  return readings.map((it) => {
    const memory = Math.exp((lastMs - it.timeMs) / 60_000)
    const step = sigmaM * Math.sqrt(1 - memory * memory)
    lastMs = it.timeMs
    north = north * memory + step * random.normal()
    east = east * memory + step * random.normal()
    if (it.speed !== 0) return it
    return { ...moved(it, north, east), speed: Math.abs(0.5 * random.normal()) }
  })
}

/** Ignition on, and off at stops from `offS` after their beginning on. With `asleepS`, the device sleeps from then on. */
export function park(
  readings: readonly TimedReading[],
  stops: readonly { fromMs: number; toMs: number | null }[],
  { offS, asleepS }: { offS: number; asleepS?: number },
): TimedReading[] {
  const within = (timeMs: number, afterS: number) =>
    stops.some((it) => timeMs >= it.fromMs + afterS * 1000 && timeMs < (it.toMs ?? Infinity))
  return readings
    .filter((it) => asleepS === undefined || !within(it.timeMs, asleepS))
    .map((it) => ({ ...it, ignition: !within(it.timeMs, offS) }))
}

/** One position in `every` is up to `farM` away. */
export function addSpikes(
  readings: readonly TimedReading[],
  every: number,
  farM: number,
  random: Random,
): TimedReading[] {
  return readings.map((it) =>
    random.uniform() * every < 1 ? moved(it, random.between(5000, farM), random.between(-farM, farM)) : it,
  )
}

interface Span {
  fromMs: number
  toMs: number
}
