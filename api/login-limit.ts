import { networkOf } from '../kit/network.ts'
import { refuse, type Refusal } from './refusal.ts'
import type { Reply } from './route.ts'
import type { RateLimit } from './rate-limit.ts'

export interface LoginLimit extends RateLimit {
  /**
   * Takes a place for one attempt. `retryAfterS` is 0 when it may go on; else no place was taken, and that many seconds
   * are to be waited. `done` gives the place back; a failed attempt keeps counting for its address until the minute ends.
   */
  begin(address: string): { retryAfterS: number; done(succeeded: boolean): void }
}

export interface LoginLimitOptions {
  /** Attempts that are being checked. libuv has four threads, each checks one in about 20 ms: 32 take a quarter second. */
  atOnceMax?: number
  /** Failed attempts of one address within a minute. */
  failuresPerMinuteMax?: number
  /** Addresses that are remembered; beyond it the one that failed first is forgotten. 100 bytes each. */
  addressesMax?: number
  /** milliseconds since 1970 */
  now?: () => number
}

const WINDOW_MS = 60_000

/** Bounds the guessing of passwords, and the CPU that guessing can take. */
export function createLoginLimit(options: LoginLimitOptions = {}): LoginLimit {
  const { atOnceMax = 32, failuresPerMinuteMax = 10, addressesMax = 10_000, now = Date.now } = options
  const failures = new Map<string, { count: number; untilMs: number }>()
  let atOnce = 0

  /** An attempt counts as failed until it is known to be right, so that many at once cannot pass the limit. */
  function count(address: string): { count: number; untilMs: number } {
    const known = failures.get(address)
    if (known && known.untilMs > now()) return known
    failures.delete(address)
    const [oldest] = failures.keys()
    if (failures.size >= addressesMax && oldest !== undefined) failures.delete(oldest)
    const entry = { count: 0, untilMs: now() + WINDOW_MS }
    failures.set(address, entry)
    return entry
  }

  return {
    quotaOf(address) {
      const entry = failures.get(networkOf(address))
      const isOver = !entry || entry.untilMs <= now()
      const left = isOver ? failuresPerMinuteMax : failuresPerMinuteMax - entry.count
      const resetS = isOver ? WINDOW_MS / 1000 : Math.ceil((entry.untilMs - now()) / 1000)
      return { name: 'failed-logins', max: failuresPerMinuteMax, windowS: WINDOW_MS / 1000, left, resetS }
    },

    begin(address) {
      if (atOnce >= atOnceMax) return refused(1)
      const entry = count(networkOf(address))
      if (entry.count >= failuresPerMinuteMax) return refused(Math.ceil((entry.untilMs - now()) / 1000))
      entry.count++
      atOnce++
      return {
        retryAfterS: 0,
        done(succeeded) {
          atOnce--
          if (succeeded) entry.count--
        },
      }
    },
  }
}

function refused(retryAfterS: number) {
  return { retryAfterS, done() {} }
}

/**
 * Answers what `attempt` does within the limit, or that the address has to wait. One that throws has not failed: the
 * database is away, and who tried in vain until it is back is to get in then.
 */
export async function withinLimit(
  limit: LoginLimit,
  address: string,
  attempt: () => Promise<{ answer: Reply | Refusal; succeeded: boolean }>,
): Promise<Reply | Refusal> {
  const place = limit.begin(address)
  const { retryAfterS } = place
  if (retryAfterS > 0) {
    const headers = { 'retry-after': String(retryAfterS) }
    return refuse('too_many_requests', `wait ${retryAfterS} s before the next attempt`, { headers })
  }
  let hasFailed = false
  try {
    const { answer, succeeded } = await attempt()
    hasFailed = !succeeded
    return answer
  } finally {
    place.done(!hasFailed)
  }
}
