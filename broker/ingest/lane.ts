import { setTimeout as delay } from 'node:timers/promises'
import type { Message } from '../accept.ts'
import { Batch, type Entry } from './batch.ts'
import type { ReceiptClock } from './receipt-clock.ts'
import type { Validate } from './validate.ts'
import { createWaitingMessages } from './waiting-messages.ts'
import { createWriter, type WriterOptions } from './writer.ts'

export interface Lane {
  /** Settles with the outcome once the message's rows and dead letters are committed. */
  push(message: Message, settle: Entry['settle']): void
  /** Whether a message of this vehicle is not settled yet, or under way to the database. Scans every unsettled message. */
  holds(vehicleId: number): boolean
  /** Gives late batches `graceMs` to end. To be called when nothing is pending. */
  close(graceMs: number): Promise<void>
  /** bytes of the payloads that wait for room in a batch */
  readonly waitingBytes: number
  /** messages that are not settled */
  readonly pending: number
}

interface LaneOptions extends Omit<WriterOptions, 'onSettled' | 'onFree'> {
  validate: Validate
  rowsMax: number
  clock: ReceiptClock
  /** maximum bytes of a batch's rows, and separately of its payloads; at either maximum the batch is closed early */
  bytesMax: number
  /** called whenever nothing is pending any longer */
  onIdle: () => void
  /** called when `waitingBytes` changed */
  onWaiting: () => void
}

/**
 * A batch with fewer than `GATHER_ROWS` rows begins no sooner than `GATHER_MS` after the previous batch. A lone reading is still
 * written immediately. With 10,000 devices sending every second, this limits commits to 400 a second, and adds 3 ms to each
 * acknowledgement.
 */
const GATHER_ROWS = 32
const GATHER_MS = 5

/**
 * One connection's share of the vehicles. While one batch is being written the next one fills, and it is written as soon as the
 * connection is free. So the load determines the size of a batch, and no timer delays an acknowledgement. A vehicle is always in
 * the same lane, so that its readings are stored in order and two connections never wait for each other over the same reading.
 * If the filling batch is full, a message waits undecoded. There are at most three batches: one that fills, one that is written
 * or spooled, and one that is late.
 */
export function createLane(options: LaneOptions): Lane {
  const { deadLetters, signal, rowsMax, bytesMax, onIdle, onWaiting } = options
  const writer = createWriter({ ...options, onSettled, onFree })
  let filling = new Batch(rowsMax, bytesMax)
  const spares = [new Batch(rowsMax, bytesMax)]
  const waiting = createWaitingMessages()
  let pending = 0
  let running = false
  let writing: Batch | undefined
  const gather = createGathering()

  function push(message: Message, settle: Entry['settle']): void {
    pending++
    if (!waiting.isEmpty || !filling.hasRoom()) {
      waiting.add(message, settle)
      onWaiting()
    } else {
      take(message, settle)
    }
    if (running) return
    running = true
    // After all other messages of this turn of the event loop, so that they share the batch.
    setImmediate(() => {
      run().catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    })
  }

  function take(message: Message, settle: Entry['settle']): void {
    addTo(filling, options, message, settle)
  }

  /** Any error here except our own abort is a bug. It ends the process, rather than leaving the lane stuck. */
  async function run(): Promise<void> {
    while (filling.entries.length > 0 && !signal.aborted) {
      await Promise.all([gather(filling), deadLetters.untilRoom()])
      // The batch is closed only when the server asks for its rows, so that messages that arrive until then need not wait longer.
      if (filling.rows.count > 0) await writer.begin(filling)
      const batch = filling
      filling = spares.pop() ?? new Batch(rowsMax, bytesMax)
      takeWaiting()
      writing = batch
      await writer.write(batch)
      writing = undefined
    }
    running = false
  }

  function takeWaiting(): void {
    if (waiting.takeWhile(() => filling.hasRoom(), take)) onWaiting()
  }

  function onFree(batch: Batch): void {
    batch.clear()
    spares.push(batch)
  }

  function onSettled(): void {
    if (--pending === 0) onIdle()
  }

  return {
    push,
    holds(vehicleId) {
      const isOfVehicle = ({ message }: { message: Message }) => message.vehicleId === vehicleId
      const batches = [filling, writing, writer.late]
      return batches.some((it) => it?.entries.some(isOfVehicle)) || waiting.some(isOfVehicle)
    },
    close: (graceMs) => writer.close(graceMs),
    get waitingBytes() {
      return waiting.bytes
    },
    get pending() {
      return pending
    },
  }
}

/** Decodes a message into a batch, with its earlier receipt time if it has one, otherwise the clock's next one. */
function addTo(
  batch: Batch,
  { validate, clock }: LaneOptions,
  message: Message,
  settle: Entry['settle'],
): void {
  const given = message.receivedUs ?? message.replay?.receivedUs
  if (given !== undefined) return void batch.add(message, settle, validate, given)
  const receivedUs = clock.next(message)
  const entry = batch.add(message, settle, validate, receivedUs)
  clock.used(message, receivedUs, entry.timesUsed)
}

/** Lets a small batch grow a little when the batch before it began just now. */
function createGathering(): (batch: Batch) => Promise<void> {
  let startedMs = 0
  return async ({ rows }) => {
    const waitMs = startedMs + GATHER_MS - performance.now()
    if (waitMs > 0 && rows.count < GATHER_ROWS) await delay(waitMs)
    startedMs = performance.now()
  }
}
