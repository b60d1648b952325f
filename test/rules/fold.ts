import { advance, openResults, type Results } from '../../rules/advance.ts'
import type { Settings } from '../../rules/settings.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { EMPTY_STATE, type VehicleState } from '../../rules/state.ts'

/** Feeds the readings to the fold, one after the other. */
export function fold(readings: readonly TimedReading[], settings: Settings, from = EMPTY_STATE) {
  let state: VehicleState = from
  const results: Results = { journeys: [], buckets: [], events: [] }
  const states: VehicleState[] = []
  for (const reading of readings) {
    const step = advance(state, reading, settings)
    state = step.state
    states.push(state)
    results.journeys.push(...step.results.journeys)
    results.buckets.push(...step.results.buckets)
    results.events.push(...step.results.events)
  }
  return { state, states, results, open: openResults(state, settings) }
}
