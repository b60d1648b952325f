import type { TestDatabase } from './database.ts'

/** A session that others have to wait for: it slows a database down on purpose, for as long as a test needs. */
export interface Blocker {
  /** Makes every reader and writer of this table wait. */
  lock(table: 'telemetry' | 'rejected_messages'): Promise<void>
  /** Makes every transaction that stores a reading of this vehicle and time wait, at that row. */
  insert(vehicleId: number, timeMs: number): Promise<void>
  /** Rolls its transaction back. */
  letGo(): Promise<void>
  /** Commits its transaction. */
  commit(): Promise<void>
  /** Ends the backend of a COPY, or of an insert of dead letters, that waits for a lock; false if no such backend exists. */
  kill(table?: 'telemetry' | 'rejected_messages'): Promise<boolean>
  close(): Promise<void>
}

export async function openBlocker({ sql }: TestDatabase): Promise<Blocker> {
  // In 3.4.9 a pool that has no connection yet never lends one.
  await sql`select 1`
  const session = await sql.reserve()
  const end = async (how: 'commit' | 'rollback') => void (await session.unsafe(how))
  return {
    async lock(table) {
      await session`begin`
      await session`lock table ${session(table)}`
    },
    async insert(vehicleId, timeMs) {
      // TimescaleDB creates a chunk with its first row, and every other row of that day would also wait for this
      // transaction.
      await sql`insert into telemetry (vehicle_id, time, received_at) values (0, to_timestamp(${timeMs / 1000}), now())`
      await sql`delete from telemetry where vehicle_id = 0`
      await session`begin`
      await session`
        insert into telemetry (vehicle_id, time, received_at)
        values (${vehicleId}, to_timestamp(${timeMs / 1000}), now())`
    },
    letGo: () => end('rollback'),
    commit: () => end('commit'),
    async kill(table = 'telemetry') {
      // Not in its transaction, which sees pg_stat_activity as it was at its first query.
      const killed = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
          and query ~ ${`^\\s*(copy|insert into) ${table}`}`
      return killed.length > 0
    },
    async close() {
      await end('rollback')
      session.release()
    },
  }
}
