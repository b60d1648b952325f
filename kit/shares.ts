/** Slots that several users share. */
export interface Shares {
  /** Takes a slot; the returned function releases it. `undefined` if the user has its share, or no slot is free. */
  take(user: string): (() => void) | undefined
}

/** Part of the free slots that one user may have. */
const PART = 1 / 8

/**
 * A user gets a slot while they have fewer than a part of the free slots. So the user with the most requests is refused (A. K.
 * Choudhury, E. L. Hahne: Dynamic Queue Length Thresholds for Shared-Memory Packet Switches, 1998). Each user who takes as many
 * as they can leaves eight ninths of the free slots to the next; of the last eight each user gets one. So one user alone gets 29
 * of 256 slots, and 33 users who take as many as they can still leave one to the next. If one user got half of them, nine would
 * have all.
 * @param slotsMax slots for all users
 * @param part of the free slots that a user may have
 */
export function createShares(slotsMax: number, part = PART): Shares {
  const taken = new Map<string, number>()
  let total = 0

  function giveBack(user: string): void {
    total--
    const own = (taken.get(user) ?? 0) - 1
    if (own > 0) taken.set(user, own)
    else taken.delete(user)
  }

  return {
    take(user) {
      const own = taken.get(user) ?? 0
      if (own >= (slotsMax - total) * part) return undefined
      total++
      taken.set(user, own + 1)
      let isGivenBack = false
      return () => {
        if (!isGivenBack) giveBack(user)
        isGivenBack = true
      }
    },
  }
}
