import type { ProblemCode } from '../../contract/problems.ts'
import type { Reading } from '../../contract/telemetry.ts'
import { between, pick, type Random } from '../driving/random.ts'
import type { Element } from './element.ts'

const DAY_MS = 86_400_000
/** A payload begins with a bracket, `"time":` and 26 characters of RFC 3339 in quotes. */
const TIME_ENDS_AT = 40

const OUT_OF_RANGE = [{ speed: 1200 }, { fuel_level: -3 }, { rpm: 65_535 }]
/** Time after which GPS counts its weeks from 0 again. */
const GPS_WEEKS_MS = 1024 * 7 * DAY_MS

/** Ways to spoil a valid reading, each with the one problem that the broker must find. */
const SPOILERS = {
  unknown_field: {
    code: 'unknown_field',
    spoil: (reading) => ({ ...reading, tyre_pressure: 2.4 }),
  },
  out_of_range: {
    code: 'out_of_range',
    spoil: (reading, random) => ({
      ...reading,
      // A latitude without a longitude would be a second fault.
      ...pick(random, reading.lon === undefined ? OUT_OF_RANGE : [{ lat: 91.5 }, ...OUT_OF_RANGE]),
    }),
  },
  lat_without_lon: {
    code: 'missing_field',
    spoil: ({ lon: _lon, ...rest }) => ({ ...rest, lat: rest.lat ?? 45 }),
  },
  clock_ahead: {
    code: 'time_in_future',
    spoil: (reading) => ({ ...reading, time: timeOf(reading) + DAY_MS }),
  },
  // A tracker that has lost its battery and has not seen a satellite yet. Only the time of day is left, which still distinguishes
  // the readings of two runs with the same seed.
  clock_1970: {
    code: 'time_too_old',
    spoil: (reading) => ({ ...reading, time: timeOf(reading) % DAY_MS }),
  },
} as const satisfies Record<string, Spoiler>

interface Spoiler {
  code: ProblemCode
  spoil: (reading: TimedReading, random: Random) => object
}

export type TimedReading = Reading & { time: string | number }
export type SpoilKind = keyof typeof SPOILERS
export const SPOIL_KINDS = Object.keys(SPOILERS) as SpoilKind[]

/** The reading with one fault. `good` is the JSON text of an object with a time. */
export function spoil(kind: SpoilKind, good: string, random: Random): Element {
  const { code, spoil } = SPOILERS[kind]
  return { code, text: JSON.stringify(spoil(JSON.parse(good) as TimedReading, random)) }
}

/** The reading with a time that is too old to be stored: by a day, or by the GPS weeks of an old receiver. */
export function makeTooOld(good: string, random: Random, retentionDays: number): Element {
  const reading = JSON.parse(good) as TimedReading
  const backMs = pick(random, [(retentionDays + 1) * DAY_MS, GPS_WEEKS_MS])
  return { code: 'time_too_old', text: JSON.stringify({ ...reading, time: timeOf(reading) - backMs }) }
}

/** An element of an array that is not a reading. It has the time, so that it differs from all others. */
export function noReading(good: string): Element {
  const { time } = JSON.parse(good) as TimedReading
  return { code: 'not_an_object', text: JSON.stringify(`no reading of ${time}`) }
}

/** The text without its end, as by a tracker that ran out of buffer. It is never JSON, and still has the time. */
export function cutOff(text: string, random: Random): string {
  return text.slice(0, Math.floor(between(random, Math.min(TIME_ENDS_AT, text.length - 1), text.length)))
}

function timeOf({ time }: TimedReading): number {
  return new Date(time).getTime()
}
