import type { Edge } from '../wire/edge.ts'

/**
 * Whether a message may be given to a subscriber: not when it reads so slowly that what it was given still waits, nor
 * when it was given too much within one turn of the event loop, in which nothing is written yet: a large batch is
 * settled in one turn. It misses the rest; no other part waits for it.
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
