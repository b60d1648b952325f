import { networkOf } from '../../kit/network.ts'
import type { Sql } from '../../sql/connect.ts'
import { insertAccess, nameOfActor, updateAccessCount, type Actor } from './queries.ts'

/** Something that changes nothing and is recorded nevertheless: a login, an export, a secret that was read. */
export interface Access {
  /** e.g. `telemetry.export` */
  action: string
  /** e.g. `vehicle:truck-7` */
  subject: string
  /** without a secret */
  detail?: object
  /** the user that has just logged in, if the request itself has no user yet */
  userId?: number
}

export interface AccessLog {
  /** Resolves when it is committed; before that nothing of what was asked for may be sent. */
  note(actor: Actor, access: Access): Promise<void>
}

/** Equal ones of a minute are one row, with their number. */
const WINDOW_MS = 60_000
/**
 * Rows of one user in a window, or of one network before login. Further ones are counted in one more row for each action.
 * @limit rows of the audit log by logins, exports and reads of secrets of a user or address, a minute | further
 * events share one row for each action
 */
const ROWS_PER_OWNER_MAX = 60
/**
 * The same for all networks together: from many of them, passwords of many accounts may be tried.
 * @limit the same of all addresses before a login | further events share one row for each action
 */
const ANONYMOUS_ROWS_MAX = 120
const OTHERS = 'others'

interface Row {
  count: number
  id: Promise<number>
  /** the update that is under way */
  written: Promise<unknown>
  /** the next one, which has everything that was counted until it begins */
  next: Promise<void> | undefined
}

/** Records accesses in the audit log, with a bound for each caller. */
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

  /** Whether an owner may have one more row; takes it. */
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
    // Nothing was recorded: the next one tries again.
    id.catch(() => of.delete(key))
    return id
  }

  async function countIn(row: Row): Promise<void> {
    row.count++
    row.next ??= writeNext(row)
    return row.next
  }

  async function writeNext(row: Row): Promise<void> {
    // Its waiters get the error.
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
