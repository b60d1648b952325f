import type { Log } from '../../kit/log.ts'
import type { Pool } from '../../sql/connect.ts'
import type { Availability } from './availability.ts'
import { restay, type RestayQueries } from './restaying.ts'
import type { RowBuffer } from './row-buffer.ts'
import type { SpooledMessage } from './spool/chunk.ts'
import { createStore } from './store.ts'
import { notStored, type NotStored, type StoreResult } from './store-result.ts'
import { createTimeLimit } from './time-limit.ts'

/** The database, as the drain uses it: over a connection of its own, with a time limit for every step. Nothing rejects. */
export interface DrainConnection {
  /**
   * Places messages in the vehicles that they belong to. To be called right before `store`, so that hardly any move is missed.
   */
  place(messages: readonly SpooledMessage[]): Promise<SpooledMessage[] | NotStored>
  /** Stores the rows of the messages that were placed last. */
  store(rows: RowBuffer): Promise<StoreResult | NotStored>
  /** Whether the database accepts a write that no lock can block: a record in its log, and its commit. */
  probe(): Promise<boolean>
  /** A batch was stored with its dead letters: the next one has the usual time. */
  resetLimit(): void
  /** Resolves when the drain has `finished`. A batch that takes longer is cut off; it is still in the spool. */
  end(finished: Promise<void>): Promise<void>
}

export interface DrainConnectionOptions extends RestayQueries {
  /** with `max: 1` */
  connection: Pool
  availability: Availability
  log: Log
  signal: AbortSignal
  notesChanges?: boolean
}

/** Time limit of a query or a batch that finds out whether the server is still away. */
const PROBE_MS = 2000
/**
 * Time limit of one batch while the server is reachable: far longer than a slow batch takes, because a batch that is cut
 * off is written twice. The limit is doubled each time it was too short: readings for compressed chunks can take long.
 */
const LIMIT_FIRST_MS = 30_000
const LIMIT_MAX_MS = 300_000
/** Time limit of the batch that is under way when the broker closes. */
const STOP_MS = 1000

/** @param stopping aborted when the drain is to end */
export function createDrainConnection(
  options: DrainConnectionOptions,
  stopping: AbortSignal,
): DrainConnection {
  const { connection, availability, log, signal, notesChanges = false } = options
  const limit = createTimeLimit(() => connection.sever('a batch from the spool took too long'), signal)
  const store = createStore({ sql: connection, log, isLastResort: true, notesChanges })
  let limitMs = LIMIT_FIRST_MS
  /** the database is asked to place or to store messages */
  let isWorking = false
  /** the epoch of the moves with which the messages were placed */
  let moves: number | undefined

  function startLimit(): void {
    isWorking = true
    if (stopping.aborted) limit.start(STOP_MS)
    else limit.start(availability.outage === undefined ? limitMs : PROBE_MS)
  }

  function stopLimit(): void {
    limit.stop()
    isWorking = false
  }

  async function placeNow(messages: readonly SpooledMessage[]): Promise<SpooledMessage[]> {
    // Before the stays, which may be newer.
    const [known] = await connection<{ epoch: number }[]>`select epoch from device_moves`
    moves = known?.epoch
    return restay(connection, options, messages)
  }

  // The drain's batch would end no sooner than the batches that the lanes gave up.
  availability.onAway(() => {
    if (isWorking) limit.start(0)
  })

  return {
    async place(messages) {
      if (messages.length === 0) return []
      startLimit()
      const placed = await placeNow(messages).catch(notStored)
      stopLimit()
      return placed
    },

    async store(rows) {
      startLimit()
      const result = await store.finish(rows, undefined, limit, moves)
      const tookTooLong = limit.remainingMs === 0 && availability.outage === undefined
      if ('failure' in result && tookTooLong) limitMs = Math.min(limitMs * 2, LIMIT_MAX_MS)
      stopLimit()
      return result
    },

    async probe() {
      limit.start(PROBE_MS)
      try {
        await connection`select pg_logical_emit_message(true, 'fleetwire', 'probe')`
        availability.here()
        return true
      } catch (error) {
        availability.away(error)
        return false
      } finally {
        limit.stop()
      }
    },

    resetLimit() {
      limitMs = LIMIT_FIRST_MS
    },

    async end(finished) {
      limit.start(STOP_MS)
      await finished
      limit.stop()
    },
  }
}
