import type { Journey } from '../../rules/journey.ts'
import type { TrueTrip } from './sumo.ts'

/** True journeys beside those that were found. */
export interface Score {
  /** of the true ones and the found ones, the larger number */
  total: number
  /** matched 1:1 with both ends and the distance within their tolerance */
  right: number
  misses: string[]
}

export interface Tolerance {
  endsMs: number
  /** share of the distance; `null` for stops, which have none */
  distance: number | null
}

/** A true journey; `toMs: null` while it is open, and `metres: null` for a stop. */
export type TrueJourney = Omit<TrueTrip, 'toMs' | 'metres'> & { toMs: number | null; metres: number | null }

/** Compares journeys of one kind. A found one matches a true one if each covers more than half of the other. */
export function score(
  id: string,
  truth: readonly TrueJourney[],
  found: readonly Journey[],
  { endsMs, distance }: Tolerance,
): Score {
  const misses: string[] = []
  const matched = new Set<Journey>()
  let right = 0
  for (const it of truth) {
    const match = found.find((journey) => covers(it, journey) && covers(journey, it))
    if (match === undefined) {
      misses.push(`${id}: ${text(it)} not found`)
      continue
    }
    matched.add(match)
    const faults = [
      Math.abs(match.fromMs - it.fromMs) > endsMs && `begins ${(match.fromMs - it.fromMs) / 1000} s late`,
      isApart(match.toMs, it.toMs, endsMs) && `ends ${((match.toMs ?? 0) - (it.toMs ?? 0)) / 1000} s late`,
      distance !== null &&
        it.metres !== null &&
        Math.abs((match.distanceMm ?? 0) / 1000 - it.metres) > distance * it.metres &&
        `has ${Math.round((match.distanceMm ?? 0) / 1000)} m`,
    ].filter((fault) => fault !== false)
    if (faults.length === 0) right++
    else misses.push(`${id}: ${text(it)} ${faults.join(', ')}`)
  }
  for (const it of found) if (!matched.has(it)) misses.push(`${id}: ${text(it)} is not true`)
  return { total: Math.max(truth.length, found.length), right, misses }
}

export function addScores(scores: readonly Score[]): Score {
  const sum = (of: (it: Score) => number) => scores.reduce((total, it) => total + of(it), 0)
  return {
    total: sum((it) => it.total),
    right: sum((it) => it.right),
    misses: scores.flatMap((it) => it.misses),
  }
}

interface Span {
  fromMs: number
  toMs: number | null
}

function covers(a: Span, b: Span): boolean {
  const [aTo, bTo] = [a.toMs ?? Infinity, b.toMs ?? Infinity]
  if (aTo === Infinity || bTo === Infinity) return aTo === bTo
  return 2 * (Math.min(aTo, bTo) - Math.max(a.fromMs, b.fromMs)) > bTo - b.fromMs
}

function isApart(a: number | null, b: number | null, ms: number): boolean {
  return a === null || b === null ? a !== b : Math.abs(a - b) > ms
}

const clock = (ms: number | null) => (ms === null ? 'now' : new Date(ms).toISOString().slice(11, 19))
const text = ({ fromMs, toMs, ...it }: Span & { metres?: number | null }) =>
  `${clock(fromMs)} to ${clock(toMs)}${typeof it.metres === 'number' ? ` (${Math.round(it.metres)} m)` : ''}`
