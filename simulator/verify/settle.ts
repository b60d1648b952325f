import { setTimeout as sleep } from 'node:timers/promises'

/**
 * One comparison with the database. Not `final`, it may find that something is not there yet: then it says nothing
 * about that, and returns what is to be compared again for it.
 */
export type Check = (final: boolean) => Promise<Check | undefined>

/** Long enough for the database to write something between two questions, and short against any outage. */
const PAUSE_MS = 1000

/**
 * Makes the checks, and those that found something missing again until it is there or `settleMs` have passed since the
 * first round. Returns how many milliseconds it went on asking.
 */
export async function settle(options: {
  checks: readonly Check[]
  settleMs: number
  /** makes all of them, in any order, and returns what they left */
  round: (checks: readonly Check[], final: boolean) => Promise<Check[]>
}): Promise<number> {
  const { settleMs, round } = options
  let left = await round(options.checks, settleMs === 0)
  const began = performance.now()
  const waited = () => performance.now() - began
  while (left.length > 0) {
    const restMs = settleMs - waited()
    await sleep(Math.max(0, Math.min(PAUSE_MS, restMs)))
    left = await round(left, restMs <= PAUSE_MS)
  }
  return Math.round(waited())
}
