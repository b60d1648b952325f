import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../kit/log.ts'
import type { Pool } from '../../sql/connect.ts'
import type { Outcome } from '../accept.ts'
import type { Availability } from './availability.ts'
import type { Batch, Entry } from './batch.ts'
import type { StartedCopy } from './copy.ts'
import type { DeadLetter, DeadLetters } from './dead-letters.ts'
import type { IngestMetrics } from './metrics.ts'
import { outcomeOf, spooledOutcome } from './outcome.ts'
import type { RowBuffer } from './row-buffer.ts'
import type { Spool } from './spool/spool.ts'
import { createStore, NOTHING_SPECIAL, type StoreResult } from './store.ts'
import { createTimeLimit } from './time-limit.ts'

export interface Writer {
  /** Prepares the database for a batch that is still filling; `write` must follow. */
  begin(): Promise<void>
  /** Settles all messages of a batch: stores it or, when that fails or takes too long, spools it. */
  write(batch: Batch): Promise<void>
}

export interface WriterOptions {
  /** with `max: 1`; it is cut when a batch takes longer than `commitTimeoutMs` */
  connection: Pool
  commitTimeoutMs: number
  spool: Spool
  availability: Availability
  deadLetters: DeadLetters
  metrics: IngestMetrics
  log: Log
  /** aborted, nothing is settled any more */
  signal: AbortSignal
  /** called after each message that was settled */
  onSettled: () => void
  /** called after the messages of a batch were settled, with its rows and what became of those that were not simply stored */
  onStored: (rows: RowBuffer, result: StoreResult) => void
  /** called after messages went to the spool */
  onSpooled: () => void
  /** called with 1 when neither the database nor the spool takes something, and with -1 when one of them did */
  onStuck: (change: 1 | -1) => void
}

/** How often both are tried when neither took it. */
const STUCK_RETRY_MS = 250

/** Where batches of one lane end: in the database, or in the spool; when neither takes them, it waits. */
export function createWriter(options: WriterOptions): Writer {
  const { connection, commitTimeoutMs, spool, availability, deadLetters, metrics, log, signal } = options
  const limit = createTimeLimit(() => connection.sever(`a batch took ${commitTimeoutMs} ms`), signal)
  const store = createStore({ sql: connection, log })

  let started: StartedCopy | undefined

  return {
    async begin() {
      if (availability.outage !== undefined || store.expectsConflicts) return
      limit.start(commitTimeoutMs)
      const result = await store.start()
      if (typeof result === 'function') started = result
      else if (result.failure === 'away' || limit.remainingMs === 0) {
        limit.stop()
        availability.away(result.error)
      }
    },

    async write({ rows, entries }) {
      const attempt = async () => (await tryStore(rows)) ?? (await trySpool(entries))
      const result = (await attempt()) ?? (await untilUnstuck(attempt))
      limit.stop()
      if (result === undefined) return
      if (result === 'spooled') {
        for (const entry of entries) finish(entry, spooledOutcome(entry))
        return
      }
      metrics.countBatch(rows.count, entries.length, result)
      for (const entry of entries) settle(entry, result)
      options.onStored(rows, result)
    },
  }

  /** Tries again until there is a result; undefined when aborted. */
  async function untilUnstuck<T>(attempt: () => Promise<T | undefined>): Promise<T | undefined> {
    options.onStuck(1)
    let result: T | undefined
    while (result === undefined && !signal.aborted) {
      await delay(STUCK_RETRY_MS)
      result = await attempt()
    }
    options.onStuck(-1)
    return result
  }

  async function tryStore(rows: RowBuffer): Promise<StoreResult | undefined> {
    const begun = started
    started = undefined
    // What has begun must end, even if another lane found out meanwhile that the database is away.
    if (begun === undefined) {
      if (availability.outage !== undefined || signal.aborted) return undefined
      if (rows.count === 0) return NOTHING_SPECIAL
      if (limit.remainingMs === 0) limit.start(commitTimeoutMs)
    }
    const stopTimer = metrics.commitSeconds.startTimer()
    const result = await store.finish(rows, begun, limit)
    limit.stop()
    if (!('failure' in result)) {
      stopTimer()
      return result
    }
    // An unclear error may be of this batch alone.
    if (result.failure !== 'unclear') availability.away(result.error)
    return undefined
  }

  /**
   * Messages go as a whole, with what of them is stored or refused already: to do that again is safe. Copies are made of
   * their payloads only on the way to the disk.
   */
  async function trySpool(entries: readonly Entry[]): Promise<'spooled' | undefined> {
    if (signal.aborted) return undefined
    const messages = entries.map(({ message, receivedUs }) => ({ ...message, receivedUs }))
    if (!(await spool.append(messages))) return undefined
    metrics.spooled.inc(entries.length)
    options.onSpooled()
    return 'spooled'
  }

  function settle(entry: Entry, result: StoreResult): void {
    const outcome = outcomeOf(entry, result)
    if (entry.letters === undefined) finish(entry, outcome)
    else void settleWithLetters(entry, entry.letters, outcome)
  }

  async function settleWithLetters(entry: Entry, letters: DeadLetter[], outcome: Outcome): Promise<void> {
    const attempt = async () => ((await deadLetters.add(letters)) ? 'stored' : trySpool([entry]))
    const result = (await attempt()) ?? (await untilUnstuck(attempt))
    if (result === 'stored') metrics.countRejected(outcome.rejected)
    if (result !== undefined) finish(entry, { ...outcome, spooled: result === 'spooled' })
  }

  function finish(entry: Entry, outcome: Outcome): void {
    entry.settle(outcome)
    options.onSettled()
  }
}
