import type { Edge } from '../wire/edge.ts'

/**
 * Whether a message may be given to a subscriber. It may not while earlier messages wait because the subscriber reads slowly,
 * nor beyond a limit within one turn of the event loop. A large batch is settled in one turn, in which nothing is written yet.
 * The subscriber misses the rest; no other part waits for it.
 */
export function createOutputLimit(turnBytesMax: number): {
  mayForward(edge: Pick<Edge, 'isSlow'>, bytes: number): boolean
} {
  const given = new Map<Pick<Edge, 'isSlow'>, number>()
  return {
    mayForward(edge, bytes) {
      if (edge.isSlow) return false
      if (given.size === 0) setImmediate(() => given.clear())
      const total = (given.get(edge) ?? 0) + bytes
      if (total > turnBytesMax) return false
      given.set(edge, total)
      return true
    },
  }
}
