const FIRST_MS = 500
const MAX_MS = 15_000

/**
 * The wait before an attempt, numbered from 1, in ms: 0.5 s, doubling up to 15 s. Half of it is random (`random` is 0 to 1), so
 * that pages that lost their connections together do not return together.
 */
export function backoffMs(attempt: number, random: number): number {
  const fullMs = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 30))
  return fullMs / 2 + (fullMs / 2) * random
}
