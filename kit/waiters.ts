/** Operations that wait for an external party, by that party. */
export interface Waiters {
  /**
   * @param giveUp called if the operation has to make room
   * @returns a function that removes the operation
   */
  add(sender: string, giveUp: () => void): () => void
  /** The sender with the most operations gives up the oldest one. False if no operation waits. */
  makeRoom(): boolean
  readonly size: number
}

/**
 * Bodies, logins and requests that are not complete yet. However many of them a sender begins and never ends, it gives up
 * only its own, and a quick sender has finished long before.
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
