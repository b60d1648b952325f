import { FleetwireError, messageOf } from '../kit/errors.ts'
import { advance, openResults } from '../rules/advance.ts'
import type { Bucket } from '../rules/buckets.ts'
import type { RuleEvent } from '../rules/rule-memory.ts'
import type { Journey } from '../rules/journey.ts'
import type { Settings } from '../rules/settings.ts'
import { EMPTY_STATE, type VehicleState } from '../rules/state.ts'
import type { StoredReading } from './readings.ts'

/** The state of a vehicle after the readings up to `timeUs`, microseconds since 1970; `-Infinity` before the first. */
export interface Head {
  timeUs: number
  state: VehicleState
}

export const NO_HEAD: Head = { timeUs: Number.NEGATIVE_INFINITY, state: EMPTY_STATE }

/** A result, and the time of the reading that completed it; `null` while it is open. */
export type Completed<T> = T & { finalUs: number | null }

export interface VehicleResults {
  journeys: Completed<Journey>[]
  events: Completed<RuleEvent>[]
  buckets: Completed<Bucket>[]
}

/** Settings of a vehicle at a time, milliseconds since 1970. */
export type SettingsAt = (timeMs: number) => Settings

export function noResults(): VehicleResults {
  return { journeys: [], events: [], buckets: [] }
}

/** Code of the error of a vehicle whose readings cannot be analysed. */
export const DETECTOR_FAILED = 'detector_failed'

/** Adds a reading. Appends the results that it completed. @throws FleetwireError `detector_failed` */
export function addReading(
  head: Head,
  { timeUs, reading }: StoredReading,
  settingsAt: SettingsAt,
  results: VehicleResults,
): Head {
  const { state, results: completed } = advanceOrFail(head, reading, settingsAt)
  for (const it of completed.journeys) results.journeys.push({ ...it, finalUs: timeUs })
  for (const it of completed.events) results.events.push({ ...it, finalUs: timeUs })
  for (const it of completed.buckets) results.buckets.push({ ...it, finalUs: timeUs })
  return { timeUs, state }
}

function advanceOrFail({ state }: Head, reading: StoredReading['reading'], settingsAt: SettingsAt) {
  try {
    return advance(state, reading, settingsAt(reading.timeMs))
  } catch (error) {
    throw new FleetwireError(DETECTOR_FAILED, messageOf(error), { cause: error })
  }
}

/** Appends the journey and events that are still open. Buckets are written when they are complete. */
export function addOpen(head: Head, settingsAt: SettingsAt, results: VehicleResults): void {
  if (head.state.last === null) return
  const open = openResults(head.state, settingsAt(head.state.last.timeMs))
  for (const it of open.journeys) results.journeys.push({ ...it, finalUs: null })
  for (const it of open.events) results.events.push({ ...it, finalUs: null })
}

/** Distinguishes the open results of a state by text: it changes when one begins or ends. */
export function openKeyOf({ state }: Head, settingsAt: SettingsAt): string {
  const { journey, last } = state
  const open = journey?.isConfirmed === true ? `${journey.isTrip} ${journey.main.start.timeMs}` : ''
  if (last === null) return open
  const settings = settingsAt(last.timeMs)
  if (settings.rules.length === 0) return open
  const { events } = openResults(state, settings)
  return [open, ...events.map((it) => `${it.rule} ${it.fromMs}`)].join()
}
