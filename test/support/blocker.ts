import type { TestDatabase } from './database.ts'

/** A session that others have to wait for, which makes a database slow on purpose and for as long as one likes. */
export interface Blocker {
  /** Whoever reads or writes this table waits. */
  lock(table: 'telemetry' | 'rejected_messages'): Promise<void>
  /** Whoever stores a reading of this vehicle and time waits, at that row. */
  insert(vehicleId: number, timeMs: number): Promise<void>
  /** Takes back what it has done. */
  letGo(): Promise<void>
  /** Leaves what it has done. */
  commit(): Promise<void>
  /** Ends the backend of a COPY to `telemetry`, or of an insert of dead letters, that waits for a lock; whether there is one. */
  kill(table?: 'telemetry' | 'rejected_messages'): Promise<boolean>
  close(): Promise<void>
}

export async function openBlocker({ sql }: TestDatabase): Promise<Blocker> {
  // In 3.4.9 a pool that has no connection yet never gives one away.
  await sql`select 1`
  const session = await sql.reserve()
  const end = async (how: 'commit' | 'rollback') => void (await session.unsafe(how))
  return {
    async lock(table) {
      await session`begin`
      await session`lock table ${session(table)}`
    },
    async insert(vehicleId, timeMs) {
      await session`begin`
      await session`
        insert into telemetry (vehicle_id, time, received_at)
        values (${vehicleId}, to_timestamp(${timeMs / 1000}), now())`
    },
    letGo: () => end('rollback'),
    commit: () => end('commit'),
    async kill(table = 'telemetry') {
      // Not in its transaction, which sees pg_stat_activity as it was at its first look.
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
