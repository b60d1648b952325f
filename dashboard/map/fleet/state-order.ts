import { LIVE_STATES, type LiveState } from '../../../contract/live-frame.ts'

/** From the least important state to the most important. Later ones are drawn above earlier ones and colour a cluster. */
const ORDER: readonly LiveState[] = ['unknown', 'stale', 'offline', 'stopped', 'idling', 'moving', 'alert']

/** Rank by index in LIVE_STATES. */
export const RANK_OF_STATE: Uint8Array = Uint8Array.from(LIVE_STATES, (it) => ORDER.indexOf(it))
/** Index in LIVE_STATES by rank. */
export const STATE_OF_RANK: Uint8Array = Uint8Array.from(ORDER, (it) => LIVE_STATES.indexOf(it))
