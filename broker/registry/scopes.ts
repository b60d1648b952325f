import { SCOPE_ALL } from '../../contract/topics.ts'
import { createListeners } from '../../kit/listeners.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import { createAccountReader } from './account-reader.ts'
import { createAccountRefresh } from './account-refresh.ts'
import { emptyAccount, emptyServiceAccount, seenFromUs, type Account } from './account.ts'
import { createConnectedAccounts } from './connected-accounts.ts'
import { followNotifications } from './notifications.ts'
import { createPendingChanges } from './pending-changes.ts'
import { readScopeAnnouncement } from './scope-announcement.ts'
import { findKeys } from './visible-queries.ts'

export interface Scopes {
  /**
   * The account of a user who logs in, kept fresh until `release` was called as often. Its role is `undefined` if the user does
   * not exist. Rejects with `too_many_users` or `too_many_vehicles` if there is no room, or with an error of the database.
   */
  acquire(userId: number): Promise<Account>
  /** The same for a service that sees the vehicles of these groups. @param id of its service token */
  acquireService(id: string, groups: readonly string[]): Promise<Account>
  /** @param scope of the account, such as a user's id */
  release(scope: string | number): void
  /** The vehicles that a connected user or service sees; `undefined` if it is not connected. */
  vehiclesOf(scope: string | number): SeenVehicles | undefined
  /** Called with an account whose role or tokens may have changed. */
  onAccountChange(listener: (account: Account) => void): void
  /**
   * Called with a scope (`all`, or a user's id) whose vehicles or their keys have changed, or whose vehicles are offline because
   * their broker has died.
   */
  onScopeChange(listener: (scope: string) => void): void
  onVehiclesGone(listener: (vehicleIds: readonly number[]) => void): void
  /** Called when changes were missed, or were too many: vehicles must be read again. Called again if it rejects. */
  onReread(listener: () => Promise<void>): void
  /** Called for each vehicle that was changed, with its key; `undefined` if it was deleted. */
  onVehiclesChange(listener: (vehicleId: number, vehicleKey: string | undefined) => void): void
  /** Reads nothing further; does not close `sql`. */
  close(): void
}

/** The vehicles that a user or service sees. */
export interface SeenVehicles {
  /** Beginning of the visible history, in microseconds since 1970; `undefined` if the vehicle is not visible. */
  seenFromUs(vehicleId: number): number | undefined
}

interface ScopesOptions {
  /** with `max: 1`, so that accounts are read in order */
  sql: Sql
  /** with `max: 1`, for accounts that see many vehicles */
  largeSql: Sql
  log: Log
  usersMax?: number
  vehiclesMax?: number
}

/** @limit connected users | the login is refused for now */
const USERS_MAX = 1000
/**
 * Vehicles that all connected users together may see, 100 bytes each.
 * @limit vehicles that all connected users see; one user gets an eighth of the free places | the login is refused for
 * now, or the user's connections end
 */
const VEHICLES_MAX = 1_000_000
/** Pairs of a user and a vehicle that one query checks; beyond that the vehicles of each user are read instead. */
const CHECKS_MAX = 20_000

/**
 * The vehicles that connected users may see, in memory: read when the users log in, and kept fresh by the notifications of the
 * tables' triggers. After each reconnect everything is read again, because notifications sent meanwhile are lost.
 */
export async function openScopes(options: ScopesOptions): Promise<Scopes> {
  const { sql, largeSql, log, usersMax = USERS_MAX, vehiclesMax = VEHICLES_MAX } = options
  const reader = createAccountReader({ sql, largeSql, waitingMax: usersMax })
  const accounts = createConnectedAccounts({ reader, usersMax, vehiclesMax })
  const accountChanges = createListeners<[account: Account]>()
  const scopeChanges = createListeners<[scope: string]>()
  const vehicleChanges = createListeners<[id: number, key: string | undefined]>()
  const goneVehicles = createListeners<[ids: readonly number[]]>()
  const rereadListeners: (() => Promise<void>)[] = []
  const accountRefresh = createAccountRefresh({ sql, log, reader, accounts, accountChanges, scopeChanges })
  const pending = createPendingChanges()

  function take(payload: string): boolean {
    const said = readScopeAnnouncement(payload)
    if (said === undefined) return false
    if (said.kind === 'presence') announceAll()
    else if (said.kind === 'vehicles') pending.addVehicles(said.ids)
    else if (accounts.get(said.id) !== undefined) pending.addUser(said.id)
    return true
  }

  /** No frame reports the devices of a broker that has died: subscribers need a new snapshot. */
  function announceAll(): void {
    scopeChanges.call(SCOPE_ALL)
    for (const { scope } of accounts.all()) scopeChanges.call(scope)
  }

  async function refresh(): Promise<void> {
    // Accounts that are being read may be from before the change.
    await accounts.settled()
    const { users, everything: all, ...changed } = pending.take()
    const vehicles = [...changed.vehicles]
    if (all || vehicles.length > 0) scopeChanges.call(SCOPE_ALL)
    if (all) for (const listener of rereadListeners) await listener()
    if (vehicles.length > 0) await reportChanged(vehicles)
    const isMuch = vehicles.length * accounts.size > CHECKS_MAX
    for (const account of accounts.all())
      if (all || isMuch || (account.userId !== undefined && users.has(account.userId)))
        await accountRefresh.reload(account)
    if (!all && !isMuch && vehicles.length > 0 && accounts.size > 0) await accountRefresh.lookAt(vehicles)
    if (all || isMuch) for (const { scope } of accounts.all()) scopeChanges.call(scope)
  }

  async function reportChanged(vehicleIds: number[]): Promise<void> {
    const found = await findKeys(sql, vehicleIds)
    for (const { id, key } of found) vehicleChanges.call(id, key ?? undefined)
    const gone = found.filter(({ key }) => key === null)
    if (gone.length > 0) goneVehicles.call(gone.map(({ id }) => id))
  }

  const notifications = await followNotifications({
    sql,
    log,
    channel: 'scopes',
    take,
    onMissed: () => pending.addEverything(),
    isStale: () => pending.any,
    refresh,
  })

  return {
    acquire: (userId) => accounts.use(emptyAccount(userId)),
    acquireService: (id, groups) => accounts.use(emptyServiceAccount(id, groups)),
    release: accounts.release,
    vehiclesOf(scope) {
      const account = accounts.get(scope)
      return account && { seenFromUs: (vehicleId) => seenFromUs(account, vehicleId) }
    },
    onAccountChange: accountChanges.add,
    onScopeChange: scopeChanges.add,
    onReread: (listener) => void rereadListeners.push(listener),
    onVehiclesChange: vehicleChanges.add,
    onVehiclesGone: goneVehicles.add,
    close: () => notifications.stop(),
  }
}
