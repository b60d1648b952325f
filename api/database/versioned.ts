import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Change } from '../audit/queries.ts'
import { isMatch } from '../http/etag.ts'
import { UNIQUE_VIOLATION } from './columns.ts'

/**
 * Why a change was not made: not visible to the caller, read-only for the caller, changed meanwhile, or the new key is
 * taken.
 */
export type NotChanged = 'missing' | 'read_only' | 'changed' | 'taken'

/**
 * Changes a row, in a transaction, if the caller may change it and it has one of `etags`, or any ETag if `etags` is
 * `undefined`.
 * @param lock locks the row, and reads it as the caller sees it
 */
export async function changeVersioned<Row extends { createdUs: number; version: number }, R>(
  sql: Sql,
  etags: readonly string[] | undefined,
  lock: (tx: Sql) => Promise<(Row & { isOwn: boolean }) | undefined>,
  change: (tx: Sql, before: Row) => Promise<R>,
): Promise<R | NotChanged> {
  const result = await sql.begin(async (transaction): Promise<R | NotChanged> => {
    const tx = transaction as unknown as Sql
    const row = await lock(tx)
    if (row === undefined) return 'missing'
    const { isOwn, ...before } = row
    if (!isOwn) return 'read_only'
    return isMatch(etags, row) ? change(tx, before as unknown as Row) : 'changed'
  })
  return result as R | NotChanged
}

/** Result of a change, or `taken` if another row has its new key. */
export async function orTaken<T>(changing: Promise<T>): Promise<T | 'taken'> {
  try {
    return await changing
  } catch (error) {
    if (codeOf(error) === UNIQUE_VIOLATION) return 'taken'
    throw error
  }
}

/**
 * The audit entry of a rename, with the new key as its subject, because the audit log is read by subject. Empty if the key is
 * unchanged.
 */
export function renamed(what: string, key: string, newKey: string): Change[] {
  if (newKey === key) return []
  const subject = `${what}:${newKey}`
  return [{ action: `${what}.rename`, subject, before: { key }, after: { key: newKey } }]
}
