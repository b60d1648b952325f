import type { Message } from '../accept.ts'
import type { Entry } from './batch.ts'

/** Messages of a lane that wait undecoded for room in a batch. */
export interface WaitingMessages {
  /** of their payloads, and of their approximate memory besides */
  readonly bytes: number
  readonly isEmpty: boolean
  add(message: Message, settle: Entry['settle']): void
  /** Gives messages to `take` while `hasRoom`, the oldest first. Returns whether there were any. */
  takeWhile(hasRoom: () => boolean, take: (message: Message, settle: Entry['settle']) => void): boolean
  some(matches: (waiting: { message: Message }) => boolean): boolean
}

/** Approximate memory of a waiting message besides its payload. */
const MESSAGE_BYTES = 256

export function createWaitingMessages(): WaitingMessages {
  let waiting: { message: Message; settle: Entry['settle'] }[] = []
  let bytes = 0

  return {
    get bytes() {
      return bytes
    },
    get isEmpty() {
      return waiting.length === 0
    },
    add(message, settle) {
      waiting.push({ message, settle })
      bytes += message.payload.length + MESSAGE_BYTES
    },
    takeWhile(hasRoom, take) {
      let taken = 0
      for (; taken < waiting.length && hasRoom(); taken++) {
        const next = waiting[taken]
        if (next === undefined) break
        bytes -= next.message.payload.length + MESSAGE_BYTES
        take(next.message, next.settle)
      }
      if (taken === 0) return false
      waiting = waiting.slice(taken)
      return true
    },
    some: (matches) => waiting.some(matches),
  }
}
