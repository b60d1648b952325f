import { setTimeout as delay } from 'node:timers/promises'
import type { Sql } from '../../sql/connect.ts'
import { codeOf, messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { copyStatement, startCopy, type StartedCopy } from './copy.ts'
import { printable } from './printable.ts'
import { ROW_COLUMNS, type RowBuffer } from './row-buffer.ts'
import { classify } from './sqlstate.ts'

export interface StoreResult {
  /** rows that were stored before; empty in the usual case */
  duplicates: Set<number>
  /** rows that the database refuses, with its reason */
  refused: Map<number, string>
}

export interface Store {
  /** Begins a COPY for rows that are still to come; undefined when that fails. */
  start(): Promise<StartedCopy | undefined>
  /** Stores all rows of the buffer, through `started` if given; rejects only when `signal` aborts it. */
  finish(rows: RowBuffer, started: StartedCopy | undefined, signal: AbortSignal): Promise<StoreResult>
}

/** What became of a batch whose rows were all stored, and they were all new. */
export const NOTHING_SPECIAL: StoreResult = { duplicates: new Set(), refused: new Map() }

const columns = ROW_COLUMNS.join(', ')
const copyTelemetry = copyStatement(`telemetry (${columns})`)
const copyStaging = copyStatement(`staging (${columns})`)
/** The first retry follows at once, for a backend that was killed; then it waits longer each time. */
const RETRY_MS = [0, 50, 100, 250, 500, 1000]

/** Rows `from` up to but not including `to` of a batch that did not go through at once. */
interface Part {
  rows: RowBuffer
  from: number
  to: number
  result: StoreResult
  signal: AbortSignal
}

/**
 * Writes batches over one connection, each in one transaction: COPY straight into `telemetry`; when a reading is there
 * already, through a staging table; when the database refuses a row, in halves until that row is alone. A batch whose
 * commit was lost on the way is safe to repeat: its rows are duplicates then.
 */
export function createStore({ sql, log }: { sql: Sql; log: Log }): Store {
  return {
    start: () => startCopy(sql, copyTelemetry).catch(() => undefined),

    async finish(rows, started, signal) {
      const send = started ?? ((data: Buffer) => copy(data))
      try {
        await send(rows.copyData(0, rows.count))
        return NOTHING_SPECIAL
      } catch (error) {
        const result: StoreResult = { duplicates: new Set(), refused: new Map() }
        await storePart({ rows, from: 0, to: rows.count, result, signal }, error)
        return result
      }
    },
  }

  async function storePart(part: Part, failure?: unknown): Promise<void> {
    const { rows, from, to, result, signal } = part
    const refusal = await untilSettled(part, failure)
    if (refusal === undefined) return
    if (to - from === 1) {
      result.refused.set(from, printable(`${codeOf(refusal)}: ${messageOf(refusal)}`))
      return
    }
    const middle = (from + to) >>> 1
    await storePart({ rows, from, to: middle, result, signal })
    await storePart({ rows, from: middle, to, result, signal })
  }

  /**
   * Tries until the rows are stored, or the database refuses one of them: then it returns that error.
   * @param failure of an attempt that was made already
   */
  async function untilSettled(part: Part, failure: unknown): Promise<unknown> {
    let error = failure ?? (await attempt(part, false))
    let staged = false
    for (let retries = 0; error !== undefined;) {
      const kind = classify(error)
      if (kind === 'row') return error
      // Through staging there is no such violation but of a constraint that is not ours.
      if (kind === 'unique' && !staged) staged = true
      else await waitForRetry(part, retries++, error)
      error = await attempt(part, staged)
    }
    return undefined
  }

  /** Returns the error with which it failed. */
  async function attempt({ rows, from, to, result }: Part, staged: boolean): Promise<unknown> {
    try {
      const data = rows.copyData(from, to)
      if (staged) markDuplicates(rows, from, to, await storeThroughStaging(data), result)
      else await copy(data)
      return undefined
    } catch (error) {
      return error ?? new Error('the database failed without an error')
    }
  }

  async function waitForRetry({ from, to, signal }: Part, retries: number, err: unknown): Promise<void> {
    const waitMs = RETRY_MS[Math.min(retries, RETRY_MS.length - 1)]
    log.warn({ event: 'batch_retry', rows: to - from, retries, waitMs, err }, 'batch not stored, will retry')
    await delay(waitMs, undefined, { signal })
  }

  async function copy(data: Buffer): Promise<void> {
    const send = await startCopy(sql, copyTelemetry)
    await send(data)
  }

  /** Returns the keys of the rows that were not there before. */
  async function storeThroughStaging(data: Buffer): Promise<Set<string>> {
    return sql.begin(async (tx) => {
      await tx`create temporary table if not exists staging (like telemetry) on commit delete rows`
      const send = await startCopy(tx, copyStaging)
      await send(data)
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
