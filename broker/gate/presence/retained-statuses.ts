import { vehicleTopic } from '../../../contract/topics.ts'
import type { VehicleStatus } from '../../presence-link.ts'
import type { StatusOwners } from './status-owners.ts'

export interface RetainedStatuses {
  isOnline(vehicleId: number): boolean
  /** Publishes that a vehicle is online or offline from now on, as this broker has seen itself. */
  publishOnline(vehicleId: number, vehicleKey: string, online: boolean): void
  /** Applies statuses that other or earlier brokers have written. Statuses that this broker saw itself are newer. */
  learn(statuses: readonly VehicleStatus[]): void
  /** Applies the statuses of all vehicles: other vehicles have no status. */
  learnAll(statuses: readonly VehicleStatus[]): void
  /** A vehicle may have another key now; `undefined` if it was deleted. */
  rename(vehicleId: number, vehicleKey: string | undefined): void
}

interface Shown {
  key: string
  online: boolean
  /** RFC 3339 */
  since: string
}

/**
 * The retained messages on `fleet/{v}/status`, which only the broker writes. The key of each status is remembered, so that the
 * status is cleared when the vehicle gets another key or is deleted. That takes 150 bytes for each vehicle that ever had a
 * device.
 * @param options.isHere whether this broker knows by itself that the vehicle is online
 */
export function createRetainedStatuses(options: {
  isHere: (vehicleId: number) => boolean
  /** the vehicle whose status is on a key's topic: the key may have been given to another vehicle since */
  owners: StatusOwners
  publishRetained: (topic: string, payload: Buffer) => void
}): RetainedStatuses {
  const { isHere, owners, publishRetained } = options
  const shown = new Map<number, Shown>()

  function show(vehicleId: number, status: Shown): void {
    const before = shown.get(vehicleId)
    if (before !== undefined && before.key !== status.key) clear(vehicleId, before.key)
    if (!owners.set(status.key, vehicleId)) return void shown.delete(vehicleId)
    shown.set(vehicleId, status)
    const { key, online, since } = status
    publishRetained(vehicleTopic(key, 'status'), Buffer.from(JSON.stringify({ online, since })))
  }

  function clear(vehicleId: number, key: string): void {
    if (owners.remove(key, vehicleId)) publishRetained(vehicleTopic(key, 'status'), Buffer.alloc(0))
  }

  function learn(statuses: readonly VehicleStatus[]): void {
    for (const { vehicleId, vehicleKey, online, sinceMs } of statuses) {
      const known = shown.get(vehicleId)
      if (isHere(vehicleId)) rename(vehicleId, vehicleKey)
      else if (known?.key !== vehicleKey || known.online !== online)
        show(vehicleId, { key: vehicleKey, online, since: new Date(sinceMs).toISOString() })
    }
  }

  function rename(vehicleId: number, vehicleKey: string | undefined): void {
    const known = shown.get(vehicleId)
    if (known === undefined || known.key === vehicleKey) return
    if (vehicleKey !== undefined) return show(vehicleId, { ...known, key: vehicleKey })
    shown.delete(vehicleId)
    clear(vehicleId, known.key)
  }

  return {
    isOnline: (vehicleId) => shown.get(vehicleId)?.online === true,
    publishOnline(vehicleId, vehicleKey, online) {
      const known = shown.get(vehicleId)
      // The vehicle was deleted before its connection has ended.
      if (known === undefined && !online) return
      // A connection that ends may be from before the vehicle had another key.
      const key = online ? vehicleKey : (known?.key ?? vehicleKey)
      show(vehicleId, { key, online, since: new Date().toISOString() })
    },
    learn,
    learnAll(statuses) {
      learn(statuses)
      const ids = new Set(statuses.map(({ vehicleId }) => vehicleId))
      for (const id of shown.keys()) if (!ids.has(id) && !isHere(id)) rename(id, undefined)
    },
    rename,
  }
}
