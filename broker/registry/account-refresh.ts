import type { Listeners } from '../../kit/listeners.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import type { AccountReader, Seen } from './account-reader.ts'
import { changeVisible, type Account } from './account.ts'
import type { ConnectedAccounts } from './connected-accounts.ts'
import { findVisible } from './visible-queries.ts'

export interface AccountRefresh {
  /** Reads all vehicles that an account sees. */
  reload(account: Account): Promise<void>
  /** Reads which of the connected accounts see these vehicles now. */
  lookAt(vehicleIds: number[]): Promise<void>
}

/** Brings connected accounts up to date, and announces changed accounts. */
export function createAccountRefresh(options: {
  sql: Sql
  log: Log
  reader: AccountReader
  accounts: Pick<ConnectedAccounts, 'all' | 'mostOf'>
  accountChanges: Listeners<[account: Account]>
  scopeChanges: Listeners<[scope: string]>
}): AccountRefresh {
  const { sql, log, reader, accounts, accountChanges, scopeChanges } = options

  /** Ends the connections of an account. Its logins are refused until there is room for it. */
  function endTooLarge(account: Account): void {
    Object.assign(account, { vehicles: new Map(), keys: new Map(), seenFromUs: new Map(), isTooLarge: true })
    accountChanges.call(account)
    log.warn(
      { event: 'scope_too_large', scope: account.scope },
      'connections ended: there is no room for the vehicles that they see now',
    )
  }

  return {
    async reload(account) {
      const seen = await reader.read(account, () => accounts.mostOf(account))
      if (seen === undefined) return endTooLarge(account)
      const isOther = isOtherThan(account, seen)
      Object.assign(account, seen)
      accountChanges.call(account)
      if (isOther) scopeChanges.call(account.scope)
    },
    async lookAt(vehicleIds) {
      const looking = accounts.all().filter(({ role }) => role === 'user' || role === 'service')
      const seen = await findVisible(sql, looking, vehicleIds)
      const byName = new Map(seen.map(({ scope, id, ...it }) => [`${scope} ${id}`, it]))
      for (const account of looking) {
        const seenOf = (id: number) => byName.get(`${account.scope} ${id}`)
        const most = accounts.mostOf(account)
        if (!changeVisible(account, vehicleIds, seenOf)) continue
        if (account.vehicles.size > most) endTooLarge(account)
        else scopeChanges.call(account.scope)
      }
    },
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
