import type { Log } from '../../kit/log.ts'
import type { Pool } from '../../sql/connect.ts'
import type { Availability } from './availability.ts'
import type { Batch } from './batch.ts'
import type { StartedCopy } from './copy.ts'
import type { IngestMetrics } from './metrics.ts'
import type { RowBuffer } from './row-buffer.ts'
import { createSpooling, type SpoolingOptions } from './spooling.ts'
import { createSettlement, type SettlementOptions } from './settlement.ts'
import type { Hold } from './spool/spool.ts'
import { isOfConnection } from './sqlstate.ts'
import { createStore, NOTHING_SPECIAL, type NotStored, type StoreResult } from './store.ts'
import { createTimeLimit, type TimeLimit } from './time-limit.ts'

export interface Writer {
  /** Prepares the database for a batch that is still filling; `write` must follow. */
  begin(batch: Batch): Promise<void>
  /**
   * Settles all messages of a batch: stores it or, when that fails or takes too long, spools it. A late batch goes on over the
   * connection; until it has ended, the batches after it are spooled at once.
   */
  write(batch: Batch): Promise<void>
  /** the batch that is in the spool and still under way to the database */
  readonly late: Batch | undefined
  /** Gives a late batch `graceMs` to end, and resolves when nothing is under way. */
  close(graceMs: number): Promise<void>
}

export interface WriterOptions extends SpoolingOptions, Omit<SettlementOptions, 'spooling'> {
  /** with `max: 1`; it is cut only while the database is away, at the end, and after `LATE_MAX_MS` */
  connection: Pool
  commitTimeoutMs: number
  availability: Availability
  metrics: IngestMetrics
  log: Log
  /** aborted, nothing is settled any more */
  signal: AbortSignal
  /** called when nothing of a batch is used any more */
  onFree: (batch: Batch) => void
  /** called after the messages of a batch were settled, with its rows and what became of those that were not simply stored */
  onStored: (rows: RowBuffer, result: StoreResult) => void
}

/**
 * For a late batch while the server answers other queries. It may wait for a lock, and giving its connection up would leave a
 * backend that goes on waiting. So this is about as long as TCP takes to find out that its peer is gone.
 * @limit a late batch; each lane has one | it is cancelled; later batches go to the spool meanwhile
 */
const LATE_MAX_MS = 15 * 60_000
/** The time that `Store` believes a late batch has: enough for steps that need no waiting. */
const LATE_REMAINING_MS = 1

/** Where batches of one lane end: in the database, or in the spool; when neither takes them, it waits. */
export function createWriter(options: WriterOptions): Writer {
  const { connection, commitTimeoutMs, availability, metrics, log, signal } = options
  const { onFree, onStored, onSpooled } = options
  const limit = createTimeLimit(onOver, signal)
  const store = createStore({ sql: connection, log })
  const spooling = createSpooling(options)
  const settlement = createSettlement({ ...options, spooling })
  const forStore: TimeLimit = {
    ...limit,
    get remainingMs() {
      return limit.remainingMs || (isCut ? 0 : LATE_REMAINING_MS)
    },
  }

  let starting: Promise<StartedCopy | NotStored> | undefined
  let late: { batch: Batch; sinceMs: number } | undefined
  let lateEnd: Promise<unknown> = Promise.resolve()
  let isClosing = false
  /** what is under way was cut off */
  let isCut = false
  let resolveOver = () => {}

  return {
    async begin({ moves }) {
      if (!isOpen() || store.expectsConflicts) return
      startLimit()
      starting = store.start(moves)
      const result = await Promise.race([starting, untilOver()])
      if (result === undefined || typeof result === 'function') return
      starting = undefined
      if (result.failure !== 'away') return
      limit.stop()
      availability.away(result.error)
    },

    async write(batch) {
      const begun = starting
      starting = undefined
      // A COPY that has begun must end, even if another lane found out meanwhile that the database is away.
      if (begun === undefined && !isOpen()) return keep(batch)
      if (begun === undefined && batch.rows.count === 0) return settleStored(batch, NOTHING_SPECIAL)
      if (limit.remainingMs === 0 && begun === undefined) startLimit()
      const attempt = storeRows(batch, begun)
      const inTime = await Promise.race([attempt, untilOver()])
      if (inTime === undefined) return writeLate(batch, attempt)
      return onEnd(batch, inTime)
    },

    get late() {
      return late?.batch
    },

    async close(graceMs) {
      const timer = setTimeout(() => (isClosing = true), graceMs)
      await lateEnd
      await settlement.idle()
      clearTimeout(timer)
    },
  }

  /** Whether the connection takes a batch. */
  function isOpen(): boolean {
    return availability.outage === undefined && late === undefined && !signal.aborted
  }

  function startLimit(): void {
    isCut = false
    limit.start(commitTimeoutMs)
  }

  function untilOver(): Promise<undefined> {
    return new Promise((resolve) => (resolveOver = () => resolve(undefined)))
  }

  /** Called again and again while something takes longer than it may. */
  function onOver(): void {
    resolveOver()
    const isTooLate = late !== undefined && performance.now() - late.sinceMs > LATE_MAX_MS
    if (!signal.aborted && !isClosing && !isTooLate && availability.outage === undefined) return
    isCut = true
    connection.sever('a batch took too long')
  }

  async function storeRows(
    { rows, entries, moves }: Batch,
    begun: Promise<StartedCopy | NotStored> | undefined,
  ): Promise<StoreResult | NotStored> {
    const stopTimer = metrics.commitSeconds.startTimer()
    const start = await begun
    const hasFailed = typeof start === 'object'
    if (hasFailed && (isCut || start.failure === 'away' || start.failure === 'moved')) return start
    const started = hasFailed ? undefined : start
    const result = await store.finish(rows, started, forStore, moves)
    if (!('failure' in result)) stopTimer()
    // A server that refused the connection was sent nothing.
    else if (started !== undefined || result.failure !== 'away') metrics.rewritten.inc(entries.length)
    return result
  }

  async function onEnd(batch: Batch, end: StoreResult | NotStored): Promise<void> {
    limit.stop()
    if (!('failure' in end)) return settleStored(batch, end)
    reportAway(end)
    await keep(batch)
  }

  /** Any other error may concern only this batch. A batch that was overtaken by a move is placed again when the spool is drained. */
  function reportAway({ error, failure }: NotStored): void {
    if (failure === 'away') availability.away(error)
    else if (isOfConnection(error) && !isCut) availability.doubt(error)
  }

  function settleStored(batch: Batch, result: StoreResult): void {
    const { rows, entries } = batch
    metrics.countBatch(rows.count, entries.length, result)
    for (const entry of entries) settlement.stored(entry, result)
    onStored(rows, result)
    onFree(batch)
  }

  /** Spools a batch that is not under way. While the spool is full, the database is tried as well. */
  async function keep(batch: Batch): Promise<void> {
    const result = await spooling.keep(batch.entries, async () => {
      if (!isOpen()) return undefined
      startLimit()
      const end = await watched(storeRows(batch, undefined))
      limit.stop()
      if (!('failure' in end)) return end
      reportAway(end)
      return undefined
    })
    if (result === undefined) return
    if (result !== 'spooled') return settleStored(batch, result)
    for (const entry of batch.entries) settlement.spooled(entry)
    onFree(batch)
  }

  async function watched<T>(attempt: Promise<T>): Promise<T> {
    if ((await Promise.race([attempt, untilOver()])) === undefined) noteLate(attempt)
    return attempt
  }

  /** The watchdog finds out then whether the server is there. */
  function noteLate(attempt: Promise<unknown>): void {
    const ended = availability.late()
    void attempt.then(ended)
    metrics.lateBatches.inc()
  }

  async function writeLate(batch: Batch, attempt: Promise<StoreResult | NotStored>): Promise<void> {
    if (signal.aborted || availability.outage !== undefined) return onEnd(batch, await attempt)
    noteLate(attempt)
    const held = await spooling.holdUntil(batch.entries, attempt)
    if (held === undefined) return onEnd(batch, await attempt)
    late = { batch, sinceMs: performance.now() }
    lateEnd = Promise.all([lateEnd, attempt.then((end) => onLateEnd(batch, end, held))])
    for (const entry of batch.entries) settlement.spooled(entry)
  }

  /** Frees the connection for the next batch; the rest is between the spool and the dead letters. */
  async function onLateEnd(batch: Batch, end: StoreResult | NotStored, held: Hold): Promise<void> {
    const { rows, entries } = batch
    limit.stop()
    late = undefined
    if ('failure' in end) {
      onFree(batch)
      reportAway(end)
      held.release()
      return onSpooled()
    }
    metrics.countBatch(rows.count, entries.length, end)
    const removed = settlement.storedLate(entries, end, held)
    onStored(rows, end)
    onFree(batch)
    await removed
  }
}
