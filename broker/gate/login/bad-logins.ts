import { networkOf } from '../../../kit/network.ts'

export interface BadLogins {
  /**
   * Counts a failed login. Returns for how many milliseconds its answer must be held back, or `undefined` if the connection must
   * be closed immediately, without an answer. After a delay the caller calls `done`.
   */
  fail(remoteAddress: string, nowMs: number): number | undefined
  done(): void
  /** addresses that are remembered */
  readonly size: number
}

interface Failures {
  windowAtMs: number
  inWindow: number
  inWindowBefore: number
}

const WINDOW_MS = 60_000
/**
 * Failures of one address within a minute that are answered immediately: a person who types, a tracker with an old token.
 * @limit failed logins of an address in a minute that are answered immediately | the answer comes later
 */
const PROMPT_MAX = 10
/** Beyond that, each answer waits so much longer than the answer before. */
const DELAY_STEP_MS = 100
/** @limit the delay of such an answer | it is delayed no further */
const DELAY_MAX_MS = 5000
/**
 * Beyond so many failures within a minute, connections are closed without an answer, so that no sockets are kept for them.
 * @limit failed logins of an address in a minute that are answered | the connection is closed without an answer
 */
const ANSWERED_MAX = 100
/**
 * Delayed answers at once, of all addresses; each keeps a socket. Beyond that, connections are closed without an answer.
 * @limit delayed answers at once | the connection is closed without an answer
 */
const DELAYED_MAX = 1000
/**
 * Addresses that are remembered, about 150 bytes each; beyond that the address that failed longest ago is forgotten.
 * @limit addresses with remembered failed logins | the oldest is forgotten
 */
const ADDRESSES_MAX = 10_000

/**
 * Slows down clients that repeatedly fail to log in. An address is never blocked: a mobile carrier may have thousands of
 * trackers behind one address. One bad neighbour must not lock them out. So only failed logins are delayed or closed, after
 * their tokens were checked. That takes 10 microseconds, less than the connection took. A token with 256 bits cannot be guessed;
 * this bounds processor time and log lines.
 */
export function createBadLogins(options: { addressesMax?: number; delayedMax?: number } = {}): BadLogins {
  const { addressesMax = ADDRESSES_MAX, delayedMax = DELAYED_MAX } = options
  const byNetwork = new Map<string, Failures>()
  let delayed = 0

  /** The failures within the last minute with this one, counting the part of the window before that is still in this minute. */
  function count(network: string, nowMs: number): number {
    const failures = byNetwork.get(network) ?? { windowAtMs: nowMs, inWindow: 0, inWindowBefore: 0 }
    const windows = Math.floor((nowMs - failures.windowAtMs) / WINDOW_MS)
    if (windows > 0) {
      failures.inWindowBefore = windows === 1 ? failures.inWindow : 0
      failures.inWindow = 0
      failures.windowAtMs += windows * WINDOW_MS
    }
    failures.inWindow++
    // Moved to the end: the first address is the one that failed longest ago.
    byNetwork.delete(network)
    byNetwork.set(network, failures)
    const [oldest] = byNetwork.keys()
    if (byNetwork.size > addressesMax && oldest !== undefined) byNetwork.delete(oldest)
    const left = 1 - (nowMs - failures.windowAtMs) / WINDOW_MS
    return failures.inWindow + failures.inWindowBefore * left
  }

  return {
    fail(remoteAddress, nowMs) {
      const failures = count(networkOf(remoteAddress), nowMs)
      if (failures <= PROMPT_MAX) return 0
      if (failures > ANSWERED_MAX || delayed >= delayedMax) return undefined
      delayed++
      return Math.min(DELAY_MAX_MS, Math.ceil(failures - PROMPT_MAX) * DELAY_STEP_MS)
    },
    done() {
      delayed--
    },
    get size() {
      return byNetwork.size
    },
  }
}
