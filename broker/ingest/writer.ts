import type { Batch } from './batch.ts'
import { createLaneConnection, type LaneConnectionOptions } from './lane-connection.ts'
import { createLaneLimit, type LaneLimitOptions } from './lane-limit.ts'
import { createLateBatches, type LateBatchesOptions } from './late-batches.ts'
import { createSpooling, type SpoolingOptions } from './spooling.ts'
import { createSettlement, type SettlementOptions } from './settlement.ts'
import { NOTHING_SPECIAL, type NotStored, type StoreResult } from './store-result.ts'

export interface Writer {
  /** Prepares the database for a batch that is still filling; `write` must follow. */
  begin(batch: Batch): Promise<void>
  /**
   * Settles all messages of a batch: stores it or, when that fails or takes too long, spools it. A late batch goes on over the
   * connection. Until it has ended, the batches after it are spooled immediately.
   */
  write(batch: Batch): Promise<void>
  /** the batch that is in the spool and still under way to the database */
  readonly late: Batch | undefined
  /** Gives a late batch `graceMs` to end, and resolves when nothing is under way. */
  close(graceMs: number): Promise<void>
}

export type WriterOptions = LaneConnectionOptions &
  LaneLimitOptions &
  LateBatchesOptions &
  SpoolingOptions &
  Omit<SettlementOptions, 'spooling'>

/**
 * The ends of the batches of one lane: in the database, in the spool, or in both if they are late. If neither takes a batch,
 * the writer waits.
 */
export function createWriter(options: WriterOptions): Writer {
  const { availability, metrics, signal, onFree, onStored } = options
  const limit = createLaneLimit(options)
  const connection = createLaneConnection(options, limit)
  const spooling = createSpooling(options)
  const settlement = createSettlement({ ...options, spooling })
  const late = createLateBatches(options, { limit, connection, spooling, settlement })

  async function write(batch: Batch): Promise<void> {
    if (!connection.hasBegun && !connection.isOpen) return keep(batch)
    if (!connection.hasBegun && batch.rows.count === 0) return settleStored(batch, NOTHING_SPECIAL)
    const attempt = connection.send(batch)
    const inTime = await limit.inTime(attempt)
    if (inTime !== undefined) return onEnd(batch, inTime)
    const isAway = signal.aborted || availability.outage !== undefined
    if (isAway || !(await late.hold(batch, attempt))) return onEnd(batch, await attempt)
  }

  async function onEnd(batch: Batch, end: StoreResult | NotStored): Promise<void> {
    limit.end()
    if (!('failure' in end)) return settleStored(batch, end)
    connection.reportAway(end)
    await keep(batch)
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
    const result = await spooling.keep(batch.entries, () => storeAgain(batch))
    if (result === undefined) return
    if (result !== 'spooled') return settleStored(batch, result)
    for (const entry of batch.entries) settlement.spooled(entry)
    onFree(batch)
  }

  async function storeAgain(batch: Batch): Promise<StoreResult | undefined> {
    if (!connection.isOpen) return undefined
    const attempt = connection.sendAgain(batch)
    if ((await limit.inTime(attempt)) === undefined) late.note(attempt)
    const end = await attempt
    limit.end()
    if (!('failure' in end)) return end
    connection.reportAway(end)
    return undefined
  }

  return {
    begin: (batch) => connection.begin(batch),
    write,
    get late() {
      return late.current
    },
    async close(graceMs) {
      const timer = setTimeout(() => limit.giveUp(), graceMs)
      await late.ended()
      await settlement.idle()
      clearTimeout(timer)
    },
  }
}
