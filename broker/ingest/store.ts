import { setTimeout as delay } from 'node:timers/promises'
import type { Sql } from '../../sql/connect.ts'
import { codeOf, messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { copyIn } from './copy.ts'
import { printable } from './printable.ts'
import { ROW_COLUMNS, type RowBuffer } from './row-buffer.ts'
import { classify } from './sqlstate.ts'

export interface StoreResult {
  /** rows that were stored before; empty in the usual case */
  duplicates: Set<number>
  /** rows that the database refuses, with its reason */
  refused: Map<number, string>
}

/** Stores all rows of the buffer; rejects only when `signal` aborts it. */
export type Store = (rows: RowBuffer, signal: AbortSignal) => Promise<StoreResult>

const columns = ROW_COLUMNS.join(', ')
const copyStatement = `copy telemetry (${columns}) from stdin (format binary)`
const copyStagingStatement = `copy staging (${columns}) from stdin (format binary)`
/** The first retry follows at once, for a backend that was killed; then it waits longer each time. */
const RETRY_MS = [0, 50, 100, 250, 500, 1000]

/**
 * Writes batches over one connection, each in one transaction: COPY straight into `telemetry`; when a reading is there
 * already, through a staging table; when the database refuses a row, in halves until that row is alone. A batch whose
 * commit was lost on the way is safe to repeat: its rows are duplicates then.
 */
export function createStore({ sql, log }: { sql: Sql; log: Log }): Store {
  return async (rows, signal) => {
    const result: StoreResult = { duplicates: new Set(), refused: new Map() }
    await storeRange(rows, 0, rows.count, result, signal)
    return result
  }

  async function storeRange(
    rows: RowBuffer,
    from: number,
    to: number,
    result: StoreResult,
    signal: AbortSignal,
  ) {
    const error = await untilSettled(rows, from, to, result, signal)
    if (error === undefined) return
    if (to - from === 1) {
      result.refused.set(from, printable(`${codeOf(error)}: ${messageOf(error)}`))
      return
    }
    const middle = (from + to) >>> 1
    await storeRange(rows, from, middle, result, signal)
    await storeRange(rows, middle, to, result, signal)
  }

  /** Tries until the rows are stored or the database refuses one of them: then it returns that error. */
  async function untilSettled(
    rows: RowBuffer,
    from: number,
    to: number,
    result: StoreResult,
    signal: AbortSignal,
  ): Promise<unknown> {
    let staged = false
    for (let attempt = 0; ; attempt++) {
      try {
        const data = rows.copyData(from, to)
        if (!staged) await copyIn(sql, copyStatement, data)
        else markDuplicates(rows, from, to, await storeThroughStaging(data), result)
        return undefined
      } catch (error) {
        const failure = classify(error)
        if (failure === 'row') return error
        if (failure === 'unique') {
          staged = true
          continue
        }
        const waitMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]
        log.warn(
          { event: 'batch_retry', rows: to - from, attempt, waitMs, err: error },
          'batch not stored, will retry',
        )
        await delay(waitMs, undefined, { signal })
      }
    }
  }

  /** Returns the keys of the rows that were not there before. */
  async function storeThroughStaging(data: Buffer): Promise<Set<string>> {
    return sql.begin(async (tx) => {
      await tx`create temporary table if not exists staging (like telemetry) on commit delete rows`
      await copyIn(tx, copyStagingStatement, data)
      const inserted = await tx<{ vehicle_id: number; time_us: number }[]>`
        insert into telemetry select * from staging
        on conflict (vehicle_id, time) do nothing
        returning vehicle_id, (extract(epoch from time) * 1000000)::bigint as time_us`
      return new Set(inserted.map((row) => `${row.vehicle_id} ${row.time_us}`))
    })
  }
}

/** A reading that stands in the rows twice was stored once, and that is the first. */
function markDuplicates(
  rows: RowBuffer,
  from: number,
  to: number,
  stored: Set<string>,
  result: StoreResult,
): void {
  for (let row = from; row < to; row++) {
    if (!stored.delete(`${rows.vehicleIdOf(row)} ${rows.timeUsOf(row)}`)) result.duplicates.add(row)
  }
}
