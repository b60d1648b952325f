import type { Random } from '../driving/random.ts'

const FIRST_MS = 250
const MAX_MS = 15_000

/**
 * Milliseconds to wait before an attempt, where 0 is the first after a loss. The pause doubles up to 15 s. Half of it is random,
 * so that ten thousand devices do not reconnect in the same second.
 */
export function backoffMs(attempt: number, random: Random): number {
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** attempt)
  return full / 2 + random() * (full / 2)
}
