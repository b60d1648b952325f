import { LIVE_STATES, type LiveState } from '../../../contract/live-frame.ts'

/** From what matters least to what matters most: later ones are drawn over earlier ones, and give a cluster its colour. */
const ORDER: readonly LiveState[] = ['unknown', 'stale', 'offline', 'stopped', 'idling', 'moving', 'alert']

/** By the state's number in a frame. */
export const RANK_OF_STATE: Uint8Array = Uint8Array.from(LIVE_STATES, (it) => ORDER.indexOf(it))
/** By rank, the state's number in a frame. */
export const STATE_OF_RANK: Uint8Array = Uint8Array.from(ORDER, (it) => LIVE_STATES.indexOf(it))
