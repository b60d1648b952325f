import { refuse, type Refusal } from './refusal.ts'

export interface WaitingBodies {
  /**
   * Resolves with what `reading` gives, or with a refusal that ends the connection if it takes too long.
   * @param sender a user, or the network of an address before a login
   */
  wait<T>(sender: string, reading: Promise<T>): Promise<T | Refusal>
}

export interface WaitingBodiesOptions {
  /** bodies that are waited for at once */
  atOnceMax?: number
  waitMsMax?: number
}

/** So that Node.js closes the connection, and does not read what is left of the body. */
const headers = { connection: 'close' }

/**
 * Bodies that are on their way. They take no place from requests that are there. If there are too many, the sender with most
 * of them gives up the one that is waited for longest: who sends a body with its headers is done long before that, however
 * many others never send theirs.
 */
export function createWaitingBodies(options: WaitingBodiesOptions = {}): WaitingBodies {
  const { atOnceMax = 64, waitMsMax = 5000 } = options
  type GiveUp = (refusal: Refusal) => void
  /** of each sender, the oldest first */
  const waiting = new Map<string, Set<GiveUp>>()
  let total = 0

  function makeRoom(): void {
    let most = new Set<GiveUp>()
    for (const own of waiting.values()) if (own.size > most.size) most = own
    const [oldest] = most
    oldest?.(refuse('unavailable', 'too many bodies are waited for; send it faster', { headers }))
  }

  function add(sender: string, giveUp: GiveUp): () => void {
    if (total >= atOnceMax) makeRoom()
    const own = waiting.get(sender) ?? new Set()
    waiting.set(sender, own.add(giveUp))
    total++
    return () => {
      if (!own.delete(giveUp)) return
      total--
      if (own.size === 0 && waiting.get(sender) === own) waiting.delete(sender)
    }
  }

  return {
    async wait(sender, reading) {
      let giveUp: GiveUp = () => {}
      const given = new Promise<Refusal>((resolve) => (giveUp = resolve))
      const leave = add(sender, (refusal) => {
        leave()
        giveUp(refusal)
      })
      const late = refuse('invalid_request', `the body did not come within ${waitMsMax} ms`, { headers })
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
