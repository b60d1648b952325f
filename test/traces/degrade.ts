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
