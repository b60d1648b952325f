import type { Journey } from '../../rules/journey.ts'
import { DEFAULT_PARAMETERS } from '../../rules/parameters.ts'
import { DEFAULT_SETTINGS } from '../../rules/settings.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { fold } from './fold.ts'

/**
 * A reading: seconds, metres to the north of a place (`null`: no position) and km/h (`null`: no speed).
 * One letter for the ignition: i on, o off.
 */
export type Line = [
  s: number,
  metres: number | null,
  kmh: number | null,
  more?: 'i' | 'o' | Partial<TimedReading>,
]
/** Kind, first and last second (`null`: open), and metres. */
export type Answer = [kind: string, from: number, to: number | null, metres: number | null]

const BEGIN_MS = Date.UTC(2026, 10, 29, 12)
export const PARAMETERS = { ...DEFAULT_PARAMETERS, tankMl: 60_000 }
const SETTINGS = { ...DEFAULT_SETTINGS, parameters: PARAMETERS }
/** A degree of latitude at the equator, by WGS 84. */
export const METRES_PER_DEGREE = 110_574.28

export function toReading([s, metres, kmh, more]: Line): TimedReading {
  return {
    timeMs: BEGIN_MS + s * 1000,
    ...(metres !== null && { lat: metres / METRES_PER_DEGREE, lon: 30 }),
    ...(kmh !== null && { speed: kmh }),
    ...(more === 'i' || more === 'o' ? { ignition: more === 'i' } : more),
  }
}

export function journeysOf(lines: Line[]): Journey[] {
  const { results, open } = fold(lines.map(toReading), SETTINGS)
  return [...results.journeys, ...open.journeys]
}

export const toAnswer = (it: Journey): Answer => [
  it.kind,
  (it.fromMs - BEGIN_MS) / 1000,
  it.toMs === null ? null : (it.toMs - BEGIN_MS) / 1000,
  it.distanceMm === null ? null : Math.round(it.distanceMm / 1000),
]

/** The same lines for several times. */
export const every = (step: number, from: number, to: number, line: (s: number) => Line): Line[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => line(from + i * step))
