import { codeOf, FleetwireError } from '../kit/errors.ts'
import type { Sql } from '../sql/connect.ts'

/** An arbitrary number, also in sql/040: the holder of this advisory lock analyses readings, and another process waits for it. */
const ANALYSIS_LOCK = 4_615_893_202

/**
 * Others acknowledge events, and delete channels and vehicles meanwhile: serialization failures, deadlocks, and rows that refer to
 * deleted ones. The transaction is tried again, and sees their changes.
 */
const CONFLICTS = new Set(['40001', '40P01', '23503'])
const ATTEMPTS_MAX = 5

export interface SoleSession {
  /** Whether this session is the only one that analyses; otherwise another one is. Takes the lock if it is free. */
  take(): Promise<boolean>
  /**
   * A transaction whose statements all see the same rows. It may run several times. Rejects with `lock_lost` if the connection is another one than that
   * of `take`: another process may have gone on in the meantime.
   */
  inSnapshot: InSnapshot
}

export type InSnapshot = <T>(body: (tx: Sql) => Promise<T>) => Promise<T>

/** @param sql a pool of one connection, because the lock belongs to a connection */
export function createSoleSession(sql: Sql): SoleSession {
  let holder: number | undefined
  const begin = (body: (tx: Sql) => Promise<unknown>) =>
    sql.begin('isolation level repeatable read', async (tx) => {
      const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`
      if (row?.pid !== holder) {
        throw new FleetwireError('lock_lost', 'the connection of the analysis was replaced by another one')
      }
      return body(tx as unknown as Sql)
    })

  return {
    async take() {
      holder = undefined
      const [row] = await sql<{ pid: number; isTaken: boolean }[]>`
        select pg_backend_pid() as pid, pg_try_advisory_lock(${ANALYSIS_LOCK}) as "isTaken"`
      if (row?.isTaken === true) holder = row.pid
      return holder !== undefined
    },
    async inSnapshot(body) {
      for (let attempts = 1; ; attempts++) {
        try {
          return (await begin(body)) as never
        } catch (error) {
          if (attempts === ATTEMPTS_MAX || !CONFLICTS.has(codeOf(error) ?? '')) throw error
        }
      }
    },
  }
}
