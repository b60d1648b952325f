import { advance, openResults } from '../../../rules/advance.ts'
import type { Journey } from '../../../rules/journey.ts'
import type { TimedReading } from '../../../rules/reading.ts'
import { DEFAULT_SETTINGS } from '../../../rules/settings.ts'
import { EMPTY_STATE, type VehicleState } from '../../../rules/state.ts'

/** Journeys of readings in order of time, the open one included. */
export function journeysOf(readings: readonly TimedReading[], settings = DEFAULT_SETTINGS): Journey[] {
  const replay = createReplay(settings)
  replay.accept(readings)
  return replay.journeys()
}

/** Readings between two stored states. */
const STORED_EVERY = 100

/**
 * Keeps the results of a vehicle right while readings arrive in any order. From a late reading on, the readings are
 * folded again, beginning with the newest stored state before it.
 */
export function createReplay(settings = DEFAULT_SETTINGS) {
  const stored: { state: VehicleState; count: number }[] = [{ state: EMPTY_STATE, count: 0 }]
  let readings: TimedReading[] = []
  /** journeys that became final with each reading */
  const final: Journey[][] = []
  let state = EMPTY_STATE

  function accept(batch: readonly TimedReading[]): void {
    const firstMs = batch.reduce((min, it) => Math.min(min, it.timeMs), Infinity)
    const unchanged = readings.findLastIndex((it) => it.timeMs < firstMs) + 1
    readings = [...readings, ...batch].toSorted((a, b) => a.timeMs - b.timeMs)
    while (stored.length > 1 && (stored.at(-1)?.count ?? 0) > unchanged) stored.pop()
    const from = stored.at(-1)
    state = from?.state ?? EMPTY_STATE
    const begin = from?.count ?? 0
    final.length = begin
    for (const [i, reading] of readings.slice(begin).entries()) {
      const step = advance(state, reading, settings)
      state = step.state
      final.push(step.results.journeys)
      const count = begin + i + 1
      if (count % STORED_EVERY === 0) stored.push({ state, count })
    }
  }

  return { accept, journeys: () => [...final.flat(), ...openResults(state, settings).journeys] }
}
