import { setTimeout as sleep } from 'node:timers/promises'

/**
 * One comparison with the database. If it is not `final`, missing data may not be stored yet: then it reports nothing about
 * that, and returns the comparison to repeat.
 */
export type Check = (final: boolean) => Promise<Check | undefined>

/** Long enough for the database to write something between two rounds, and short compared with any outage. */
const PAUSE_MS = 1000

/**
 * Makes the checks. Checks that found something missing are repeated until it is stored, or `settleMs` have passed since the
 * first round. Resolves with the milliseconds that this took.
 */
export async function settle(options: {
  checks: readonly Check[]
  settleMs: number
  /** makes all checks, in any order, and returns the checks to repeat */
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
