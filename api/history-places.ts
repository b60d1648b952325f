import { refuse, type Refusal } from './refusal.ts'

/** Answers that are being made or wait for a connection; further ones get 503. */
const HISTORY_AT_ONCE_MAX = 64

/** Runs `answer` unless too many others run. Whose client has left counts until it is done, as it is asked to its end. */
export type HistoryPlaces = <T>(answer: () => Promise<T>) => Promise<T | Refusal>

/** Questions about history wait for few connections; this bounds their queue, and leaves places for all other requests. */
export function createHistoryPlaces(atOnceMax = HISTORY_AT_ONCE_MAX): HistoryPlaces {
  let running = 0
  return async (answer) => {
    if (running >= atOnceMax)
      return refuse('unavailable', 'too many questions about history are being answered', {
        headers: { 'retry-after': '2' },
      })
    running++
    try {
      return await answer()
    } finally {
      running--
    }
  }
}
