import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../kit/log.ts'
import type { Pool } from '../../sql/connect.ts'
import type { OnRefusedLate } from '../accept.ts'
import type { Availability } from './availability.ts'
import { Batch } from './batch.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { IngestMetrics } from './metrics.ts'
import { outcomeOf, refusedLate } from './outcome.ts'
import { restay, type RestayQueries } from './restaying.ts'
import type { RowBuffer } from './row-buffer.ts'
import { isWritten } from './settlement.ts'
import type { ChunkKey, SpooledMessage } from './spool/chunk.ts'
import { readPart } from './spool/part.ts'
import type { Spool } from './spool/spool.ts'
import { classify, type Failure } from './sqlstate.ts'
import { createStore, NOTHING_SPECIAL, type NotStored, type StoreResult } from './store.ts'
import { createTimeLimit } from './time-limit.ts'
import type { Validate } from './validate.ts'

export interface Drain {
  /** Something was spooled, or the database was found to be away. */
  wake(): void
  /** Resolves when the batch that is being written is done. */
  stop(): Promise<void>
}

export interface DrainOptions extends RestayQueries {
  /** with `max: 1` */
  connection: Pool
  spool: Spool
  availability: Availability
  deadLetters: DeadLetters
  validate: Validate
  metrics: IngestMetrics
  /** called with the rows of a batch, and what became of those that were not simply stored */
  onStored: (rows: RowBuffer, result: StoreResult) => void
  onRefusedLate: OnRefusedLate
  log: Log
  signal: AbortSignal
  /** whether live messages wait for the database */
  isBusy: () => boolean
}

/** The content of a batch: whole chunks, and how many messages of the last chunk from its beginning. */
interface Filled {
  keys: ChunkKey[]
  last: { sequence: number; messages: number } | undefined
}

/** A batch is written when it has so many rows or messages: few enough to take no longer than a live one. */
const ROWS_MIN = 2000
/** Any message fits into what is left. */
const ROWS_MAX = 2 * ROWS_MIN + 1
const BATCH_BYTES_MAX = 4 * 1024 * 1024
/** Read for one batch, besides the chunk that exceeds it: what does not fit into the batch is read again for the next one. */
const READ_BYTES_MAX = 1024 * 1024
const RETRY_MS = 250
const RETRY_MAX_MS = 30_000
/** For a query or a batch that finds out whether the server is still away. */
const PROBE_MS = 2000
/**
 * For one batch while the server is there: far longer than a slow one takes, because a batch that is cut off is written twice.
 * Doubled each time it was too short: readings for compressed chunks can take long.
 */
const LIMIT_FIRST_MS = 30_000
const LIMIT_MAX_MS = 300_000
/** The drain waits so long for late live batches: a late batch may wait for a lock that holds up nothing else. */
const GIVE_WAY_MAX_MS = 5000
/** For the batch that is under way when the broker closes. It is still in the spool. */
const STOP_MS = 1000

/**
 * Brings what is in the spool to the database, oldest first, over a connection of its own, so that live batches do not
 * wait for it. It is also the one that finds out when the database is back: while that is away, the lanes do not try.
 */
export function createDrain(options: DrainOptions): Drain {
  const { connection, spool, availability, deadLetters, validate, metrics, log, signal, isBusy } = options
  const limit = createTimeLimit(() => connection.sever('a batch from the spool took too long'), signal)
  const store = createStore({ sql: connection, log, isLastResort: true })
  const batch = new Batch(ROWS_MAX, BATCH_BYTES_MAX)
  /** of chunks of which some messages are stored: how many, by sequence number */
  const begun = new Map<number, number>()
  /** stored, and still to be removed */
  let stored: ChunkKey[] = []
  /** the database is asked to place or to store messages */
  let isWorking = false
  /** the epoch of the moves with which the batch was placed */
  let moves: number | undefined
  let rowsMin = ROWS_MIN
  let limitMs = LIMIT_FIRST_MS
  let failures = 0
  const stopping = new AbortController()
  let wake = () => {}

  async function run(): Promise<void> {
    while (!stopping.signal.aborted && !signal.aborted) {
      if (availability.outage === undefined) await availability.untilNoneLate(GIVE_WAY_MAX_MS)
      if (stopping.signal.aborted) break
      const startMs = performance.now()
      if (stored.length > 0 && (await spool.remove(stored))) stored = []
      const next = await fill()
      if (next !== undefined && batch.entries.length > 0) {
        if (await write()) {
          metrics.drained.inc(batch.entries.length)
          note(next)
          // Half of the time is for waiting tasks.
          if (isBusy()) await rest(performance.now() - startMs)
          continue
        }
      } else if (next !== undefined && availability.outage !== undefined) {
        await probe()
      } else if (next !== undefined && stored.length === 0) {
        await untilWoken()
        continue
      }
      await rest(retryMs())
    }
  }

  async function untilWoken(): Promise<void> {
    await new Promise<void>((resolve) => {
      wake = resolve
      // It may have been stopped while the disk forgot what was stored.
      if (stopping.signal.aborted || signal.aborted) resolve()
    })
  }

  /** Ends at once when the drain is stopped. */
  async function rest(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: stopping.signal }).catch(() => {})
  }

  /** Short while the database is away; an error of a reachable database does not go away at once. */
  function retryMs(): number {
    return availability.outage === undefined ? Math.min(RETRY_MS * 2 ** failures, RETRY_MAX_MS) : RETRY_MS
  }

  /**
   * Fills the batch with the oldest messages that are not stored yet and not held. Returns how far that gets, `undefined` if the
   * database cannot tell where they belong.
   */
  async function fill(): Promise<Filled | undefined> {
    batch.clear()
    const filled: Filled = { keys: [], last: undefined }
    const except = new Set(stored.map(([sequence]) => sequence))
    const part = readPart(spool, { messagesMax: rowsMin, bytesMax: READ_BYTES_MAX, except, begun })
    const placed = await place(part.flatMap(({ messages }) => messages))
    if (placed === undefined) return undefined
    let taken = 0
    for (const { key, from, messages } of part) {
      let at = 0
      for (; at < messages.length && !isFull() && batch.hasRoom(); at++) {
        const message = placed[taken]
        if (message === undefined) break
        batch.add(message, () => {}, validate, message.receivedUs)
        taken++
      }
      if (from + at < key[1]) {
        filled.last = { sequence: key[0], messages: from + at }
        break
      }
      filled.keys.push(key)
    }
    return filled
  }

  /** Right before they are written, so that hardly any move is missed. */
  async function place(messages: readonly SpooledMessage[]): Promise<SpooledMessage[] | undefined> {
    if (messages.length === 0) return []
    startLimit()
    const placed = await placeNow(messages).catch((error: unknown) => ({ error }))
    stopLimit()
    if (!('error' in placed)) return placed
    const failure = classify(placed.error)
    if (failure === 'away') availability.away(placed.error)
    else await onNotWritten(placed.error, failure)
    return undefined
  }

  async function placeNow(messages: readonly SpooledMessage[]): Promise<SpooledMessage[]> {
    // Before the stays, which may be newer.
    const [known] = await connection<{ epoch: number }[]>`select epoch from device_moves`
    moves = known?.epoch
    return restay(connection, options, messages)
  }

  function isFull(): boolean {
    return batch.rows.count >= rowsMin || batch.entries.length >= rowsMin
  }

  function note({ keys, last }: Filled): void {
    stored.push(...keys)
    for (const [sequence] of keys) begun.delete(sequence)
    if (last !== undefined) begun.set(last.sequence, last.messages)
  }

  async function write(): Promise<boolean> {
    const { rows, entries } = batch
    if (rows.count === 0 && availability.outage !== undefined && !(await probe())) return false
    const result = rows.count > 0 ? await storeRows(rows) : NOTHING_SPECIAL
    if ('failure' in result) {
      // Devices were moved in between: the messages are placed again.
      if (result.failure !== 'moved') await onFailure(result)
      return false
    }
    availability.here()
    const outcomes = entries.map((entry) => outcomeOf(entry, result))
    const letters = await Promise.all(
      entries.map(async (it) => !it.letters || isWritten(await deadLetters.add(it.letters))),
    )
    if (letters.includes(false)) return onLettersRefused()
    limitMs = LIMIT_FIRST_MS
    rowsMin = Math.min(rowsMin * 2, ROWS_MIN)
    failures = 0
    metrics.countBatch(rows.count, entries.length, result)
    options.onStored(rows, result)
    for (const [n, outcome] of outcomes.entries()) {
      metrics.countRejected(outcome.rejected)
      const [message, refused] = [entries[n]?.message, refusedLate(outcome)]
      if (message !== undefined && refused !== undefined) options.onRefusedLate(message, refused)
    }
    return true
  }

  async function storeRows(rows: RowBuffer): Promise<StoreResult | NotStored> {
    startLimit()
    const result = await store.finish(rows, undefined, limit, moves)
    const tookTooLong = limit.remainingMs === 0 && availability.outage === undefined
    if ('failure' in result && tookTooLong) limitMs = Math.min(limitMs * 2, LIMIT_MAX_MS)
    stopLimit()
    return result
  }

  function startLimit(): void {
    isWorking = true
    if (stopping.signal.aborted) limit.start(STOP_MS)
    else limit.start(availability.outage === undefined ? limitMs : PROBE_MS)
  }

  function stopLimit(): void {
    limit.stop()
    isWorking = false
  }

  /**
   * Whatever is wrong with this batch must not keep live ones out of a database that takes them: late readings for
   * compressed chunks can be slow, and a row can be locked. So it is tried again in halves and with more time.
   */
  async function onFailure({ error, failure }: NotStored): Promise<void> {
    if (failure === 'away') return availability.away(error)
    metrics.rewritten.inc(batch.entries.length)
    halve()
    await onNotWritten(error, failure)
  }

  async function onNotWritten(error: unknown, failure: Failure): Promise<void> {
    failures++
    const isHere = await probe()
    if (!isHere) return
    const fields = { event: 'drain_failed', err: error, failure, rows: batch.rows.count, failures }
    log.error(fields, 'the oldest message in the spool was not stored, will retry')
  }

  /** Halves the size of the failed batch, which may be far smaller than allowed. */
  function halve(): void {
    const size = Math.max(batch.rows.count, batch.entries.length)
    rowsMin = Math.max(1, Math.min(rowsMin, size) >>> 1)
  }

  function onLettersRefused(): false {
    failures++
    halve()
    return false
  }

  /** Whether the database accepts a write that no lock can block: a record in its log, and its commit. */
  async function probe(): Promise<boolean> {
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
  }

  // The drain's batch would end no sooner than the batches that the lanes gave up.
  availability.onAway(() => {
    if (isWorking) limit.start(0)
    wake()
  })
  signal.addEventListener('abort', () => wake())
  const finished = run()
  return {
    wake: () => wake(),
    async stop() {
      stopping.abort()
      wake()
      limit.start(STOP_MS)
      await finished
      limit.stop()
    },
  }
}
