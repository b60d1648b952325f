/** Places that several users share. */
export interface Shares {
  /** Takes a place; the returned function gives it back. `undefined`: the user has its share, or there is no place. */
  take(user: string): (() => void) | undefined
}

/**
 * A user has a place as long as more are free than it has: alone it gets half of them, each of n users that ask for all they
 * can get has one part in n + 1, and as much is left for whoever comes next. So the user who asks for much is the one that is
 * refused (A. K. Choudhury, E. L. Hahne: Dynamic Queue Length Thresholds for Shared-Memory Packet Switches, 1998).
 * @param placesMax places for all of them
 * @param part of the free places that a user may have
 */
export function createShares(placesMax: number, part = 1): Shares {
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
      if (own >= (placesMax - total) * part) return undefined
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
