import { distanceMm, type Position } from './distance.ts'
import type { Parameters } from './parameters.ts'
import { MS_PER_HOUR, toE7 } from './units.ts'
import type { TimedReading } from './reading.ts'

interface Fix extends Position {
  timeMs: number
}

/** The last accepted position, and the refused ones that agree with each other. */
export interface FilterState {
  last: Fix | null
  /** the newest of the refused positions, and their number */
  refused: (Fix & { count: number }) | null
}

/**
 * - `absent`: the reading has no position
 * - `refused`: 0,0 or too far away; speed and heading, which the same receiver measured, are also unusable
 * - `accepted`: the position follows from the one before
 * - `jumped`: the position is accepted because enough refused ones agreed; the distance to it is unknown
 */
export type Verdict = 'absent' | 'refused' | 'accepted' | 'jumped'

export const EMPTY_FILTER: FilterState = { last: null, refused: null }

/** Judges the position of a reading, and returns the next state. */
export function filterPosition(
  state: FilterState,
  reading: TimedReading,
  parameters: Parameters,
): { verdict: Verdict; state: FilterState } {
  if (reading.lat === undefined || reading.lon === undefined) return { verdict: 'absent', state }
  const fix: Fix = { lat: toE7(reading.lat), lon: toE7(reading.lon), timeMs: reading.timeMs }
  if (fix.lat === 0 && fix.lon === 0) return { verdict: 'refused', state }
  const accepted: FilterState = { last: fix, refused: null }
  if (state.last === null || agree(state.last, fix, parameters))
    return { verdict: 'accepted', state: accepted }
  const count = state.refused !== null && agree(state.refused, fix, parameters) ? state.refused.count + 1 : 1
  return count >= parameters.jumpConfirm
    ? { verdict: 'jumped', state: accepted }
    : { verdict: 'refused', state: { last: state.last, refused: { ...fix, count } } }
}

/** A shorter time counts as this: noise of a receiver over a tenth of a second would look like a high speed. */
const SPAN_MIN_MS = 1000

function agree(from: Fix, to: Fix, { impliedSpeedMax }: Parameters): boolean {
  const ms = Math.max(to.timeMs - from.timeMs, SPAN_MIN_MS)
  // m/h times ms are 1/MS_PER_HOUR m
  return distanceMm(from, to) * MS_PER_HOUR < impliedSpeedMax * ms * 1000
}
