import { createCar, drive } from '../driving/car.ts'
import { createRandom, seedFor } from '../driving/random.ts'
import { readingOf } from '../driving/reading.ts'
import type { Element } from './draft.ts'

export interface Tracker {
  /** `count` readings of the time since the last ones, up to `nowMs`, each with its own millisecond. */
  measure(nowMs: number, count: number): Element[]
}

/** A car drives at most this far between two readings: a simulator that was suspended does not catch up for hours. */
const GAP_MAX_S = 60

/**
 * The tracker in one vehicle. What it measures depends on `seed` and on the times alone.
 * @param startMs epoch milliseconds; every reading is later than this
 */
export function createTracker(seed: number, startMs: number): Tracker {
  const car = createCar(seed)
  // Half of the fleet sends RFC 3339, the other half epoch milliseconds.
  const asText = createRandom(seedFor(seed, 1))() < 0.5
  let lastMs = startMs
  let seq = 0

  return {
    measure(nowMs, count) {
      const firstMs = lastMs
      return Array.from({ length: count }, (_, index) => {
        const even = firstMs + Math.floor(((nowMs - firstMs) * (index + 1)) / count)
        // Two readings of the same millisecond would be one to the database.
        const timeMs = Math.max(lastMs + 1, even)
        drive(car, Math.min(GAP_MAX_S, (timeMs - lastMs) / 1000))
        lastMs = timeMs
        const time = asText ? new Date(timeMs).toISOString() : timeMs
        return { text: JSON.stringify(readingOf(car, time, seq++)) }
      })
    },
  }
}
