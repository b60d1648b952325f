import fc from 'fast-check'
import type { TimedReading } from '../../rules/reading.ts'

/** 2026-11-29T23:40:00Z: traces pass midnight, and many boundaries of buckets. */
export const BEGIN_MS = Date.UTC(2026, 10, 29, 23, 40)
const METRE = 1 / 111_320

const ODDITIES = [
  'none',
  'gap',
  'zero',
  'spike',
  'jump',
  'carried',
  'odometer',
  'refuel',
  'drain',
  'restart',
  'frozen',
] as const

/** The behaviour of a vehicle for some readings. */
interface Leg {
  count: number
  spacingMs: number
  /** speed in km/h; error of the receiver's position in m */
  speed: number
  noiseM: number[]
  ignition: boolean | undefined
  status: string | undefined
  dtc: string | undefined
  /** fields that the readings lack */
  lacks: string[]
  /** a fault at its first reading */
  oddity: (typeof ODDITIES)[number]
}

/** The fields of a leg that its first reading has. */
function firstFields({ ignition, status, dtc }: Leg): Partial<TimedReading> {
  return {
    ...(ignition !== undefined && { ignition }),
    ...(status !== undefined && { status }),
    ...(dtc !== undefined && { extra: { dtc } }),
  }
}

const leg: fc.Arbitrary<Leg> = fc.record({
  count: fc.integer({ min: 1, max: 8 }),
  spacingMs: fc.constantFrom(0, 100, 700, 1000, 2000, 5000, 10_000, 30_000, 45_000, 90_000, 180_000, 300_000),
  speed: fc.constantFrom(0, 0, 0, 2, 3, 4, 5, 6, 15, 50, 90),
  noiseM: fc.array(fc.constantFrom(0, 0, 0, 5, -8, 40, 90, 120), { minLength: 1, maxLength: 4 }),
  ignition: fc.constantFrom(undefined, undefined, true, false),
  lacks: fc.subarray(['position', 'speed', 'rpm', 'battery_voltage', 'odometer', 'fuel_rate', 'fuel_level']),
  oddity: fc.constantFrom(...Array.from({ length: 5 }, () => 'none' as const), ...ODDITIES),
  status: fc.constantFrom(undefined, undefined, undefined, undefined, 'SOS', 'crash', 'ok'),
  dtc: fc.constantFrom(undefined, undefined, undefined, '', 'P0301', 'P0420'),
})

/** Readings of one vehicle in order of time. */
export const traces: fc.Arbitrary<TimedReading[]> = fc
  .array(leg, { minLength: 1, maxLength: 14 })
  .map((legs) => drive(legs))

function drive(legs: readonly Leg[]): TimedReading[] {
  const readings: TimedReading[] = []
  let [timeMs, metres, odometerKm, offset, level, seq] = [BEGIN_MS, 0, 1000, 0, 60, 0]
  for (const it of legs) {
    if (it.oddity === 'gap') timeMs += 301_000
    if (it.oddity === 'jump') offset += 50_000
    if (it.oddity === 'carried') offset += 400
    if (it.oddity === 'odometer') odometerKm -= 2
    if (it.oddity === 'refuel') level = Math.min(level + 20, 100)
    if (it.oddity === 'drain') level -= 15
    const frozen = metres
    for (let i = 0; i < it.count; i++) {
      timeMs += it.spacingMs
      seq = it.oddity === 'restart' && i % 2 === 0 ? 0 : seq + 1
      const way = (it.speed / 3600) * it.spacingMs
      metres += way
      odometerKm += way / 1000
      level -= way / 1000
      const noise = it.noiseM[i % it.noiseM.length] ?? 0
      const spike = i === 0 && it.oddity === 'spike' ? 90_000 : 0
      const isZero = i === 0 && it.oddity === 'zero'
      const whole: TimedReading = {
        timeMs,
        lat: isZero ? 0 : 59.3 + ((it.oddity === 'frozen' ? frozen : metres) + offset + spike) * METRE,
        lon: isZero ? 0 : 18 + 2 * noise * METRE,
        speed: it.speed,
        rpm: it.speed > 0 ? 1500 : 0,
        battery_voltage: it.speed > 0 ? 13.9 : 12.5,
        odometer: odometerKm,
        fuel_rate: 1.7 + it.speed / 10,
        fuel_level: Math.max(level, 0),
        seq,
        ...(i === 0 && firstFields(it)),
      }
      readings.push(without(whole, it.lacks))
    }
  }
  return readings
}

function without(reading: TimedReading, lacks: readonly string[]): TimedReading {
  const names = new Set(lacks.flatMap((it) => (it === 'position' ? ['lat', 'lon'] : [it])))
  return Object.fromEntries(Object.entries(reading).filter(([name]) => !names.has(name))) as TimedReading
}
