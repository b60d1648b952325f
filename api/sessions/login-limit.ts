import { availableParallelism } from 'node:os'
import { createFairQueue } from '../../kit/fair-queue.ts'
import { networkOf } from '../../kit/network.ts'
import { refuse, type Refusal } from '../http/refusal.ts'
import type { Reply } from '../http/route.ts'
import type { RateLimit } from '../http/rate-limit.ts'

export interface LoginLimit extends RateLimit {
  /**
   * Answers what `attempt` does when it is its turn, or that the address has to wait. A failed attempt counts for its
   * address until the minute ends. One that throws has not failed: the database is away, and logins that were tried in vain
   * are to work once it is back.
   */
  within(who: Attempted, attempt: () => Promise<Attempt>): Promise<Reply | Refusal>
}

export interface Attempted {
  address: string
  /** that the attempt is for; default: the address */
  account?: string
}

export interface Attempt {
  answer: Reply | Refusal
  succeeded: boolean
}

export interface LoginLimitOptions {
  /**
   * Attempts that are being checked. Each takes one of libuv's four threads, and a processor, for some 20 ms. Default: 2, or 1
   * with fewer than four processors, so that half of them stay free. Accounts that are tried without end leave half of that.
   */
  atOnceMax?: number
  /** Attempts that wait, of all accounts; beyond it the account with most of them is refused one. One to three seconds of work. */
  waitingMax?: number
  /** Failed attempts of one address within a minute. */
  failuresPerMinuteMax?: number
  /** Addresses that are remembered; beyond it the one that failed first is forgotten. 100 bytes each. */
  addressesMax?: number
  /** milliseconds since 1970 */
  now?: () => number
}

const WINDOW_MS = 60_000

interface Failures {
  count: number
  untilMs: number
  /** attempts that are being checked, or wait for it, by account */
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
    // Those before it may have failed while it waited: guesses at many accounts are bounded as those at one are.
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
      // An attempt counts as failed until it is known to be right, so that many at once cannot pass the limit.
      if (entry.count + own >= failuresPerMinuteMax) return waitUntil(entry.untilMs)
      underWay.set(account, own + 1)
      try {
        // Of that network: attempts of others at the same account are not waited for.
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
