/** Announced changes that are not read yet. */
export interface PendingChanges {
  readonly any: boolean
  addUser(userId: number): void
  /** Beyond `CHANGED_MAX` vehicles, everything is read instead. */
  addVehicles(ids: readonly number[]): void
  /** Changes were missed: everything must be read. */
  addEverything(): void
  take(): Changes
}

export interface Changes {
  users: Set<number>
  vehicles: Set<number>
  everything: boolean
}

/**
 * Changed vehicles and users that are gathered; beyond that everything is read instead.
 * @limit announced changes of vehicles that a broker has not read yet | everything is read again
 */
const CHANGED_MAX = 10_000

export function createPendingChanges(): PendingChanges {
  let pending = noChanges()

  return {
    get any() {
      return pending.everything || pending.users.size > 0 || pending.vehicles.size > 0
    },
    addUser: (userId) => void pending.users.add(userId),
    addVehicles(ids) {
      if (pending.vehicles.size >= CHANGED_MAX) pending.everything = true
      else for (const id of ids) pending.vehicles.add(id)
    },
    addEverything() {
      pending.everything = true
    },
    take() {
      const taken = pending
      pending = noChanges()
      return taken
    },
  }
}

function noChanges(): Changes {
  return { users: new Set(), vehicles: new Set(), everything: false }
}
