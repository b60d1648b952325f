import type { Availability } from './availability.ts'
import type { Batch } from './batch.ts'
import type { LaneConnection } from './lane-connection.ts'
import type { LaneLimit } from './lane-limit.ts'
import type { IngestMetrics } from './metrics.ts'
import type { RowBuffer } from './row-buffer.ts'
import type { Settlement } from './settlement.ts'
import type { Spooling } from './spooling.ts'
import type { Hold } from './spool/content.ts'
import type { NotStored, StoreResult } from './store-result.ts'

/** Batches of a lane that are not stored in time, at most one at a time. */
export interface LateBatches {
  /** the batch that is in the spool and still under way to the database */
  readonly current: Batch | undefined
  /** Reports a late attempt. The watchdog then finds out whether the server is reachable. */
  note(attempt: Promise<unknown>): void
  /** Holds a batch in the spool until its attempt ends. False if the attempt was quicker, or if aborted. */
  hold(batch: Batch, attempt: Promise<StoreResult | NotStored>): Promise<boolean>
  /** Resolves when no batch is late any longer. */
  ended(): Promise<unknown>
}

export interface LateBatchesOptions {
  availability: Availability
  metrics: IngestMetrics
  /** called when nothing of a batch is used any longer */
  onFree: (batch: Batch) => void
  /** called after the messages of a batch were settled, with its rows and the result of rows that were not simply stored */
  onStored: (rows: RowBuffer, result: StoreResult) => void
  /** called when there is something in the spool for the drain */
  onSpooled: () => void
}

interface Parts {
  limit: LaneLimit
  connection: LaneConnection
  spooling: Spooling
  settlement: Settlement
}

export function createLateBatches(options: LateBatchesOptions, parts: Parts): LateBatches {
  const { availability, metrics, onFree, onStored, onSpooled } = options
  const { limit, connection, spooling, settlement } = parts
  let current: Batch | undefined
  let end: Promise<unknown> = Promise.resolve()

  function note(attempt: Promise<unknown>): void {
    const ended = availability.late()
    void attempt.then(ended)
    metrics.lateBatches.inc()
  }

  /** Frees the connection for the next batch; the rest is between the spool and the dead letters. */
  async function onEnd(batch: Batch, result: StoreResult | NotStored, held: Hold): Promise<void> {
    const { rows, entries } = batch
    limit.end()
    current = undefined
    if ('failure' in result) {
      onFree(batch)
      connection.reportAway(result)
      held.release()
      return onSpooled()
    }
    metrics.countBatch(rows.count, entries.length, result)
    const removed = settlement.storedLate(entries, result, held)
    onStored(rows, result)
    onFree(batch)
    await removed
  }

  return {
    get current() {
      return current
    },
    note,
    async hold(batch, attempt) {
      note(attempt)
      const held = await spooling.holdUntil(batch.entries, attempt)
      if (held === undefined) return false
      current = batch
      limit.keepLate()
      end = Promise.all([end, attempt.then((result) => onEnd(batch, result, held))])
      for (const entry of batch.entries) settlement.spooled(entry)
      return true
    },
    ended: () => end,
  }
}
