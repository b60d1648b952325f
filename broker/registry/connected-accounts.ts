import { FleetwireError } from '../../kit/errors.ts'
import { TokenBucket } from '../../kit/token-bucket.ts'
import type { AccountReader } from './account-reader.ts'
import type { Account } from './account.ts'

interface Entry {
  account: Account
  uses: number
  loaded: Promise<unknown>
}

export interface ConnectedAccounts {
  /** The account with this scope, read if it is not connected yet. Throws `too_many_users` or `too_many_vehicles`. */
  use(account: Account): Promise<Account>
  release: (scope: string | number) => void
  get(scope: string | number): Account | undefined
  all(): Account[]
  readonly size: number
  /** The number of vehicles that a connected account may see: it keeps those it has while others take the rest. */
  mostOf(account: Account): number
  /** Resolves when no account is being read. */
  settled(): Promise<unknown>
}

/**
 * A user may see an eighth of the vehicles that are free beside their own, 111,111 if they are alone. 20 users who see as many as
 * they can leave 10,000 to the next. A user who sees more is refused, and the others are not: see kit/shares.ts.
 */
const PART = 1 / 8
/**
 * Vehicles that are read for the logins of one user, on average and as a burst; beyond that their logins are refused for a while.
 * @limit vehicles read for the logins of a user, a second; 300,000 at once | the login is refused for now
 */
const READ_PER_S = 5000
const READ_BURST = 300_000

/**
 * The accounts that are connected, each with a use for every connection.
 * @param options.vehiclesMax vehicles that all of them may see together
 */
export function createConnectedAccounts(options: {
  reader: AccountReader
  usersMax: number
  vehiclesMax: number
}): ConnectedAccounts {
  const { reader, usersMax, vehiclesMax } = options
  /** by scope */
  const entries = new Map<string, Entry>()
  // Limits of users who are away are remembered as well.
  const bucketOf = createReadLimits(2 * usersMax)

  const all = () => [...entries.values()].map(({ account }) => account)

  /** The number of vehicles that an account may see: an eighth of the places that would be free without it. */
  function shareOf(account: Account): number {
    const ofOthers = all().reduce((sum, it) => (it === account ? sum : sum + it.vehicles.size), 0)
    return Math.floor(((vehiclesMax - ofOthers) * PART) / (1 + PART))
  }

  async function load(account: Account): Promise<void> {
    const bucket = bucketOf(account.scope)
    const waitMs = bucket.waitMs(performance.now())
    if (waitMs > 0) {
      const waitS = Math.ceil(waitMs / 1000)
      throw new FleetwireError('too_many_vehicles', `wait ${waitS} s: the vehicles were read too often`)
    }
    const share = () => shareOf(account)
    const seen = await reader.read(account, share, (count) => bucket.charge(count, performance.now()))
    // Others may have taken some of its share while it was read.
    if (seen === undefined || seen.vehicles.size > share()) throw noRoom(account)
    Object.assign(account, seen)
  }

  function open(account: Account): Entry {
    if (entries.size >= usersMax) throw new FleetwireError('too_many_users', 'too many users are connected')
    const entry: Entry = { account, uses: 0, loaded: load(account) }
    entry.loaded.catch(() => {})
    // Before the answer arrives, so that changes in between are read again.
    entries.set(account.scope, entry)
    return entry
  }

  function release(scope: string | number): void {
    const entry = entries.get(String(scope))
    if (entry !== undefined && --entry.uses === 0) entries.delete(String(scope))
  }

  async function use(account: Account): Promise<Account> {
    const entry = entries.get(account.scope) ?? open(account)
    if (entry.account.isTooLarge) throw noRoom(account)
    entry.uses++
    try {
      await entry.loaded
    } catch (error) {
      release(account.scope)
      throw error
    }
    return entry.account
  }

  return {
    use,
    release,
    get: (scope) => entries.get(String(scope))?.account,
    all,
    get size() {
      return entries.size
    },
    mostOf: (account) => Math.max(account.vehicles.size, shareOf(account)),
    settled: () => Promise.allSettled([...entries.values()].map(({ loaded }) => loaded)),
  }
}

/** How much may be read for each scope. Beyond `scopesMax`, the scope that was used longest ago is forgotten. */
function createReadLimits(scopesMax: number): (scope: string) => TokenBucket {
  const buckets = new Map<string, TokenBucket>()
  return (scope) => {
    const bucket = buckets.get(scope) ?? new TokenBucket(READ_PER_S, READ_BURST, performance.now())
    buckets.delete(scope)
    buckets.set(scope, bucket)
    const [oldest] = buckets.keys()
    if (buckets.size > scopesMax && oldest !== undefined) buckets.delete(oldest)
    return bucket
  }
}

function noRoom({ userId, scope }: Account): FleetwireError {
  const whose = userId === undefined ? scope : `user ${userId}`
  return new FleetwireError(
    'too_many_vehicles',
    `too many vehicles are in use over MQTT to add those of ${whose}`,
  )
}
