import { messageOf } from '../kit/errors.ts'
import type { Sql } from './connect.ts'

interface MaintenanceLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export interface MaintenanceOptions {
  sql: Sql
  /** Readings, dead letters and counts of duplicates older than this are dropped; null or 0 keeps them for ever. */
  retentionDays: number | null
  log: MaintenanceLog
  /** Default an hour: partitions are made a week ahead, so that many may fail. */
  intervalMs?: number
}

/**
 * Calls `telemetry_maintain()` now and then every `intervalMs`, never twice at once. A failure is logged and the next
 * turn tries again. Several processes may do so: the database lets one of them through.
 * `stop()` resolves when a running turn has ended.
 */
export function startMaintenance(options: MaintenanceOptions): { stop(): Promise<void> } {
  const { sql, retentionDays, log, intervalMs = 3_600_000 } = options
  let turn: Promise<void> | undefined
  const timer = setInterval(begin, intervalMs)
  begin()

  function begin(): void {
    turn ??= maintain(sql, retentionDays, log).finally(() => (turn = undefined))
  }

  return {
    async stop() {
      clearInterval(timer)
      await turn
    },
  }
}

async function maintain(sql: Sql, retentionDays: number | null, log: MaintenanceLog): Promise<void> {
  try {
    const done = await sql<{ action: string; object: string }[]>`
      select action, object from telemetry_maintain(${retentionDays}::int)`
    // A position is of a reading, and is forgotten with it.
    await sql`delete from positions where time < now() - make_interval(days => nullif(${retentionDays}::int, 0))`
    await sql`delete from duplicate_counts where hour < now() - make_interval(days => nullif(${retentionDays}::int, 0))`
    if (done.length === 0) return
    const lines = done.map(({ action, object }) => `${action} ${object}`)
    const postponed = done.some(({ action }) => action === 'postponed')
    log[postponed ? 'warn' : 'info']({ event: 'telemetry_maintained', done: lines }, 'partitions kept')
  } catch (error) {
    log.warn({ event: 'telemetry_maintain_failed', err: error }, messageOf(error))
  }
}
