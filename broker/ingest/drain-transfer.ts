import type { Log } from '../../kit/log.ts'
import type { Message, OnRefusedLate, Outcome } from '../accept.ts'
import type { Availability } from './availability.ts'
import type { Entry } from './batch.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { DrainConnection } from './drain-connection.ts'
import type { IngestMetrics } from './metrics.ts'
import { outcomeOf, refusedLate } from './outcome.ts'
import type { RowBuffer } from './row-buffer.ts'
import { isWritten } from './settlement.ts'
import type { SpoolBatch } from './spool-batch.ts'
import { NOTHING_SPECIAL, type NotStored, type StoreResult } from './store-result.ts'

/** The way of a batch from the spool to the database. */
export interface DrainTransfer {
  /** Fills the batch and writes it with its dead letters. `empty` if the spool has nothing to write. */
  next(): Promise<'stored' | 'empty' | 'failed'>
  /** The pause after a failure: short while the database is away; an error of a reachable database does not go away immediately. */
  retryMs(): number
}

export interface DrainTransferOptions {
  availability: Availability
  deadLetters: DeadLetters
  metrics: IngestMetrics
  /** called with the rows of a batch, and the result of rows that were not simply stored */
  onStored: (rows: RowBuffer, result: StoreResult) => void
  onRefusedLate: OnRefusedLate
  log: Log
}

const RETRY_MS = 250
const RETRY_MAX_MS = 30_000

export function createDrainTransfer(
  options: DrainTransferOptions,
  connection: DrainConnection,
  batch: SpoolBatch,
): DrainTransfer {
  const { availability, deadLetters, metrics, log } = options
  /** failed batches in a row */
  let failures = 0

  /** False if the database cannot tell where the messages belong. */
  async function fill(): Promise<boolean> {
    const part = batch.read()
    const placed = await connection.place(part.flatMap(({ messages }) => messages))
    if ('failure' in placed) {
      if (placed.failure === 'away') availability.away(placed.error)
      else await onNotWritten(placed)
      return false
    }
    batch.fill(part, placed)
    return true
  }

  async function write(): Promise<boolean> {
    const { rows, entries } = batch
    if (rows.count === 0 && availability.outage !== undefined && !(await connection.probe())) return false
    const result = rows.count > 0 ? await connection.store(rows) : NOTHING_SPECIAL
    if ('failure' in result) {
      // Devices were moved in between: the messages are placed again.
      if (result.failure !== 'moved') await onFailure(result)
      return false
    }
    availability.here()
    // Rows that the database refused become dead letters here.
    const outcomes = entries.map((entry) => outcomeOf(entry, result))
    if (!(await storeLetters(entries, deadLetters))) {
      failures++
      batch.halve()
      return false
    }
    connection.resetLimit()
    batch.grow()
    failures = 0
    metrics.countBatch(rows.count, entries.length, result)
    options.onStored(rows, result)
    for (const [n, outcome] of outcomes.entries()) reportRejected(options, entries[n]?.message, outcome)
    return true
  }

  /** Halves the next batch: slow or locked rows must not keep live batches out of a database that takes them. */
  async function onFailure(notStored: NotStored): Promise<void> {
    if (notStored.failure === 'away') return availability.away(notStored.error)
    metrics.rewritten.inc(batch.entries.length)
    batch.halve()
    await onNotWritten(notStored)
  }

  async function onNotWritten({ error, failure }: NotStored): Promise<void> {
    const wasAway = availability.outage !== undefined
    // A failure during an outage says nothing about the batch: after the outage it is tried again immediately.
    if (!(await connection.probe()) || wasAway) return
    failures++
    const fields = { event: 'drain_failed', err: error, failure, rows: batch.rows.count, failures }
    log.error(fields, 'the oldest message in the spool was not stored, will retry')
  }

  return {
    async next() {
      if (!(await fill())) return 'failed'
      if (batch.entries.length === 0) return 'empty'
      if (!(await write())) return 'failed'
      metrics.drained.inc(batch.entries.length)
      batch.noteStored()
      return 'stored'
    },

    retryMs: () =>
      availability.outage === undefined ? Math.min(RETRY_MS * 2 ** failures, RETRY_MAX_MS) : RETRY_MS,
  }
}

async function storeLetters(entries: readonly Entry[], deadLetters: DeadLetters): Promise<boolean> {
  const written = await Promise.all(
    entries.map(async (it) => !it.letters || isWritten(await deadLetters.add(it.letters))),
  )
  return !written.includes(false)
}

function reportRejected(
  { metrics, onRefusedLate }: DrainTransferOptions,
  message: Message | undefined,
  outcome: Outcome,
): void {
  metrics.countRejected(outcome.rejected)
  const refused = refusedLate(outcome)
  if (message !== undefined && refused !== undefined) onRefusedLate(message, refused)
}
