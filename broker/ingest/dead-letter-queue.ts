import type { DeadLetter } from './dead-letter.ts'

/** Dead letters that wait to be stored. */
export interface DeadLetterQueue {
  readonly isEmpty: boolean
  readonly hasRoom: boolean
  add(group: LetterGroup): void
  /** Takes as many groups as one statement may have, the oldest first. */
  take(): LetterGroup[]
}

/** The letters of one message, stored together or not. */
export interface LetterGroup {
  letters: DeadLetter[]
  /** to be called with the result, and again for late letters */
  done: (written: Written) => void
}

export type Written = boolean | { settled: Promise<boolean> }

/**
 * Beyond either limit no further batch of readings begins, so that nothing decodes bad messages faster than they are stored.
 * @limit dead letters that are not yet stored | no further batch begins
 */
const QUEUE_LETTERS_MAX = 10_000
/** @limit bytes of dead letters that are not yet stored | no further batch begins */
const QUEUE_BYTES_MAX = 32 * 1024 * 1024
/** A statement gets no further groups once it has so many letters or bytes; a message has at most 100 letters. */
const LETTERS_MAX = 500
const BYTES_MAX = 4 * 1024 * 1024

export function createDeadLetterQueue(): DeadLetterQueue {
  const groups: LetterGroup[] = []
  let queued = 0
  let queuedBytes = 0

  return {
    get isEmpty() {
      return groups.length === 0
    },
    get hasRoom() {
      return queued < QUEUE_LETTERS_MAX && queuedBytes < QUEUE_BYTES_MAX
    },
    add(group) {
      groups.push(group)
      queued += group.letters.length
      queuedBytes += bytesOf(group.letters)
    },
    take() {
      let letters = 0
      let bytes = 0
      let count = 0
      for (; count < groups.length && letters < LETTERS_MAX && bytes < BYTES_MAX; count++) {
        const group = groups[count]?.letters ?? []
        letters += group.length
        bytes += bytesOf(group)
      }
      queued -= letters
      queuedBytes -= bytes
      return groups.splice(0, count)
    },
  }
}

function bytesOf(letters: DeadLetter[]): number {
  return letters.reduce((sum, { payload }) => sum + payload.length, 0)
}
