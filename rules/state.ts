import type { OpenBucket } from './buckets.ts'
import { EMPTY_FILTER, type FilterState } from './position-filter.ts'
import type { JourneyState } from './journeys.ts'
import { STILL, type MotionState } from './motion.ts'
import type { Boundary } from './part.ts'

/** All that the results of later readings depend on, besides the parameters. Integers, booleans and `null` only. */
export interface VehicleState {
  /** the newest reading; `null`: there was none */
  last: LastReading | null
  filter: FilterState
  motion: MotionState
  journey: JourneyState | null
  buckets: readonly OpenBucket[]
}

export interface LastReading extends Boundary {
  /** time of the newest accepted position since the last gap */
  positionMs: number | null
  /** newest odometer since the last gap, mm */
  odometerSeenMm: number | null
  /** ml/h, of this very reading */
  fuelRate: number | null
}

export const EMPTY_STATE: VehicleState = {
  last: null,
  filter: EMPTY_FILTER,
  motion: STILL,
  journey: null,
  buckets: [],
}

/** Longest text of a state. */
export const STATE_LENGTH_MAX = 4096

/**
 * The state as text. Equal states give equal texts, whatever order their properties were made in, and `parseState` gives the state
 * back: integers, booleans and `null` survive JSON, and lists keep their order.
 */
export function writeState(state: VehicleState): string {
  return JSON.stringify(state, sortKeys)
}

/** @param text of `writeState` */
export function parseState(text: string): VehicleState {
  return JSON.parse(text) as VehicleState
}

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
