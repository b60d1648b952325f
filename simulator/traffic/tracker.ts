import type { Reading } from '../../contract/telemetry.ts'
import { createCar, drive } from '../driving/car.ts'
import { createRandom, seedFor } from '../driving/random.ts'
import { readingOf } from '../driving/reading.ts'
import type { Element } from './element.ts'

export interface Tracker {
  /**
   * For each device `count` readings of the time from the last call to `nowMs`, all devices at the same instants. Each instant
   * has its own millisecond, which whole seconds hide.
   */
  measure(nowMs: number, count: number): Element[][]
}

/** A car drives at most this far between two readings: a simulator that was suspended does not catch up for hours. */
const GAP_MAX_S = 60
const SECOND_MS = 1000

/**
 * The sensors of one vehicle. Their values depend only on `seed` and on the times.
 * @param startMs epoch milliseconds; no reading is earlier than this
 */
export function createTracker(
  seed: number,
  startMs: number,
  { devices, wholeSeconds }: { devices: number; wholeSeconds: boolean },
): Tracker {
  const car = createCar(seed)
  // Half of the fleet sends RFC 3339, the other half epoch milliseconds.
  const asText = createRandom(seedFor(seed, 1))() < 0.5
  const firstSecondMs = Math.ceil(startMs / SECOND_MS) * SECOND_MS
  let lastMs = startMs
  let seq = 0

  /** the time as it is in the reading, as text or milliseconds */
  function clock(timeMs: number): string | number {
    if (!wholeSeconds) return asText ? new Date(timeMs).toISOString() : timeMs
    const secondMs = Math.max(firstSecondMs, Math.floor(timeMs / SECOND_MS) * SECOND_MS)
    return asText ? new Date(secondMs).toISOString().replace('.000Z', 'Z') : secondMs
  }

  function readingAt(timeMs: number): Reading {
    drive(car, Math.min(GAP_MAX_S, (timeMs - lastMs) / SECOND_MS))
    lastMs = timeMs
    return readingOf(car, clock(timeMs), seq++)
  }

  return {
    measure(nowMs, count) {
      const firstMs = lastMs
      const measured: Element[][] = Array.from({ length: devices }, () => [])
      for (let index = 0; index < count; index++) {
        const even = firstMs + Math.floor(((nowMs - firstMs) * (index + 1)) / count)
        // The rate of a run allows for it (`checkPace`).
        const reading = readingAt(Math.max(lastMs + 1, even))
        for (const [device, elements] of measured.entries()) {
          elements.push({ text: JSON.stringify(devices === 1 ? reading : partOf(reading, device)) })
        }
      }
      return measured
    },
  }
}

/** Of several devices, the first, third ... are GPS trackers, the others read the vehicle's diagnostic socket (OBD). */
function partOf(reading: Reading, device: number): Reading {
  const { time, lat, lon, altitude, speed, heading, seq, extra, ...engine } = reading
  if (device % 2 === 0) return { time, lat, lon, altitude, speed, heading, seq } as Reading
  return { time, ...engine, seq, extra } as Reading
}
