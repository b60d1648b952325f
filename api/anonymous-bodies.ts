import { refuse, type Refusal } from './refusal.ts'

export interface AnonymousBodies {
  /** Resolves with what `reading` gives, or with a refusal that ends the connection when it takes too long. */
  wait<T>(reading: Promise<T>): Promise<T | Refusal>
}

export interface AnonymousBodiesOptions {
  /** Bodies that are waited for at once. */
  atOnceMax?: number
  waitMsMax?: number
}

/** So that Node.js closes the connection, and does not read what is left of the body. */
const headers = { connection: 'close' }

/**
 * Bodies of clients whom nobody has vouched for. They have places of their own, so that they take none from those who
 * are logged in. When all are taken, the body that is waited for longest gives up its place: whoever sends a body with its
 * headers is done long before it is the oldest, however many others never send theirs.
 */
export function createAnonymousBodies(options: AnonymousBodiesOptions = {}): AnonymousBodies {
  const { atOnceMax = 64, waitMsMax = 5000 } = options
  const waiting = new Set<(refusal: Refusal) => void>()

  return {
    async wait(reading) {
      const [oldest] = waiting
      if (waiting.size >= atOnceMax)
        oldest?.(refuse('unavailable', 'too many others send a body; send it faster', { headers }))
      let giveUp = (_refusal: Refusal) => {}
      const given = new Promise<Refusal>((resolve) => (giveUp = resolve))
      const leave = (refusal: Refusal) => {
        waiting.delete(leave)
        giveUp(refusal)
      }
      waiting.add(leave)
      const late = refuse('invalid_request', `the body did not come within ${waitMsMax} ms`, { headers })
      const timer = setTimeout(leave, waitMsMax, late)
      try {
        return await Promise.race([reading, given])
      } finally {
        clearTimeout(timer)
        waiting.delete(leave)
      }
    },
  }
}
