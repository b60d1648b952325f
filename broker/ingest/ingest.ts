import type { Log } from '../../kit/log.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Pool } from '../../sql/connect.ts'
import type { Accept, Message, OnRefusedLate, Outcome, Pressure } from '../accept.ts'
import { createAvailability, type Availability } from './availability.ts'
import { createDeadLetters } from './dead-letters.ts'
import { createDrain } from './drain.ts'
import { createLane } from './lane.ts'
import { createLanes } from './lanes.ts'
import { createLetterLimits } from './letter-limits.ts'
import { createReceiptClock } from './receipt-clock.ts'
import { createReceiptTimes } from './receipt-times.ts'
import type { ReceiptStore } from './receipts.ts'
import { createIngestMetrics, type IngestMetrics } from './metrics.ts'
import { areCut, createOlderStays, type FindStaysAt } from './older-stays.ts'
import { createPressure } from './pressure.ts'
import type { RestayQueries } from './restaying.ts'
import type { RowBuffer } from './row-buffer.ts'
import type { Spool } from './spool/spool.ts'
import type { StoreResult } from './store-result.ts'
import { createValidate } from './validate.ts'
import { startWatchdog } from './watchdog.ts'

export interface Ingest {
  accept: Accept
  pressure: Pressure
  /** why the database takes no writes, and since when it takes writes late; `undefined` if neither */
  readonly outage: Availability['outage']
  readonly slowness: Availability['slowness']
  /** Sets the listener for readings that are refused late. */
  onRefusedLate(listener: OnRefusedLate): void
  /** Takes nothing more, and resolves when all that was taken is settled. The spool need not be empty then. */
  drain(): Promise<void>
  /** Gives up messages that are not settled. They are not acknowledged. */
  abort(): void
}

export interface IngestOptions {
  /** connections for readings, one a lane, each with `max: 1` */
  copyConnections: Pool[]
  /** for messages of more than `BULK_BYTES`, with `max: 1` */
  bulkConnection: Pool
  /** connections for dead letters and for messages from the spool, each with `max: 1` */
  deadLetterConnection: Pool
  drainConnection: Pool
  /** checks whether the server answers, with `max: 1` */
  probeConnection: Pool
  spool: Spool
  receipts: ReceiptStore
  /** on the connection of the drain */
  restayQueries: RestayQueries
  /** on another connection */
  findStaysAt: FindStaysAt
  log: Log
  metrics: Metrics
  /** of this broker, 0 to 31: see `createReceiptClock` */
  receiptClass: number
  clockSkewMaxS: number
  retentionDays: number
  readingAgeMaxDays: number
  /** dead letters of one device; 0: no limit */
  deviceRejectedPerS: number
  deviceRejectedBytesPerS: number
  batchRowsMax: number
  waitingBytesMax: number
  commitTimeoutMs: number
  /** time without an answer after which the server is away, and without a late write after which it is no longer slow */
  silenceMaxMs?: number
  calmMs?: number
  /** called with the rows of a batch, and the result of rows that were not simply stored; both may be read until it returns */
  onStored: (rows: RowBuffer, result: StoreResult) => void
}

/** Bounds a batch of many large `extra` objects, or of payloads of mostly blanks. */
const BATCH_BYTES_MAX = 8 * 1024 * 1024
/** A batch goes to the spool as a whole. */
const BATCHES_IN_SPOOL_MIN = 4
/** For late batches when the broker closes. Their messages are in the spool. */
const CLOSE_GRACE_MS = 1000

/** From a message to its committed rows. See `Accept` for the promise. */
export function createIngest(options: IngestOptions): Ingest {
  const { copyConnections, spool, log, waitingBytesMax, commitTimeoutMs, onStored } = options
  const abortion = new AbortController()
  const { signal } = abortion
  const waitingBytes = () => lanes.waitingBytes
  const pending = () => lanes.pending

  const availability = createAvailability({ ...options, log })
  startWatchdog({ ...options, connection: options.probeConnection, availability, signal })
  const pressure = createPressure({ waitingBytes, waitingBytesMax, log })
  const metrics = createIngestMetrics(options.metrics, { waitingBytes, pending, spool, availability })
  const validate = createValidate(options)
  let reportRefusedLate: OnRefusedLate = () => {}
  const onRefusedLate: OnRefusedLate = (message, outcome) => reportRefusedLate(message, outcome)
  const toStore = { commitTimeoutMs, validate, onStored, onRefusedLate }
  const common = { spool, availability, metrics, log, signal, ...toStore }
  const limits = letterLimits(options, metrics)
  const deadLetters = createDeadLetters({ ...common, limits, sql: options.deadLetterConnection })
  const clock = createReceiptClock(options.receiptClass)
  const timeOf = createReceiptTimes({ receipts: options.receipts, clock, validate })
  // Connects now, so that the first readings do not wait for a login.
  for (const connection of copyConnections) connection`select 1`.catch(() => {})
  const openLane = (connection: Pool) =>
    createLane({
      ...common,
      connection,
      clock,
      deadLetters,
      rowsMax: options.batchRowsMax,
      bytesMax: Math.min(BATCH_BYTES_MAX, spool.bytesMax / BATCHES_IN_SPOOL_MIN),
      onIdle: () => onIdle(),
      onWaiting: pressure.look,
      onStuck: pressure.stuck,
      onSpooled: () => drain.wake(),
    })
  const lanes = createLanes(copyConnections.map(openLane), openLane(options.bulkConnection))
  const drain = createDrain({
    ...common,
    ...options.restayQueries,
    connection: options.drainConnection,
    deadLetters,
    isBusy: () => pending() > 0,
  })
  let draining = false
  let onIdle = () => {}

  function take(message: Message): Promise<Outcome | undefined> {
    if (draining) return Promise.resolve(undefined)
    return new Promise((resolve) => lanes.push(message, resolve))
  }

  return {
    accept: createAccept(options, timeOf, take),
    pressure,
    get outage() {
      return availability.outage
    },
    get slowness() {
      return availability.slowness
    },
    onRefusedLate(listener) {
      reportRefusedLate = listener
    },
    async drain() {
      draining = true
      await new Promise<void>((resolve) => {
        onIdle = () => {
          if (pending() === 0) resolve()
        }
        signal.addEventListener('abort', () => resolve(), { once: true })
        if (signal.aborted) resolve()
        onIdle()
      })
      const closing = [lanes, deadLetters].map((it) => it.close(CLOSE_GRACE_MS))
      await Promise.all([drain.stop(), ...closing])
    },
    abort: () => abortion.abort(),
  }
}

function letterLimits(
  { deviceRejectedPerS, deviceRejectedBytesPerS }: IngestOptions,
  { lettersDropped }: IngestMetrics,
) {
  return createLetterLimits({
    lettersPerS: deviceRejectedPerS,
    bytesPerS: deviceRejectedBytesPerS,
    onDropped: (count) => lettersDropped.inc(count),
  })
}

/** Adds the stays and the receipt time that only some messages need, before `take` gets them. */
function createAccept(
  { findStaysAt }: IngestOptions,
  timeOf: ReturnType<typeof createReceiptTimes>,
  take: Accept,
): Accept {
  const addOlderStays = createOlderStays(findStaysAt)
  const acceptPlaced: Accept = (message) => {
    if (message.delivery === undefined) return take(message)
    return timeOf(message, message.delivery).then((receivedUs) => take({ ...message, receivedUs }))
  }
  return (message) =>
    areCut(message.stays) ? addOlderStays(message).then(acceptPlaced) : acceptPlaced(message)
}
