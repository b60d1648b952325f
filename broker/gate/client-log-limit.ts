export interface ClientLogLimit {
  /** How many lines of this client were held back since its last one; -1 when this one is held back. */
  allow(clientId: string): number
}

/**
 * Lets a line of a client through at most every `everyMs`, so that one client that does the same wrong thing again and again
 * does not fill the log. Beyond `clientsMax` the one whose line is oldest is forgotten.
 */
export function createClientLogLimit(options: {
  everyMs: number
  clientsMax: number
  now?: () => number
}): ClientLogLimit {
  const { everyMs, clientsMax, now = () => performance.now() } = options
  const lines = new Map<string, { atMs: number; heldBack: number }>()

  return {
    allow(clientId) {
      const nowMs = now()
      const last = lines.get(clientId)
      if (last !== undefined && nowMs - last.atMs < everyMs) {
        last.heldBack++
        return -1
      }
      // The order of a Map is that of insertion.
      lines.delete(clientId)
      lines.set(clientId, { atMs: nowMs, heldBack: 0 })
      const [oldest] = lines.keys()
      if (lines.size > clientsMax && oldest !== undefined) lines.delete(oldest)
      return last?.heldBack ?? 0
    },
  }
}
