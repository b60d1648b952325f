import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../kit/log.ts'

/** Vehicles whose queued commands are to be read: one query at a time, for all vehicles that are due. */
export interface DueVehicles {
  add(vehicleId: number): void
  remove(vehicleId: number): void
  /** Begins no further query. */
  close(): void
}

interface DueVehiclesOptions {
  log: Log
  /** reads the commands of these vehicles and sends them; called again after a pause if it rejects */
  read: (vehicleIds: number[]) => Promise<void>
  /** whether a vehicle has a connection here; checked before its commands are read again */
  isAttached: (vehicleId: number) => boolean
}

/** Vehicles in one query: with full windows of the largest commands that is 16 MB. */
const VEHICLES_AT_ONCE_MAX = 100
const RETRY_MS = 500

export function createDueVehicles({ log, read, isAttached }: DueVehiclesOptions): DueVehicles {
  const due = new Set<number>()
  const closing = new AbortController()
  let isReading = false

  async function readUntilDone(): Promise<void> {
    if (isReading) return
    isReading = true
    // The commands of devices that connect in the same turn of the event loop are read together.
    await new Promise(setImmediate)
    while (due.size > 0 && !closing.signal.aborted) {
      const vehicleIds = [...due].slice(0, VEHICLES_AT_ONCE_MAX)
      for (const id of vehicleIds) due.delete(id)
      try {
        await read(vehicleIds)
      } catch (error) {
        log.warn({ event: 'commands_not_read', err: error }, 'commands not read, will retry')
        for (const id of vehicleIds) if (isAttached(id)) due.add(id)
        await delay(RETRY_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {})
      }
    }
    isReading = false
  }

  return {
    add(vehicleId) {
      due.add(vehicleId)
      void readUntilDone()
    },
    remove: (vehicleId) => void due.delete(vehicleId),
    close: () => closing.abort(),
  }
}
