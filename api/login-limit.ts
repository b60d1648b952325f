import { networkOf } from '../kit/network.ts'
import { createShares } from '../kit/shares.ts'
import { refuse, type Refusal } from './refusal.ts'
import type { Reply } from './route.ts'
import type { RateLimit } from './rate-limit.ts'

export interface LoginLimit extends RateLimit {
  /**
   * Takes a place for one attempt to log in to an account. `retryAfterS` is 0 when it may go on; else no place was taken, and
   * that many seconds are to be waited. `done` gives the place back; a failed attempt keeps counting for its address until the
   * minute ends.
   */
  begin(address: string, account?: string): { retryAfterS: number; done(succeeded: boolean): void }
}

export interface LoginLimitOptions {
  /**
   * Attempts that are being checked, shared by addresses. libuv has four threads, each checks one in about 20 ms: 32 take a
   * quarter second.
   */
  atOnceMax?: number
  /** Failed attempts of one address within a minute. */
  failuresPerMinuteMax?: number
  /** Addresses that are remembered; beyond it the one that failed first is forgotten. 100 bytes each. */
  addressesMax?: number
  /** milliseconds since 1970 */
  now?: () => number
}

const WINDOW_MS = 60_000
/** Of the free places, for one account: an address has more, so that who has logged in too often keeps no neighbour out. */
const ACCOUNT_PART = 0.5

interface Failures {
  count: number
  untilMs: number
  /** attempts that are being checked, by account */
  underWay: Map<string, number>
}

/** Bounds the guessing of passwords, and the CPU that guessing can take. */
export function createLoginLimit(options: LoginLimitOptions = {}): LoginLimit {
  const { atOnceMax = 32, failuresPerMinuteMax = 10, addressesMax = 10_000, now = Date.now } = options
  const failures = new Map<string, Failures>()
  const addresses = createShares(atOnceMax)
  const accounts = createShares(atOnceMax, ACCOUNT_PART)

  function failuresOf(address: string): Failures {
    const known = failures.get(address)
    if (known && known.untilMs > now()) return known
    failures.delete(address)
    const [oldest] = failures.keys()
    if (failures.size >= addressesMax && oldest !== undefined) failures.delete(oldest)
    const entry = { count: 0, untilMs: now() + WINDOW_MS, underWay: new Map<string, number>() }
    failures.set(address, entry)
    return entry
  }

  /** Takes a place for an account at a network, and one for that network. */
  function takePlace(network: string, account: string): (() => void) | undefined {
    const ofAccount = accounts.take(account)
    const ofNetwork = ofAccount && addresses.take(network)
    if (ofNetwork === undefined) {
      ofAccount?.()
      return undefined
    }
    return () => {
      ofAccount?.()
      ofNetwork()
    }
  }

  return {
    quotaOf(address) {
      const entry = failures.get(networkOf(address))
      const isOver = !entry || entry.untilMs <= now()
      const left = isOver ? failuresPerMinuteMax : failuresPerMinuteMax - entry.count
      const resetS = isOver ? WINDOW_MS / 1000 : Math.ceil((entry.untilMs - now()) / 1000)
      return { name: 'failed-logins', max: failuresPerMinuteMax, windowS: WINDOW_MS / 1000, left, resetS }
    },

    begin(address, account = address) {
      const network = networkOf(address)
      const entry = failuresOf(network)
      const { underWay } = entry
      const own = underWay.get(account) ?? 0
      // An attempt counts as failed until it is known to be right, so that many at once cannot pass the limit.
      if (entry.count + own >= failuresPerMinuteMax) return refused(Math.ceil((entry.untilMs - now()) / 1000))
      const giveBack = takePlace(network, account)
      if (giveBack === undefined) return refused(1)
      underWay.set(account, own + 1)
      return {
        retryAfterS: 0,
        done(succeeded) {
          giveBack()
          if (!succeeded) entry.count++
          const left = (underWay.get(account) ?? 0) - 1
          if (left > 0) underWay.set(account, left)
          else underWay.delete(account)
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
  { address, account }: { address: string; account?: string },
  attempt: () => Promise<{ answer: Reply | Refusal; succeeded: boolean }>,
): Promise<Reply | Refusal> {
  const place = limit.begin(address, account)
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
