import type { Log } from '../../kit/log.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Accept, Message, Outcome } from '../accept.ts'
import { createDeadLetters } from './dead-letters.ts'
import { createLane, type Lane } from './lane.ts'
import { createIngestMetrics } from './metrics.ts'
import { createStore } from './store.ts'
import { createValidate } from './validate.ts'

export interface Ingest {
  accept: Accept
  /** Takes nothing more and resolves when all that was taken is settled. */
  drain(): Promise<void>
  /** Gives up what is not settled; it is not acknowledged. */
  abort(): void
}

export interface IngestOptions {
  /** connections for readings, one a lane, each with `max: 1` */
  copyConnections: Sql[]
  /** connection for dead letters */
  sql: Sql
  log: Log
  metrics: Metrics
  clockSkewMaxS: number
  batchRowsMax: number
  waitingBytesMax: number
}

/** From a message to its committed rows. See `Accept` for what is promised. */
export function createIngest(options: IngestOptions): Ingest {
  const { copyConnections, sql, log, clockSkewMaxS, batchRowsMax, waitingBytesMax } = options
  const abortion = new AbortController()
  const { signal } = abortion
  const sum = (read: (lane: Lane) => number) => lanes.reduce((total, lane) => total + read(lane), 0)
  const waitingBytes = () => sum((lane) => lane.waitingBytes)
  const pending = () => sum((lane) => lane.pending)

  const metrics = createIngestMetrics(options.metrics, { waitingBytes, pending })
  const validate = createValidate({ clockSkewMaxS })
  const deadLetters = createDeadLetters({ sql, log, signal })
  const lanes = copyConnections.map((connection) => {
    const store = createStore({ sql: connection, log })
    return createLane({
      store,
      validate,
      deadLetters,
      metrics,
      signal,
      rowsMax: batchRowsMax,
      onIdle: () => onIdle(),
    })
  })
  let draining = false
  let onIdle = () => {}

  function accept(message: Message): Promise<Outcome | undefined> {
    const lane = lanes[message.vehicleId % lanes.length]
    if (lane === undefined || draining) return Promise.resolve(undefined)
    if (lane.waitingBytes * lanes.length > waitingBytesMax) {
      metrics.refused.inc()
      return Promise.resolve(undefined)
    }
    return new Promise((resolve) => {
      lane.push(message, resolve)
    })
  }

  return {
    accept,
    async drain() {
      draining = true
      await new Promise<void>((resolve) => {
        onIdle = () => {
          if (pending() === 0) resolve()
        }
        signal.addEventListener('abort', () => resolve(), { once: true })
        onIdle()
      })
    },
    abort: () => abortion.abort(),
  }
}
