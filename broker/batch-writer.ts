import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../kit/log.ts'

/** Collects small writes while a write is under way, so that ten thousand items at once take a few statements. */
export interface BatchWriter<T> {
  /** False if `itemsMax` items are waiting. */
  add(item: T): boolean
  /** Resolves when all is written or given up, after `timeoutMs` at the latest. */
  close(timeoutMs: number): Promise<void>
}

interface BatchWriterOptions<T> {
  /** called again with the same items if it rejects */
  write: (items: T[]) => Promise<void>
  /** called with items that could not be written */
  onGivenUp?: (items: T[]) => void
  /** the kind of items, for the log */
  what: string
  /** items that wait for the write under way; further ones are refused */
  itemsMax: number
  /** in one write */
  batchMax: number
  log: Log
}

const RETRY_MS = 500
/** With the pauses they take 10 s. After that the caller must retry items that may not be lost. */
const TRIES_MAX = 20

export function createBatchWriter<T>(options: BatchWriterOptions<T>): BatchWriter<T> {
  const { write, onGivenUp = () => {}, what, itemsMax, batchMax, log } = options
  const closing = new AbortController()
  let waiting: T[] = []
  let isWriting = false
  let onIdle = () => {}

  async function writeAll(): Promise<void> {
    if (isWriting) return
    isWriting = true
    // Items of the same turn of the event loop are written together.
    await new Promise(setImmediate)
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax)
      waiting = waiting.slice(batchMax)
      await writeWithRetries(batch)
    }
    isWriting = false
    onIdle()
  }

  async function writeWithRetries(batch: T[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await write(batch)
      } catch (error) {
        const isLast = tries === TRIES_MAX || closing.signal.aborted
        if (tries === 1 || isLast)
          log.warn({ event: 'write_failed', what, isLast, err: error }, `${what} not written`)
        if (isLast) return onGivenUp(batch)
        await delay(RETRY_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {})
      }
    }
  }

  return {
    add(item) {
      if (waiting.length >= itemsMax) return false
      waiting.push(item)
      void writeAll()
      return true
    },
    async close(timeoutMs) {
      closing.abort()
      if (!isWriting) return
      const idle = new Promise<void>((resolve) => (onIdle = resolve))
      await Promise.race([idle, delay(timeoutMs, undefined, { ref: false })])
    },
  }
}
