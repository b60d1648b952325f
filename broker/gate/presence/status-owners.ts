import type { Account } from '../../registry/account.ts'

/**
 * The vehicle of each retained `fleet/{v}/status`. Another vehicle may be created under the same key, and its owner must not see
 * the status of the earlier vehicle. There are as many entries as retained messages, about 100 bytes each.
 */
export interface StatusOwners {
  /** False if the vehicle was deleted: then its status may not be kept. */
  set(vehicleKey: string, vehicleId: number): boolean
  /** Removes a vehicle's status from a key; false if that key has the status of another vehicle. */
  remove(vehicleKey: string, vehicleId: number): boolean
  /** Whether this account may see the status that is kept under a key. */
  maySee(account: Pick<Account, 'vehicles'>, vehicleKey: string): boolean
  /** Forgets deleted vehicles; returns the keys under which their statuses are kept. */
  forget(vehicleIds: readonly number[]): string[]
}

/**
 * Deleted vehicles whose devices may still be connected for a moment; beyond that the oldest is forgotten.
 * @limit deleted vehicles whose status is ignored | the oldest is forgotten
 */
const DELETED_MAX = 10_000

export function createStatusOwners(): StatusOwners {
  const owners = new Map<string, number>()
  const keys = new Map<number, string>()
  const deleted = new Set<number>()

  function forget(vehicleId: number): string[] {
    deleted.add(vehicleId)
    const [oldest] = deleted
    if (deleted.size > DELETED_MAX && oldest !== undefined) deleted.delete(oldest)
    const key = keys.get(vehicleId)
    keys.delete(vehicleId)
    // The key may have the status of another vehicle by now.
    if (key === undefined || owners.get(key) !== vehicleId) return []
    owners.delete(key)
    return [key]
  }

  return {
    set(vehicleKey, vehicleId) {
      if (deleted.has(vehicleId)) return false
      owners.set(vehicleKey, vehicleId)
      keys.set(vehicleId, vehicleKey)
      return true
    },
    remove(vehicleKey, vehicleId) {
      if (owners.get(vehicleKey) !== vehicleId) return false
      if (keys.get(vehicleId) === vehicleKey) keys.delete(vehicleId)
      return owners.delete(vehicleKey)
    },
    maySee({ vehicles }, vehicleKey) {
      const vehicleId = owners.get(vehicleKey)
      return vehicleId === undefined || vehicles.get(vehicleId) === vehicleKey
    },
    forget: (vehicleIds) => vehicleIds.flatMap(forget),
  }
}
