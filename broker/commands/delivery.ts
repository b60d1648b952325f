import { setTimeout as delay } from 'node:timers/promises'
import { writeCommand } from '../../contract/commands.ts'
import { formatTime } from '../../contract/time.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import type { CommandLink } from '../commands-link.ts'
import { createBatchWriter } from '../batch-writer.ts'
import type { CommandMetrics } from './metrics.ts'
import { findQueued, markDelivered, type QueuedCommand, type Receipt } from './queries.ts'

export interface Delivery {
  attach(link: CommandLink): void
  detach(link: CommandLink): void
  /** There may be commands for this vehicle. */
  look(vehicleId: number): void
  /** The same for every vehicle with a connection here. */
  lookForAll(): void
  /** The same for those of these vehicles that had more of them than were sent. */
  goOn(vehicleIds: readonly number[]): void
  close(timeoutMs: number): Promise<void>
}

/** Commands of a vehicle that are looked at: those behind them are sent when one of these is delivered. */
const WINDOW_MAX = 10
/** Vehicles in one query: with full windows of the largest commands that is 16 MB. */
const VEHICLES_AT_ONCE_MAX = 100
/**
 * Receipts that wait to be written. One that finds no room is lost: its command is sent again.
 * @limit waiting receipts of commands | the command is sent again
 */
const RECEIPTS_MAX = 10_000
const RECEIPTS_AT_ONCE_MAX = 1000
const RETRY_MS = 500

/** Sends what is queued to the devices that are connected here. One query at a time, for all vehicles that are due. */
export function createDelivery(options: { sql: Sql; log: Log; metrics: CommandMetrics }): Delivery {
  const { sql, log, metrics } = options
  /** by vehicle: its connections, each with the commands of the window that were sent on it */
  const attached = new Map<number, Map<CommandLink, Set<number>>>()
  /** vehicles to look for; only those that are attached */
  const due = new Set<number>()
  /** vehicles with a full window, or a connection that accepts no more */
  const unfinished = new Set<number>()
  const closing = new AbortController()
  let looking = false

  const receipts = createBatchWriter<Receipt>({
    async write(batch) {
      metrics.delivered.inc(await markDelivered(sql, batch))
      goOn(batch.map(({ vehicleId }) => vehicleId))
    },
    what: 'receipts of commands',
    itemsMax: RECEIPTS_MAX,
    batchMax: RECEIPTS_AT_ONCE_MAX,
    log,
  })

  function look(vehicleId: number): void {
    if (!attached.has(vehicleId)) return
    due.add(vehicleId)
    void lookUntilDone()
  }

  function goOn(vehicleIds: readonly number[]): void {
    for (const id of vehicleIds) if (unfinished.has(id)) look(id)
  }

  async function lookUntilDone(): Promise<void> {
    if (looking) return
    looking = true
    // Those that connect in the same turn of the event loop are asked for together.
    await new Promise(setImmediate)
    while (due.size > 0 && !closing.signal.aborted) {
      const vehicleIds = [...due].slice(0, VEHICLES_AT_ONCE_MAX)
      for (const id of vehicleIds) due.delete(id)
      try {
        hand(vehicleIds, await findQueued(sql, vehicleIds, WINDOW_MAX))
      } catch (error) {
        log.warn({ event: 'commands_not_read', err: error }, 'commands not read, will retry')
        for (const id of vehicleIds) if (attached.has(id)) due.add(id)
        await delay(RETRY_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {})
      }
    }
    looking = false
  }

  function hand(vehicleIds: readonly number[], queued: readonly QueuedCommand[]): void {
    const windows = new Map<number, QueuedCommand[]>(vehicleIds.map((id) => [id, []]))
    for (const command of queued) windows.get(command.vehicleId)?.push(command)
    for (const [vehicleId, window] of windows) {
      const links = attached.get(vehicleId)
      if (links === undefined) continue
      let isFinished = window.length < WINDOW_MAX
      for (const [link, sent] of links) if (!sendWindow(link, sent, window)) isFinished = false
      if (isFinished) unfinished.delete(vehicleId)
      else unfinished.add(vehicleId)
    }
  }

  /** Sends the commands that this connection has not been sent yet. Returns false if its queue is full. */
  function sendWindow(link: CommandLink, sent: Set<number>, window: readonly QueuedCommand[]): boolean {
    // Commands that left the window are no longer queued, and need not be remembered.
    const ids = new Set(window.map(({ id }) => id))
    for (const id of sent) if (!ids.has(id)) sent.delete(id)
    const { vehicleId, deviceId } = link
    for (const { id, name, params, expiresUs } of window) {
      if (sent.has(id)) continue
      const payload = writeCommand({ id, name, expires_at: formatTime(expiresUs) }, params)
      const onReceived = () => void receipts.add({ commandId: id, vehicleId, deviceId })
      if (!link.send(id, Buffer.from(payload), onReceived)) return false
      sent.add(id)
      metrics.sent.inc()
    }
    return true
  }

  return {
    attach(link) {
      const links = attached.get(link.vehicleId) ?? new Map<CommandLink, Set<number>>()
      if (links.has(link)) return
      attached.set(link.vehicleId, links.set(link, new Set()))
      look(link.vehicleId)
    },
    detach(link) {
      const { vehicleId } = link
      const links = attached.get(vehicleId)
      links?.delete(link)
      if (links?.size !== 0) return
      attached.delete(vehicleId)
      due.delete(vehicleId)
      unfinished.delete(vehicleId)
    },
    look,
    lookForAll() {
      for (const vehicleId of attached.keys()) look(vehicleId)
    },
    goOn,
    close(timeoutMs) {
      closing.abort()
      return receipts.close(timeoutMs)
    },
  }
}
