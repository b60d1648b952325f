import { createWaiters } from '../../kit/waiters.ts'
import { refuse, type Refusal } from './refusal.ts'

export interface WaitingBodies {
  /**
   * Resolves with the result of `reading`, or with a refusal that ends the connection, if reading takes too long or
   * the body has to make room for others.
   * @param sender a user, or the network of an address before a login
   */
  wait<T>(sender: string, reading: Promise<T>): Promise<T | Refusal>
}

export interface WaitingBodiesOptions {
  /** maximum of pending bodies */
  atOnceMax?: number
  waitMsMax?: number
}

/** Makes Node.js close the connection without reading the rest of the body. */
const headers = { connection: 'close' }

/**
 * Pending bodies. They take no place from requests that have arrived. If there are too many, the sender with most of
 * them loses the one that has been pending longest. A client that sends a body with its headers is done long before
 * that, however many others never send theirs.
 */
export function createWaitingBodies(options: WaitingBodiesOptions = {}): WaitingBodies {
  const { atOnceMax = 64, waitMsMax = 5000 } = options
  const waiting = createWaiters()

  return {
    async wait(sender, reading) {
      if (waiting.size >= atOnceMax) waiting.makeRoom()
      let giveUp: (refusal: Refusal) => void = () => {}
      const given = new Promise<Refusal>((resolve) => (giveUp = resolve))
      const leave = waiting.add(sender, () => {
        leave()
        giveUp(
          refuse(
            'unavailable',
            'too many request bodies are incomplete; send the body together with the headers, or retry later',
            { headers },
          ),
        )
      })
      const late = refuse('invalid_request', `the body did not arrive within ${waitMsMax} ms`, { headers })
      const timer = setTimeout(() => giveUp(late), waitMsMax)
      try {
        return await Promise.race([reading, given])
      } finally {
        clearTimeout(timer)
        leave()
      }
    },
  }
}
