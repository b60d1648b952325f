/** Operations that wait for an external party, by that party. */
export interface Waiters {
  /**
   * @param giveUp is called when it has to make room
   * @returns takes it out
   */
  add(sender: string, giveUp: () => void): () => void
  /** The sender with most of them gives up the one that waits for longest; false if there is none. */
  makeRoom(): boolean
  readonly size: number
}

/**
 * Bodies, logins and requests that are not complete yet. However many of them a sender begins and never ends, it gives up
 * its own, and a sender that is quick is done long before.
 */
export function createWaiters(): Waiters {
  /** of each sender, the oldest first */
  const bySender = new Map<string, Set<() => void>>()
  let size = 0

  return {
    add(sender, giveUp) {
      const own = bySender.get(sender) ?? new Set()
      // One function may be given twice.
      const entry = () => giveUp()
      bySender.set(sender, own.add(entry))
      size++
      return () => {
        if (!own.delete(entry)) return
        size--
        if (own.size === 0 && bySender.get(sender) === own) bySender.delete(sender)
      }
    },
    makeRoom() {
      let most = new Set<() => void>()
      for (const own of bySender.values()) if (own.size > most.size) most = own
      const [oldest] = most
      oldest?.()
      return oldest !== undefined
    },
    get size() {
      return size
    },
  }
}
