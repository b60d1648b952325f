import type { Log } from '../../kit/log.ts'
import type { Pool } from '../../sql/connect.ts'
import type { Availability } from './availability.ts'
import type { Batch } from './batch.ts'
import type { StartedCopy } from './copy.ts'
import type { LaneLimit } from './lane-limit.ts'
import type { IngestMetrics } from './metrics.ts'
import { isOfConnection } from './sqlstate.ts'
import { createStore } from './store.ts'
import type { NotStored, StoreResult } from './store-result.ts'

/** The connection of a lane, for one batch at a time. */
export interface LaneConnection {
  /** Whether it takes a batch: the database is not away, and no late batch is under way. */
  readonly isOpen: boolean
  /** Whether a COPY has begun. It must end, even if another lane found out meanwhile that the database is away. */
  readonly hasBegun: boolean
  /** Begins a COPY for a batch that is still filling, unless the COPY would be refused. */
  begin(batch: Batch): Promise<void>
  /** Stores the rows of a batch, through the COPY that has begun if there is one. Never rejects. */
  send(batch: Batch): Promise<StoreResult | NotStored>
  /** Stores the rows of a batch that was sent before, with the full time. Never rejects. */
  sendAgain(batch: Batch): Promise<StoreResult | NotStored>
  /**
   * Reports a failure after which the database may take no other batch either. Any other failure may concern only this batch. A
   * batch that was overtaken by a move is placed again when the spool is drained.
   */
  reportAway(end: NotStored): void
}

export interface LaneConnectionOptions {
  /** with `max: 1` */
  connection: Pool
  availability: Availability
  metrics: IngestMetrics
  log: Log
  signal: AbortSignal
}

export function createLaneConnection(options: LaneConnectionOptions, limit: LaneLimit): LaneConnection {
  const { connection, availability, metrics, log, signal } = options
  const store = createStore({ sql: connection, log })
  let starting: Promise<StartedCopy | NotStored> | undefined

  const isOpen = () => availability.outage === undefined && !limit.isLate && !signal.aborted

  async function storeRows(
    { rows, entries, moves }: Batch,
    begun: Promise<StartedCopy | NotStored> | undefined,
  ): Promise<StoreResult | NotStored> {
    const stopTimer = metrics.commitSeconds.startTimer()
    const start = await begun
    const hasFailed = typeof start === 'object'
    if (hasFailed && (limit.isCut || start.failure === 'away' || start.failure === 'moved')) return start
    const started = hasFailed ? undefined : start
    const result = await store.finish(rows, started, limit.forStore, moves)
    if (!('failure' in result)) stopTimer()
    // A server that refused the connection was sent nothing.
    else if (started !== undefined || result.failure !== 'away') metrics.rewritten.inc(entries.length)
    return result
  }

  return {
    get isOpen() {
      return isOpen()
    },

    get hasBegun() {
      return starting !== undefined
    },

    async begin({ moves }) {
      if (!isOpen() || store.expectsConflicts) return
      limit.start()
      starting = store.start(moves)
      const result = await limit.inTime(starting)
      if (result === undefined || typeof result === 'function') return
      starting = undefined
      if (result.failure !== 'away') return
      limit.end()
      availability.away(result.error)
    },

    send(batch) {
      const begun = starting
      starting = undefined
      // After a COPY that was refused, the batch has what is left of its time.
      if (begun === undefined && !limit.isRunning) limit.start()
      return storeRows(batch, begun)
    },

    sendAgain(batch) {
      limit.start()
      return storeRows(batch, undefined)
    },

    reportAway({ error, failure }) {
      if (failure === 'away') availability.away(error)
      else if (isOfConnection(error) && !limit.isCut) availability.doubt(error)
    },
  }
}
