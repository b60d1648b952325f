import { writeCommand } from '../../contract/commands.ts'
import { formatTime } from '../../contract/time.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import type { CommandLink } from '../commands-link.ts'
import { createBatchWriter, type BatchWriter } from '../batch-writer.ts'
import type { CommandMetrics } from './metrics.ts'
import { createDueVehicles } from './due-vehicles.ts'
import { findQueued, markDelivered, type QueuedCommand, type Receipt } from './queries.ts'

export interface Delivery {
  attach(link: CommandLink): void
  detach(link: CommandLink): void
  /** There may be commands for this vehicle. */
  look(vehicleId: number): void
  /** The same for every vehicle with a connection here. */
  lookForAll(): void
  /** The same for those of these vehicles that had more commands than were sent. */
  goOn(vehicleIds: readonly number[]): void
  close(timeoutMs: number): Promise<void>
}

/** Commands of a vehicle that are read at once: the commands behind them are sent when one of them is delivered. */
const WINDOW_MAX = 10
/**
 * Receipts that wait to be written. A receipt beyond that is lost: its command is sent again.
 * @limit waiting receipts of commands | the command is sent again
 */
const RECEIPTS_MAX = 10_000
const RECEIPTS_AT_ONCE_MAX = 1000

/** Sends queued commands to the devices that are connected here. */
export function createDelivery(options: { sql: Sql; log: Log; metrics: CommandMetrics }): Delivery {
  const { sql, log, metrics } = options
  /** by vehicle: its connections, each with the commands of the window that were sent on it */
  const attached = new Map<number, Map<CommandLink, Set<number>>>()
  /** vehicles with a full window, or a connection whose queue is full */
  const unfinished = new Set<number>()
  const due = createDueVehicles({
    log,
    read: async (vehicleIds) => hand(vehicleIds, await findQueued(sql, vehicleIds, WINDOW_MAX)),
    isAttached: (vehicleId) => attached.has(vehicleId),
  })

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
    if (attached.has(vehicleId)) due.add(vehicleId)
  }

  function goOn(vehicleIds: readonly number[]): void {
    for (const id of vehicleIds) if (unfinished.has(id)) look(id)
  }

  function hand(vehicleIds: readonly number[], queued: readonly QueuedCommand[]): void {
    const windows = new Map<number, QueuedCommand[]>(vehicleIds.map((id) => [id, []]))
    for (const command of queued) windows.get(command.vehicleId)?.push(command)
    for (const [vehicleId, window] of windows) {
      const links = attached.get(vehicleId)
      if (links === undefined) continue
      let isFinished = window.length < WINDOW_MAX
      for (const [link, sent] of links)
        if (!sendWindow(link, sent, window, { receipts, metrics })) isFinished = false
      if (isFinished) unfinished.delete(vehicleId)
      else unfinished.add(vehicleId)
    }
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
      due.remove(vehicleId)
      unfinished.delete(vehicleId)
    },
    look,
    lookForAll() {
      for (const vehicleId of attached.keys()) look(vehicleId)
    },
    goOn,
    close(timeoutMs) {
      due.close()
      return receipts.close(timeoutMs)
    },
  }
}

/** Sends the commands that this connection has not been sent yet. Returns false if its queue is full. */
function sendWindow(
  link: CommandLink,
  sent: Set<number>,
  window: readonly QueuedCommand[],
  { receipts, metrics }: { receipts: BatchWriter<Receipt>; metrics: CommandMetrics },
): boolean {
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
