import { Batch, type Entry } from './batch.ts'
import type { RowBuffer } from './row-buffer.ts'
import type { ChunkKey, SpooledMessage } from './spool/chunk.ts'
import { readPart, type Slice } from './spool/part.ts'
import type { Spool } from './spool/spool.ts'
import type { Validate } from './validate.ts'

/** The batch of the drain: the oldest messages in the spool that are not stored yet and not held. */
export interface SpoolBatch {
  readonly rows: RowBuffer
  readonly entries: readonly Entry[]
  /** Whether messages are stored that could not be removed from the spool yet. */
  readonly isRemovalDue: boolean
  /** Empties the batch, and reads at least as many messages as fit into it. Throws `bad_spool`. */
  read(): Slice[]
  /** Fills the batch with messages that were read, as far as they were `placed`, in the same order. */
  fill(part: readonly Slice[], placed: readonly SpooledMessage[]): void
  /** The messages of the batch are stored: they are not read again. */
  noteStored(): void
  /** Removes stored chunks from the spool. They stay due if the disk does not let it. Never rejects. */
  removeStored(): Promise<void>
  /** Halves the size of the failed batch, which may be far smaller than allowed. */
  halve(): void
  /** Doubles the size of batches, up to the usual one. */
  grow(): void
}

/** A batch is written when it has so many rows or messages: few enough to take no longer than a live one. */
const ROWS_MIN = 2000
/** Any message fits into the rest. */
const ROWS_MAX = 2 * ROWS_MIN + 1
const BATCH_BYTES_MAX = 4 * 1024 * 1024
/** Read for one batch, besides the chunk that exceeds it: what does not fit into the batch is read again for the next one. */
const READ_BYTES_MAX = 1024 * 1024

export function createSpoolBatch({ spool, validate }: { spool: Spool; validate: Validate }): SpoolBatch {
  const batch = new Batch(ROWS_MAX, BATCH_BYTES_MAX)
  let rowsMin = ROWS_MIN
  /** chunks of which all messages are in the batch or stored */
  let whole: ChunkKey[] = []
  /** the last chunk in the batch if only some of its messages are: how many, from its beginning */
  let last: { sequence: number; messages: number } | undefined
  /** of chunks of which some messages are stored: how many, by sequence number */
  const begun = new Map<number, number>()
  /** chunks that are stored, and still to be removed */
  let stored: ChunkKey[] = []

  function isFull(): boolean {
    return batch.rows.count >= rowsMin || batch.entries.length >= rowsMin || !batch.hasRoom()
  }

  return {
    rows: batch.rows,
    get entries() {
      return batch.entries
    },
    get isRemovalDue() {
      return stored.length > 0
    },

    read() {
      batch.clear()
      const except = new Set(stored.map(([sequence]) => sequence))
      return readPart(spool, { messagesMax: rowsMin, bytesMax: READ_BYTES_MAX, except, begun })
    },

    fill(part, placed) {
      whole = []
      last = undefined
      let taken = 0
      for (const { key, from, messages } of part) {
        let at = 0
        for (; at < messages.length && !isFull(); at++) {
          const message = placed[taken]
          if (message === undefined) break
          batch.add(message, () => {}, validate, message.receivedUs)
          taken++
        }
        if (from + at < key[1]) {
          last = { sequence: key[0], messages: from + at }
          return
        }
        whole.push(key)
      }
    },

    noteStored() {
      stored.push(...whole)
      for (const [sequence] of whole) begun.delete(sequence)
      if (last !== undefined) begun.set(last.sequence, last.messages)
    },

    async removeStored() {
      if (await spool.remove(stored)) stored = []
    },

    halve() {
      const size = Math.max(batch.rows.count, batch.entries.length)
      rowsMin = Math.max(1, Math.min(rowsMin, size) >>> 1)
    },

    grow() {
      rowsMin = Math.min(rowsMin * 2, ROWS_MIN)
    },
  }
}
