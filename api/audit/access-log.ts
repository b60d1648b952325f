import { networkOf } from '../../kit/network.ts'
import type { Sql } from '../../sql/connect.ts'
import { insertAccess, nameOfActor, updateAccessCount, type Actor } from './queries.ts'

/** An event that changes nothing and is still recorded: a login, an export, a read of a secret. */
export interface Access {
  /** e.g. `telemetry.export` */
  action: string
  /** e.g. `vehicle:truck-7` */
  subject: string
  /** without a secret */
  detail?: object
  /** the user who has just logged in, if the request itself has no user yet */
  userId?: number
}

export interface AccessLog {
  /** Resolves when the event is committed. Until then nothing that was requested may be sent. */
  note(actor: Actor, access: Access): Promise<void>
}

/** Equal events within a minute are one row, with their number. */
const WINDOW_MS = 60_000
/**
 * Rows of one user in a window, or of one network before login. Further ones are counted in one more row for each action.
 * @limit rows of the audit log by logins, exports and reads of secrets of a user or address, a minute | further
 * events share one row for each action
 */
const ROWS_PER_OWNER_MAX = 60
/**
 * The same for all networks together: passwords of many accounts may be tried from many networks.
 * @limit the same of all addresses before a login | further events share one row for each action
 */
const ANONYMOUS_ROWS_MAX = 120
const OTHERS = 'others'

interface Row {
  count: number
  id: Promise<number>
  /** the current update */
  written: Promise<unknown>
  /** the next update, with every event that is counted until it begins */
  next: Promise<void> | undefined
}

/** Records accesses in the audit log, with a limit for each caller. */
export function createAccessLog({ sql, now }: { sql: Sql; now: () => number }): AccessLog {
  let window = -1
  let rows = new Map<string, Row>()
  let owners = new Map<string, number>()

  function beginWindow(): void {
    const current = Math.floor(now() / WINDOW_MS)
    if (current === window) return
    window = current
    rows = new Map()
    owners = new Map()
  }

  /** Whether an owner may have one more row; counts that row. */
  function takeRow(owner: string, rowsMax: number): boolean {
    const taken = owners.get(owner) ?? 0
    if (taken >= rowsMax) return false
    owners.set(owner, taken + 1)
    return true
  }

  function mayAdd(actor: string, network: string): boolean {
    if (actor !== 'anonymous') return takeRow(actor, ROWS_PER_OWNER_MAX)
    return takeRow(`at ${network}`, ROWS_PER_OWNER_MAX) && takeRow(actor, ANONYMOUS_ROWS_MAX)
  }

  function begin(key: string, insert: () => Promise<number>): Promise<unknown> {
    const id = insert()
    const of = rows
    of.set(key, { count: 1, id, written: id, next: undefined })
    // Nothing was recorded: the next call tries again.
    id.catch(() => of.delete(key))
    return id
  }

  async function countIn(row: Row): Promise<void> {
    row.count++
    row.next ??= writeNext(row)
    return row.next
  }

  async function writeNext(row: Row): Promise<void> {
    // The waiting callers get the error.
    await row.written.catch(() => {})
    row.next = undefined
    row.written = updateAccessCount(sql, await row.id, row.count)
    await row.written
  }

  return {
    async note(actor, { action, subject, detail = {}, userId }) {
      beginWindow()
      const name = userId === undefined ? nameOfActor(actor) : `user:${userId}`
      const network = networkOf(actor.address)
      const key = JSON.stringify([name, network, action, subject, detail])
      const known = rows.get(key)
      if (known) return countIn(known)
      if (mayAdd(name, network)) {
        await begin(key, () => insertAccess(sql, actor, { actor: name, action, subject, detail }))
        return
      }
      const restKey = JSON.stringify([name, action])
      const rest = rows.get(restKey)
      if (rest) return countIn(rest)
      await begin(restKey, () =>
        insertAccess(sql, actor, { actor: name, action, subject: OTHERS, detail: {} }),
      )
    },
  }
}
