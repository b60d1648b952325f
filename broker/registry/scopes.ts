import { setTimeout as delay } from 'node:timers/promises'
import { SCOPE_ALL } from '../../contract/topics.ts'
import { FleetwireError } from '../../kit/errors.ts'
import { createLogLimit } from '../../kit/log-limit.ts'
import type { Log } from '../../kit/log.ts'
import { TokenBucket } from '../../kit/token-bucket.ts'
import type { Sql } from '../../sql/connect.ts'
import { createAccountReader, type Seen } from './account-reader.ts'
import {
  changeVisible,
  emptyAccount,
  emptyServiceAccount,
  seenFromUs,
  type Account,
  type VisibleVehicle,
} from './account.ts'
import { readScopeAnnouncement } from './scope-announcement.ts'

export interface Scopes {
  /**
   * The account of a user who logs in, kept fresh until as many times `release` was called. Its role is undefined when there
   * is no such user. Throws `too_many_users` or `too_many_vehicles` when there is no room, and what the database throws.
   */
  acquire(userId: number): Promise<Account>
  /** The same of a service that sees the vehicles of these groups. @param id of its service token */
  acquireService(id: string, groups: readonly string[]): Promise<Account>
  /** @param scope of the account, such as a user's id */
  release(scope: string | number): void
  /** What a connected user or service sees of vehicles; `undefined` if it is not connected. */
  vehiclesOf(scope: string | number): SeenVehicles | undefined
  /** Called with an account whose role or tokens may be others now. */
  onAccountChange(listener: (account: Account) => void): void
  /**
   * Called with a scope (`all`, or a user's id) whose vehicles are others now, are called something else, or are offline
   * because their broker is gone.
   */
  onScopeChange(listener: (scope: string) => void): void
  onVehiclesGone(listener: (vehicleIds: readonly number[]) => void): void
  /** Called when changes were missed, or were too many; those of vehicles must be read again. Called again if it rejects. */
  onReread(listener: () => Promise<void>): void
  /** Called for each vehicle that was changed, with its key; `undefined` if it was deleted. */
  onVehiclesChange(listener: (vehicleId: number, vehicleKey: string | undefined) => void): void
  /** Reads nothing more; does not close `sql`. */
  close(): void
}

/** The vehicles that a user or service sees. */
export interface SeenVehicles {
  /** Beginning of the history that it sees, in microseconds since 1970; `undefined` if it does not see the vehicle. */
  seenFromUs(vehicleId: number): number | undefined
}

interface Entry {
  account: Account
  uses: number
  loaded: Promise<unknown>
}

const RETRY_MS = 500
/** @limit connected users | the login is refused for now */
const USERS_MAX = 1000
/**
 * Vehicles that the users who are connected may see, of all of them together, 100 bytes each. A user may see an eighth of
 * those that are free beside its own, 111,111 if it is alone, and 20 users that see all they can leave 10,000 to the next.
 * One that sees more is refused, and the others are not: see kit/shares.ts.
 * @limit vehicles that all connected users see; one user gets an eighth of the free places | the login is refused for
 * now, or the user's connections end
 */
const VEHICLES_MAX = 1_000_000
const PART = 1 / 8
/**
 * Vehicles that are read for one user when it logs in, on average and at once; it is refused for a while beyond it.
 * @limit vehicles read for the logins of a user, a second; 300,000 at once | the login is refused for now
 */
const READ_PER_S = 5000
const READ_BURST = 300_000
/** Users whose reads are remembered; beyond it the oldest is forgotten. */
const READERS_MAX = 2 * USERS_MAX
/**
 * Changed vehicles, and users, that are gathered before everything is read instead.
 * @limit announced changes of vehicles that a broker has not read yet | everything is read again
 */
const CHANGED_MAX = 10_000
/** Questions of one query whether a user sees a vehicle; beyond it, what each user sees is read instead. */
const CHECKS_MAX = 20_000

/**
 * What the users who are connected may see, in memory: read when they log in, kept fresh by the notifications that the
 * tables' triggers send. After each reconnect everything is read again, because notifications sent meanwhile are lost.
 */
export async function openScopes(options: {
  /** with `max: 1`, so that what is read is read in order */
  sql: Sql
  /** with `max: 1`, for accounts that see many vehicles */
  largeSql: Sql
  log: Log
  usersMax?: number
  vehiclesMax?: number
}): Promise<Scopes> {
  const { sql, largeSql, log, usersMax = USERS_MAX, vehiclesMax = VEHICLES_MAX } = options
  /** by scope */
  const entries = new Map<string, Entry>()
  const accountListeners: ((account: Account) => void)[] = []
  const scopeListeners: ((scope: string) => void)[] = []
  const rereadListeners: (() => Promise<void>)[] = []
  const vehicleListeners: ((id: number, key: string | undefined) => void)[] = []
  const goneListeners: ((ids: readonly number[]) => void)[] = []

  let everything = false
  let changedUsers = new Set<number>()
  let changedVehicles = new Set<number>()
  let isRefreshing = false
  const closing = new AbortController()
  const logLimit = createLogLimit(1)
  const buckets = new Map<string, TokenBucket>()
  const reader = createAccountReader({ sql, largeSql, waitingMax: usersMax })

  const accounts = () => [...entries.values()].map(({ account }) => account)

  function announceScope(scope: string): void {
    for (const listener of scopeListeners) listener(scope)
  }

  /** No frame reports the devices of a broker that has died: subscribers need a new snapshot. */
  function announceAll(): void {
    announceScope(SCOPE_ALL)
    for (const { scope } of accounts()) announceScope(scope)
  }

  async function reload(account: Account): Promise<void> {
    const seen = await reader.read(account, () => mostOf(account))
    if (seen === undefined) return endTooLarge(account)
    const isOther = isOtherThan(account, seen)
    Object.assign(account, seen)
    for (const listener of accountListeners) listener(account)
    if (isOther) announceScope(account.scope)
  }

  /** Vehicles that an account may see that is connected: it keeps what it has while others take the rest. */
  function mostOf(account: Account): number {
    return Math.max(account.vehicles.size, shareOf(account))
  }

  /** Its connections end, and a login is refused until there is room for it. */
  function endTooLarge(account: Account): void {
    Object.assign(account, { vehicles: new Map(), keys: new Map(), seenFromUs: new Map(), isTooLarge: true })
    for (const listener of accountListeners) listener(account)
    log.warn(
      { event: 'scope_too_large', scope: account.scope },
      'connections ended: there is no room for the vehicles that they see now',
    )
  }

  function onNotify(payload: string): void {
    const said = readScopeAnnouncement(payload)
    if (said === undefined) return ignore(payload)
    if (said.kind === 'presence') return announceAll()
    if (said.kind === 'user') {
      if (entries.has(String(said.id))) changedUsers.add(said.id)
    } else if (changedVehicles.size < CHANGED_MAX) {
      for (const id of said.ids) changedVehicles.add(id)
    } else {
      everything = true
    }
    void refreshUntilDone()
  }

  function ignore(payload: string): void {
    const heldBack = logLimit.allow()
    if (heldBack < 0) return
    const fields = { payload: payload.slice(0, 100), ...(heldBack > 0 && { heldBack }) }
    log.warn({ event: 'notification_ignored', ...fields }, 'unknown notification on "scopes"')
  }

  /** Reads again what is stale, and does not give up: a grant that was revoked must not stay. */
  async function refreshUntilDone(): Promise<void> {
    if (isRefreshing) return
    isRefreshing = true
    while (!closing.signal.aborted && (everything || changedUsers.size > 0 || changedVehicles.size > 0)) {
      try {
        await refresh()
      } catch (error) {
        everything = true
        if (closing.signal.aborted) break
        log.warn({ event: 'scopes_refresh_failed', err: error }, 'scopes not refreshed, will retry')
        await delay(RETRY_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {})
      }
    }
    isRefreshing = false
  }

  async function refresh(): Promise<void> {
    // What is being read may be from before the change.
    await Promise.allSettled([...entries.values()].map(({ loaded }) => loaded))
    const [users, vehicles, all] = [changedUsers, [...changedVehicles], everything]
    changedUsers = new Set()
    changedVehicles = new Set()
    everything = false
    if (all || vehicles.length > 0) announceScope(SCOPE_ALL)
    if (all) for (const listener of rereadListeners) await listener()
    if (vehicles.length > 0) await tellChanged(vehicles)
    const isMuch = vehicles.length * entries.size > CHECKS_MAX
    for (const account of accounts())
      if (all || isMuch || (account.userId !== undefined && users.has(account.userId))) await reload(account)
    if (!all && !isMuch && vehicles.length > 0 && entries.size > 0) await lookAt(vehicles)
    if (all || isMuch) for (const { scope } of accounts()) announceScope(scope)
  }

  async function tellChanged(vehicleIds: number[]): Promise<void> {
    const found = await sql<{ id: number; key: string | null }[]>`
      select given.id, vehicles.key from unnest(${vehicleIds}::bigint[]) as given (id)
      left join vehicles on vehicles.id = given.id`
    for (const { id, key } of found) for (const listener of vehicleListeners) listener(id, key ?? undefined)
    const gone = found.filter(({ key }) => key === null)
    if (gone.length === 0) return
    for (const listener of goneListeners) listener(gone.map(({ id }) => id))
  }

  /** The connected users that see these vehicles now. */
  async function lookAt(vehicleIds: number[]): Promise<void> {
    const looking = accounts().filter(({ role }) => role === 'user' || role === 'service')
    const userIds = looking.flatMap(({ userId }) => userId ?? [])
    const services = looking.filter(({ role }) => role === 'service')
    const seen = await sql<({ scope: string; id: number } & VisibleVehicle)[]>`
      select users.id::text as scope, vehicles.id, vehicles.key,
        (extract(epoch from nullif(seen_from, '-infinity')) * 1000000)::bigint as "seenFromUs"
      from vehicles cross join unnest(${userIds}::bigint[]) as users (id)
      cross join lateral (
        select case when vehicles.created_by = users.id then timestamptz '-infinity' else (
          select min(coalesce(history_from, '-infinity')) from grants where grants.user_id = users.id
            and (grants.vehicle_id = vehicles.id or grants.group_key = vehicles.group_key)) end as seen_from
      ) as seen
      where vehicles.id = any(${vehicleIds}::bigint[]) and seen_from is not null
      union all
      select service.scope, vehicles.id, vehicles.key, null
      from jsonb_to_recordset(${sql.json(services.map(({ scope, groups }) => ({ scope, groups })))})
        as service (scope text, groups text[])
      join vehicles on vehicles.group_key = any(service.groups)
      where vehicles.id = any(${vehicleIds}::bigint[])`
    const byName = new Map(seen.map(({ scope, id, ...it }) => [`${scope} ${id}`, it]))
    for (const account of looking) {
      const seenOf = (id: number) => byName.get(`${account.scope} ${id}`)
      const most = mostOf(account)
      if (!changeVisible(account, vehicleIds, seenOf)) continue
      if (account.vehicles.size > most) endTooLarge(account)
      else announceScope(account.scope)
    }
  }

  let isListening = false
  await sql.listen('scopes', onNotify, () => {
    // Called after each reconnect as well: what was announced meanwhile is lost.
    if (isListening) everything = true
    isListening = true
    void refreshUntilDone()
  })

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

  /** Vehicles that an account may see: an eighth of those that would be free beside them. */
  function shareOf(account: Account): number {
    const ofOthers = accounts().reduce((sum, it) => (it === account ? sum : sum + it.vehicles.size), 0)
    return Math.floor(((vehiclesMax - ofOthers) * PART) / (1 + PART))
  }

  function bucketOf(scope: string): TokenBucket {
    const bucket = buckets.get(scope) ?? new TokenBucket(READ_PER_S, READ_BURST, performance.now())
    buckets.delete(scope)
    buckets.set(scope, bucket)
    const [oldest] = buckets.keys()
    if (buckets.size > READERS_MAX && oldest !== undefined) buckets.delete(oldest)
    return bucket
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
    // Before the answer is here, so that what changes meanwhile is looked at again.
    entries.set(account.scope, entry)
    return entry
  }

  return {
    acquire: (userId) => use(emptyAccount(userId)),
    acquireService: (id, groups) => use(emptyServiceAccount(id, groups)),
    release,
    vehiclesOf(scope) {
      const account = entries.get(String(scope))?.account
      return account && { seenFromUs: (vehicleId) => seenFromUs(account, vehicleId) }
    },
    onAccountChange: (listener) => void accountListeners.push(listener),
    onScopeChange: (listener) => void scopeListeners.push(listener),
    onReread: (listener) => void rereadListeners.push(listener),
    onVehiclesChange: (listener) => void vehicleListeners.push(listener),
    onVehiclesGone: (listener) => void goneListeners.push(listener),
    close: () => closing.abort(),
  }
}

function isOtherThan(account: Account, { vehicles, seenFromUs }: Seen): boolean {
  return areOther(account.vehicles, vehicles) || areOther(account.seenFromUs, seenFromUs)
}

function areOther<V>(before: ReadonlyMap<number, V>, now: ReadonlyMap<number, V>): boolean {
  if (before.size !== now.size) return true
  for (const [id, value] of now) if (before.get(id) !== value) return true
  return false
}

function noRoom({ userId, scope }: Account): FleetwireError {
  const whose = userId === undefined ? scope : `user ${userId}`
  return new FleetwireError(
    'too_many_vehicles',
    `too many vehicles are in use over MQTT to add those of ${whose}`,
  )
}
