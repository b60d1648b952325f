import { LIVE_STATES, type LiveState } from '../../contract/live-frame.ts'

/** The number of vehicles in each state, among the first `count`. */
export function countStates(states: Uint8Array, count: number): Record<LiveState, number> {
  const byIndex = LIVE_STATES.map(() => 0)
  for (let row = 0; row < count; row++) {
    const index = states[row] ?? 0
    byIndex[index] = (byIndex[index] ?? 0) + 1
  }
  return Object.fromEntries(LIVE_STATES.map((state, index) => [state, byIndex[index] ?? 0])) as Record<
    LiveState,
    number
  >
}
