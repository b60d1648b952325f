import { messageOf } from '../kit/errors.ts'
import type { Sql } from './connect.ts'

interface MaintenanceLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** Kinds of rows that a retention run deletes. */
export const RETAINED = ['readings', 'rejected_messages', 'positions', 'duplicate_counts'] as const
export type Retained = (typeof RETAINED)[number]

export interface MaintenanceOptions {
  sql: Sql
  /** Older rows are dropped, 6 to 30 hours late: see `retention_cutoff()`. `null` or 0 keeps them forever. */
  retentionDays: number | null
  /** The same for dead letters. They are deleted at the latest with the readings; `null` or 0 for no other limit. */
  rejectedRetentionDays?: number | null
  log: MaintenanceLog
  /** called with the number of rows that a run has deleted, which may be an estimate for whole days */
  onDeleted?: (what: Retained, rows: number) => void
  /** milliseconds since 1970 */
  now?: () => number
  /** Default an hour: partitions are created a week ahead, so that many runs may fail. */
  intervalMs?: number
}

/**
 * Less than the hours by which `retention_cutoff()` lags behind.
 * @limit how far the database's clock may be ahead of the broker's | no readings are dropped (`retention_postponed`)
 */
const CLOCK_AHEAD_MAX_MS = 3_600_000

/**
 * Rows of the change feed while insight is away. Beyond it they are replaced by one row for each vehicle.
 * @limit batches in the change feed while insight is away | replaced by one row for each vehicle, within a minute
 */
const CHANGES_MAX = 100_000
const FOLD_EVERY_MS = 60_000

/** A step of a run. `deleted` is `null` if the step deletes no rows of `RETAINED`. */
interface Step {
  action: 'made' | 'dropped' | 'deleted' | 'postponed'
  object: string
  what: Retained | null
  deleted: number | null
  estimated: boolean | null
}

/**
 * Calls `telemetry_maintain()` now, and then every `intervalMs`, never twice at once. A failure is logged, and the next run tries
 * again. Several processes may do so: the database lets one of them through.
 * `stop()` resolves when the current run has ended.
 */
export function startMaintenance(options: MaintenanceOptions): { stop(): Promise<void> } {
  const { intervalMs = 3_600_000 } = options
  let turn: Promise<void> | undefined
  let folding: Promise<void> | undefined
  const timers = [setInterval(begin, intervalMs), setInterval(fold, FOLD_EVERY_MS)]
  begin()

  function begin(): void {
    turn ??= maintain(options).finally(() => (turn = undefined))
  }

  function fold(): void {
    folding ??= foldChanges(options).finally(() => (folding = undefined))
  }

  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all([turn, folding])
    },
  }
}

/** Keeps the change feed short while insight is away, or if it never runs. */
export async function foldChanges(
  { sql, log }: Pick<MaintenanceOptions, 'sql' | 'log'>,
  max = CHANGES_MAX,
): Promise<void> {
  try {
    const [row] = await sql<{ folded: number }[]>`select fold_telemetry_changes(${max}) as folded`
    if (row !== undefined && row.folded > 0)
      log.warn({ event: 'changes_folded', rows: row.folded }, 'insight is away: its changes were folded')
  } catch (error) {
    log.warn({ event: 'changes_fold_failed', err: error }, messageOf(error))
  }
}

async function maintain(options: MaintenanceOptions): Promise<void> {
  const { sql, log, onDeleted } = options
  const steps: Step[] = []
  try {
    await run(sql, await retentionNow(options), steps)
  } catch (error) {
    log.warn({ event: 'telemetry_maintain_failed', err: error }, messageOf(error))
  }
  // Steps that were committed before a failure count as well: they cannot be counted later.
  if (steps.length === 0) return
  const deleted = sumUp(steps)
  for (const what of RETAINED) if (deleted[what]) onDeleted?.(what, deleted[what])
  const isPostponed = steps.some(({ action }) => action === 'postponed')
  const estimated = steps.some((step) => step.estimated)
  log[isPostponed ? 'warn' : 'info'](
    { event: 'telemetry_maintained', done: steps.map(describe), deleted, estimated },
    'telemetry maintained',
  )
}

interface Days {
  readings: number
  rejected: number
}

/**
 * The days to keep, or 0 while the database's clock is over an hour ahead of this one. The database's clock alone decides which
 * rows are old: a clock that is a year ahead would delete a year of readings.
 */
async function retentionNow(options: MaintenanceOptions): Promise<Days> {
  const { sql, retentionDays, rejectedRetentionDays, log, now = Date.now } = options
  const days = { readings: retentionDays ?? 0, rejected: rejectedRetentionDays ?? 0 }
  if (days.readings === 0 && days.rejected === 0) return days
  const [row] = await sql<{ ms: number }[]>`select (extract(epoch from now()) * 1000)::float8 as ms`
  const aheadMs = (row?.ms ?? 0) - now()
  if (aheadMs <= CLOCK_AHEAD_MAX_MS) return days
  const aheadS = Math.round(aheadMs / 1000)
  log.warn(
    { event: 'retention_postponed', aheadS },
    `the database's clock is ${aheadS} s ahead: nothing is dropped`,
  )
  return { readings: 0, rejected: 0 }
}

/** Adds the committed steps to `steps`. */
async function run(sql: Sql, days: Days, steps: Step[]): Promise<void> {
  const retentionDays = days.readings
  const done = await sql<Step[]>`
    select action, object, what, deleted, estimated from telemetry_maintain(${retentionDays}::int)`
  steps.push(...done)
  const letters = await sql`
    delete from rejected_messages
    where received_at < retention_cutoff(${days.rejected}::int)
      and (stored_at is null or stored_at < retention_cutoff(${days.rejected}::int))`
  noteDeleted('rejected_messages', letters.count)
  // A position belongs to a reading, and is deleted with it.
  for (const [what, column] of [
    ['positions', 'time'],
    ['duplicate_counts', 'hour'],
  ] as const) {
    const { count } = await sql`
      delete from ${sql(what)} where ${sql(column)} < retention_cutoff(${retentionDays}::int)`
    noteDeleted(what, count)
  }
  // These rows are not counted, because their readings are.
  await sql`delete from shared_readings where time < retention_cutoff(${retentionDays}::int)`
  const groups = await forgetGroups(sql)
  if (groups > 0)
    steps.push({
      action: 'deleted',
      object: `${groups} unused groups`,
      what: null,
      deleted: null,
      estimated: null,
    })

  function noteDeleted(what: Retained, count: number): void {
    const object = `${count} rows of ${what}`
    if (count > 0) steps.push({ action: 'deleted', object, what, deleted: count, estimated: false })
  }
}

/** Groups that no vehicle and no grant names, so that unused ones do not accumulate. Returns how many were deleted. */
async function forgetGroups(sql: Sql): Promise<number> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    // Locked first, in a statement of its own: the next statement sees vehicles that were put into a group just now.
    const unused = await tx<{ key: string }[]>`
      select key from groups where not is_group_used(key) order by key for update skip locked`
    const { count } = await tx`
      delete from groups where key = any (${unused.map(({ key }) => key)}::text[]) and not is_group_used(key)`
    return count
  })
}

function sumUp(steps: readonly Step[]): Partial<Record<Retained, number>> {
  const sums: Partial<Record<Retained, number>> = {}
  for (const { what, deleted } of steps)
    if (what !== null && deleted !== null) sums[what] = (sums[what] ?? 0) + deleted
  return sums
}

function describe({ action, object, deleted, estimated }: Step): string {
  if (action !== 'dropped' || deleted === null) return `${action} ${object}`
  return `${action} ${object} with ${estimated ? 'about ' : ''}${deleted} readings`
}
