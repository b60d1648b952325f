import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { Pool, Sql } from '../sql/connect.ts'
import { readDurability } from '../sql/durability.ts'
import { LOOK_UP_SETTINGS } from '../sql/look-up-settings.ts'
import { RETAINED, startMaintenance, type Retained } from '../sql/maintain.ts'
import { migrate } from '../sql/migrate.ts'
import { describeDatabaseError } from '../sql/unreachable.ts'
import type { BrokerContext } from './context.ts'

export interface Database {
  /** for queries that no message waits for */
  sql: Pool
  /** settings of connections whose commits are acknowledged */
  durable: Record<string, string>
  /** settings of connections that write readings */
  writing: Record<string, string | number>
}

/** Only our own time limits apply, even if the role or the database has others. */
const UNLIMITED_TIME = { statement_timeout: 0, lock_timeout: 0 }
/** A batch of late readings may meet more compressed rows than TimescaleDB's limit, and would never get through. */
const UNLIMITED_DECOMPRESSION = { 'timescaledb.max_tuples_decompressed_per_dml_transaction': 0 }

/** Brings the schema up to date, starts its maintenance, and finds the settings for writing. */
export async function prepareDatabase({
  config,
  log,
  metrics,
  closers,
  pool,
}: BrokerContext): Promise<Database> {
  const sql = pool('broker', 4)
  const { flavour, applied } = await migrate(sql).catch((error: unknown) => {
    throw describeDatabaseError(error)
  })
  log.info({ event: 'schema_ready', flavour, applied }, 'the schema is up to date')
  const { RETENTION_DAYS: retentionDays, REJECTED_RETENTION_DAYS: rejectedRetentionDays } = config
  const onDeleted = createRetentionMetric(metrics)
  const maintenance = startMaintenance({ sql, retentionDays, rejectedRetentionDays, log, onDeleted })
  closers.add('maintenance', maintenance, (it) => it.stop())
  const durable = await ensureDurable(sql, log)
  const writing = {
    ...durable,
    ...UNLIMITED_TIME,
    ...LOOK_UP_SETTINGS,
    ...(flavour === 'community' && UNLIMITED_DECOMPRESSION),
  }
  return { sql, durable, writing }
}

/**
 * Returns the settings with which a commit is on the disk when it is reported; warns if no setting of the broker can ensure
 * that.
 */
async function ensureDurable(sql: Sql, log: Log): Promise<Record<string, string>> {
  const { synchronousCommit, missing } = await readDurability(sql)
  log.info({ event: 'durability', synchronousCommit, missing }, 'durability of commits in this database')
  if (missing.length > 0) {
    const what = missing.join(' and ')
    log.error(
      { event: 'database_not_durable', missing },
      `the database runs with ${what} off: a power cut can lose acknowledged readings`,
    )
  }
  // The value of now, in case the server is set to a lower one later.
  return { synchronous_commit: synchronousCommit === 'off' ? 'on' : synchronousCommit }
}

/** Counts rows that retention deletes. Each kind is 0 from the start, so that the first deletion is an increase as well. */
export function createRetentionMetric(metrics: Metrics): (what: Retained, rows: number) => void {
  const help = 'Rows that retention has deleted; for whole days of readings this may be an estimate'
  const deleted = metrics.counter('retention_deleted_total', help, ['what'])
  for (const what of RETAINED) deleted.inc({ what }, 0)
  return (what, rows) => deleted.inc({ what }, rows)
}
