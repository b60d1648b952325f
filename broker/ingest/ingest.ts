import type { Log } from '../../kit/log.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Pool } from '../../sql/connect.ts'
import type { Accept, Message, OnRefusedLate, Outcome, Pressure } from '../accept.ts'
import { createAvailability, type Availability } from './availability.ts'
import { createDeadLetters } from './dead-letters.ts'
import { createDrain } from './drain.ts'
import { createLane, type Lane } from './lane.ts'
import { createLetterLimits } from './letter-limits.ts'
import { createReceiptClock } from './receipt-clock.ts'
import { createReceiptTimes } from './receipt-times.ts'
import type { ReceiptStore } from './receipts.ts'
import { createIngestMetrics } from './metrics.ts'
import { areCut, createOlderStays, type FindStaysAt } from './older-stays.ts'
import { createPressure } from './pressure.ts'
import type { RestayQueries } from './restaying.ts'
import type { RowBuffer } from './row-buffer.ts'
import type { Spool } from './spool/spool.ts'
import type { StoreResult } from './store.ts'
import { createValidate } from './validate.ts'
import { startWatchdog } from './watchdog.ts'

export interface Ingest {
  accept: Accept
  pressure: Pressure
  /** why the database takes no writes, and since when it takes them late; `undefined` if it does not */
  readonly outage: Availability['outage']
  readonly slowness: Availability['slowness']
  /** Sets the listener for readings that are refused late. */
  onRefusedLate(listener: OnRefusedLate): void
  /** Takes nothing more and resolves when all that was taken is settled. The spool may have a rest. */
  drain(): Promise<void>
  /** Gives up what is not settled; it is not acknowledged. */
  abort(): void
}

export interface IngestOptions {
  /** connections for readings, one a lane, each with `max: 1` */
  copyConnections: Pool[]
  /** for messages of more than `BULK_BYTES`, with `max: 1` */
  bulkConnection: Pool
  /** connections for dead letters and for what comes from the spool, each with `max: 1` */
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
  /** called with the rows of a batch, and what became of those that were not simply stored; they are the caller's until it returns */
  onStored: (rows: RowBuffer, result: StoreResult) => void
}

/** Bounds a batch of many large `extra` objects, or of payloads of mostly blanks. */
const BATCH_BYTES_MAX = 8 * 1024 * 1024
/** A batch goes to the spool as a whole. */
const BATCHES_IN_SPOOL_MIN = 4
/** For late batches when the broker closes. Their messages are in the spool. */
const CLOSE_GRACE_MS = 1000

/**
 * Larger messages of all devices share a lane of their own: one of 256 KiB can have a thousand rows with large
 * `extra` objects, which take as long as all that a quiet lane does in ten batches.
 */
const BULK_BYTES = 32 * 1024

/** From a message to its committed rows. See `Accept` for what is promised. */
export function createIngest(options: IngestOptions): Ingest {
  const { copyConnections, spool, log, waitingBytesMax, commitTimeoutMs, onStored } = options
  const abortion = new AbortController()
  const { signal } = abortion
  const sum = (read: (lane: Lane) => number) => lanes.reduce((total, lane) => total + read(lane), 0)
  const waitingBytes = () => sum((lane) => lane.waitingBytes)
  const pending = () => sum((lane) => lane.pending)

  const availability = createAvailability({ ...options, log })
  startWatchdog({ ...options, connection: options.probeConnection, availability, signal })
  const pressure = createPressure({ waitingBytes, waitingBytesMax, log })
  const metrics = createIngestMetrics(options.metrics, { waitingBytes, pending, spool, availability })
  const validate = createValidate(options)
  let reportRefusedLate: OnRefusedLate = () => {}
  const onRefusedLate: OnRefusedLate = (message, outcome) => reportRefusedLate(message, outcome)
  const toStore = { commitTimeoutMs, validate, onStored, onRefusedLate }
  const common = { spool, availability, metrics, log, signal, ...toStore }
  const limits = createLetterLimits({
    lettersPerS: options.deviceRejectedPerS,
    bytesPerS: options.deviceRejectedBytesPerS,
    onDropped: (count) => metrics.lettersDropped.inc(count),
  })
  const deadLetters = createDeadLetters({ ...common, limits, sql: options.deadLetterConnection })
  const clock = createReceiptClock(options.receiptClass)
  const addOlderStays = createOlderStays(options.findStaysAt)
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
  const shared = copyConnections.map(openLane)
  const bulk = openLane(options.bulkConnection)
  const lanes = [...shared, bulk]
  /** vehicles with messages in the bulk lane, and how many */
  const inBulk = new Map<number, number>()
  const drain = createDrain({
    ...common,
    ...options.restayQueries,
    connection: options.drainConnection,
    deadLetters,
    isBusy: () => pending() > 0,
  })
  let draining = false
  let onIdle = () => {}

  function accept(message: Message): Promise<Outcome | undefined> {
    return areCut(message.stays) ? addOlderStays(message).then(acceptPlaced) : acceptPlaced(message)
  }

  function acceptPlaced(message: Message): Promise<Outcome | undefined> {
    if (message.delivery === undefined) return take(message)
    return timeOf(message, message.delivery).then((receivedUs) => take({ ...message, receivedUs }))
  }

  function take(message: Message): Promise<Outcome | undefined> {
    const lane = laneOf(message)
    if (lane === undefined || draining) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      if (lane !== bulk) return lane.push(message, resolve)
      countBulk(message.vehicleId, 1)
      lane.push(message, (outcome) => {
        countBulk(message.vehicleId, -1)
        resolve(outcome)
      })
    })
  }

  /** A vehicle changes its lane only while none of its messages is in another: they stay in order. */
  function laneOf({ vehicleId, payload }: Message): Lane | undefined {
    const own = shared[vehicleId % shared.length]
    if (inBulk.size > 0 && inBulk.has(vehicleId)) return bulk
    return payload.length > BULK_BYTES && own?.holds(vehicleId) === false ? bulk : own
  }

  function countBulk(vehicleId: number, change: 1 | -1): void {
    const count = (inBulk.get(vehicleId) ?? 0) + change
    if (count === 0) inBulk.delete(vehicleId)
    else inBulk.set(vehicleId, count)
  }

  return {
    accept,
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
      const closing = [...lanes, deadLetters].map((it) => it.close(CLOSE_GRACE_MS))
      await Promise.all([drain.stop(), ...closing])
    },
    abort: () => abortion.abort(),
  }
}
