const FIRST_MS = 500
const MAX_MS = 15_000

/**
 * How long to wait before attempt number `attempt`, from 1: 0.5 s, doubling up to 15 s, half of it by chance (`random` from
 * 0 to 1), so that all who were cut off together do not come back together.
 */
export function backoffMs(attempt: number, random: number): number {
  const fullMs = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 30))
  return fullMs / 2 + (fullMs / 2) * random
}
