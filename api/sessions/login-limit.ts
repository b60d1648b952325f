import { availableParallelism } from 'node:os'
import { createFairQueue } from '../../kit/fair-queue.ts'
import { networkOf } from '../../kit/network.ts'
import { refuse, type Refusal } from '../http/refusal.ts'
import type { Reply } from '../http/route.ts'
import type { RateLimit } from '../http/rate-limit.ts'

export interface LoginLimit extends RateLimit {
  /**
   * Returns the result of `attempt` when it is its turn, or that the address must wait. A failed attempt counts for its
   * address until the minute ends. An attempt that throws does not count as failed: if the database is away, later
   * logins must work once it is back.
   */
  within(who: Attempted, attempt: () => Promise<Attempt>): Promise<Reply | Refusal>
}

export interface Attempted {
  address: string
  /** the account that the attempt is for; default: the address */
  account?: string
}

export interface Attempt {
  answer: Reply | Refusal
  succeeded: boolean
}

export interface LoginLimitOptions {
  /**
   * Attempts that are being checked. Each uses one of libuv's four threads, and a processor, for about 20 ms. Default:
   * 2, or 1 with fewer than four processors, so that half of them stay free. Accounts with continuous attempts leave
   * half of that.
   */
  atOnceMax?: number
  /**
   * Waiting attempts of all accounts, one to three seconds of work. Beyond it, the account with most of them is refused
   * one.
   */
  waitingMax?: number
  /** Failed attempts of one address within a minute. */
  failuresPerMinuteMax?: number
  /** Addresses in memory, 100 bytes each; beyond it the one that failed first is forgotten. */
  addressesMax?: number
  /** milliseconds since 1970 */
  now?: () => number
}

const WINDOW_MS = 60_000

interface Failures {
  count: number
  untilMs: number
  /** attempts that are being checked, or wait for their check, by account */
  underWay: Map<string, number>
}

/** Bounds password guessing and its CPU time. Accounts take turns. */
export function createLoginLimit(options: LoginLimitOptions = {}): LoginLimit {
  const {
    atOnceMax = availableParallelism() < 4 ? 1 : 2,
    waitingMax = 64,
    failuresPerMinuteMax = 10,
    addressesMax = 10_000,
  } = options
  const { now = Date.now } = options
  const failures = new Map<string, Failures>()
  const queue = createFairQueue({ atOnceMax, waitingMax, rests: true })

  function failuresOf(network: string): Failures {
    const known = failures.get(network)
    if (known && known.untilMs > now()) return known
    failures.delete(network)
    const [oldest] = failures.keys()
    if (failures.size >= addressesMax && oldest !== undefined) failures.delete(oldest)
    const entry = { count: 0, untilMs: now() + WINDOW_MS, underWay: new Map<string, number>() }
    failures.set(network, entry)
    return entry
  }

  async function check(entry: Failures, attempt: () => Promise<Attempt>): Promise<Reply | Refusal> {
    // Earlier attempts may have failed while this one waited: guesses at many accounts are bounded like those at one.
    if (entry.count >= failuresPerMinuteMax) return waitUntil(entry.untilMs)
    const { answer, succeeded } = await attempt()
    if (!succeeded) entry.count++
    return answer
  }

  function waitUntil(untilMs: number): Refusal {
    return refused(Math.max(1, Math.ceil((untilMs - now()) / 1000)))
  }

  return {
    quotaOf(address) {
      const entry = failures.get(networkOf(address))
      const isOver = !entry || entry.untilMs <= now()
      const left = isOver ? failuresPerMinuteMax : failuresPerMinuteMax - entry.count
      const resetS = isOver ? WINDOW_MS / 1000 : Math.ceil((entry.untilMs - now()) / 1000)
      return { name: 'failed-logins', max: failuresPerMinuteMax, windowS: WINDOW_MS / 1000, left, resetS }
    },

    async within({ address, account = '' }, attempt) {
      const network = networkOf(address)
      const entry = failuresOf(network)
      const { underWay } = entry
      const own = underWay.get(account) ?? 0
      // An attempt counts as failed until it has succeeded, so that many at once cannot exceed the limit.
      if (entry.count + own >= failuresPerMinuteMax) return waitUntil(entry.untilMs)
      underWay.set(account, own + 1)
      try {
        // Only attempts of this network: those of others at the same account are not waited for.
        const answer = await queue.run(`${network} ${account}`, () => check(entry, attempt))
        return answer ?? refused(1)
      } finally {
        const left = (underWay.get(account) ?? 0) - 1
        if (left > 0) underWay.set(account, left)
        else underWay.delete(account)
      }
    },
  }
}

function refused(retryAfterS: number): Refusal {
  const headers = { 'retry-after': String(retryAfterS) }
  return refuse('too_many_requests', `wait ${retryAfterS} s before the next attempt`, { headers })
}
