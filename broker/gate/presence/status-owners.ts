import type { Account } from '../../registry/account.ts'

/**
 * Which vehicle each `fleet/{v}/status` that is kept is of: another vehicle may be created under its key, and its owner must not
 * see what became of the earlier one. As many as there are retained messages, about 100 bytes each.
 */
export interface StatusOwners {
  /** False if the vehicle was deleted: then nothing may be kept of it. */
  set(vehicleKey: string, vehicleId: number): boolean
  /** Removes a vehicle's status from a key; false if that key has the status of another vehicle. */
  remove(vehicleKey: string, vehicleId: number): boolean
  /** Whether this account may see the status that is kept under a key. */
  maySee(account: Pick<Account, 'vehicles'>, vehicleKey: string): boolean
  /** Forgets vehicles that were deleted; returns the keys under which a status of theirs is kept. */
  forget(vehicleIds: readonly number[]): string[]
}

/**
 * Deleted vehicles whose devices may still be connected for a moment; of more, the oldest is forgotten.
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
    // By now it may be kept of the next vehicle.
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
