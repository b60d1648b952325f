import { advance, openResults, type Results } from '../../rules/advance.ts'
import type { Parameters } from '../../rules/parameters.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { EMPTY_STATE, type VehicleState } from '../../rules/state.ts'

/** The readings, in order, one after the other. */
export function fold(readings: readonly TimedReading[], parameters: Parameters, from = EMPTY_STATE) {
  let state: VehicleState = from
  const results: Results = { journeys: [], buckets: [] }
  const states: VehicleState[] = []
  for (const reading of readings) {
    const step = advance(state, reading, parameters)
    state = step.state
    states.push(state)
    results.journeys.push(...step.results.journeys)
    results.buckets.push(...step.results.buckets)
  }
  return { state, states, results, open: openResults(state, parameters) }
}
