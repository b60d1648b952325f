export interface ClientLogLimit {
  /** The number of lines of this client that were held back since its last line; -1 if this line is held back. */
  allow(clientId: string): number
}

/**
 * Lets a line of a client through at most every `everyMs`, so that a client that repeats its mistake does not fill the log.
 * Beyond `clientsMax` clients, the client with the oldest line is forgotten.
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
