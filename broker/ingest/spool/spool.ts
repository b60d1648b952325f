import { join } from 'node:path'
import { FleetwireError, messageOf } from '../../../kit/errors.ts'
import type { Log } from '../../../kit/log.ts'
import { takeOwnership } from '../../../kit/owner-lock.ts'
import { checkSpool } from './check.ts'
import { checksumOf, packChunks, unpackChunk, type ChunkKey, type SpooledMessage } from './chunk.ts'
import { isNew, makeSpool, prepareDataDir } from './directory.ts'
import { commit, openSpoolStore } from './store.ts'

/** Messages that were acknowledged and are not in the database yet. */
export interface Spool {
  /** Resolves with true when the messages are on the disk, with false when they cannot be: it, or the disk, is full. Never rejects. */
  append(messages: readonly SpooledMessage[]): Promise<boolean>
  /**
   * Appends messages that are under way to the database as well: `next` passes them over until they are removed or released.
   * After a crash they are like all others. `undefined` if the spool, or its disk, is full. Never rejects.
   */
  hold(messages: readonly SpooledMessage[]): Promise<Hold | undefined>
  /**
   * The oldest chunk after `key`, or the oldest of all, that is neither held nor among `except`, which are sequence numbers.
   * Throws `bad_spool` when it was damaged since the start.
   */
  next(key?: ChunkKey, except?: ReadonlySet<number>): Chunk | undefined
  /** Forgets chunks whose messages are all stored; false when the disk does not let it. Never rejects. */
  remove(keys: readonly ChunkKey[]): Promise<boolean>
  readonly messages: number
  /** about what they occupy on the disk; at most `bytesMax` */
  readonly bytes: number
  readonly bytesMax: number
  /** milliseconds since 1970 at which the oldest message was received; undefined when it is empty */
  oldestReceivedAtMs(): number | undefined
  close(): Promise<void>
}

export interface Chunk {
  key: ChunkKey
  messages: SpooledMessage[]
}

/** Messages that `next` passes over, until one of these functions is called. */
export interface Hold {
  /** Forgets the messages, which are stored. False if the disk does not let it; then they are released. Never rejects. */
  remove(): Promise<boolean>
  /** Leaves the messages, which are not stored, to the drain. */
  release(): void
}

export interface SpoolOptions {
  dataDir: string
  bytesMax: number
  log: Log
}

const PAGE_BYTES = 4096
/** Up to this size a value shares its page with others. */
const SHARED_BYTES_MAX = 1500
/** After a write that failed, none is tried for so long. */
const RETRY_MS = 1000
/** A key and what the store keeps with it. */
const KEY_BYTES = 64

/**
 * Opens the spool under `dataDir`, or makes it. Throws `spool_in_use` when another broker has it, `bad_spool` when it is
 * damaged or not a spool; it is never emptied or repaired without being asked.
 */
export async function openSpool({ dataDir, bytesMax, log }: SpoolOptions): Promise<Spool> {
  const directory = join(dataDir, 'spool')
  prepareDataDir(dataDir)
  const ownership = await takeOwnership(join(dataDir, 'spool.lock'), directory)
  try {
    if (isNew(directory)) await makeSpool(directory)
    else await checkSpool(directory)
    const store = openSpoolStore(directory)
    let messages = 0
    let bytes = 0
    let sequence = 0
    let brokenUntilMs = -Infinity
    /** the sequence numbers of chunks that `next` passes over */
    const held = new Set<number>()
    for (const key of store.chunks.getKeys()) count(key, 1)
    if (messages > 0)
      log.info({ event: 'spool_opened', messages, bytes, directory }, 'the spool has a backlog')

    function count(key: ChunkKey, sign: 1 | -1): void {
      sequence = Math.max(sequence, key[0])
      messages += sign * key[1]
      bytes += sign * footprint(key[2])
    }

    /** Returns the keys of the chunks, `undefined` if they are not on the disk. */
    async function put(list: readonly SpooledMessage[], isHeld: boolean): Promise<ChunkKey[] | undefined> {
      // Asked again and again while it is full, so nothing is packed in vain.
      const payloadBytes = list.reduce((sum, { payload }) => sum + payload.length, 0)
      if (bytes + payloadBytes > bytesMax) return undefined
      const packed = packChunks(list)
      const added = packed.reduce((sum, { value }) => sum + footprint(value.length), 0)
      if (bytes + added > bytesMax) return undefined
      const keys = packed.map((it): ChunkKey => [
        ++sequence,
        it.messages,
        it.value.length,
        checksumOf(it.value),
      ])
      // Counted before they are written, so that concurrent callers do not exceed the limit together.
      for (const key of keys) count(key, 1)
      // Held before they are in the spool, so that the drain never sees them.
      if (isHeld) for (const [sequenceNumber] of keys) held.add(sequenceNumber)
      const written = await write(() => {
        for (const [n, { value }] of packed.entries()) void store.chunks.put(keys[n] as ChunkKey, value)
      })
      if (written) return keys
      for (const key of keys) count(key, -1)
      letGo(keys)
      return undefined
    }

    function letGo(keys: readonly ChunkKey[]): void {
      for (const [sequenceNumber] of keys) held.delete(sequenceNumber)
    }

    async function hold(list: readonly SpooledMessage[]): Promise<Hold | undefined> {
      const keys = await put(list, true)
      if (keys === undefined) return undefined
      return {
        async remove() {
          const removed = await remove(keys)
          letGo(keys)
          return removed
        },
        release: () => letGo(keys),
      }
    }

    async function remove(keys: readonly ChunkKey[]): Promise<boolean> {
      const removed = await write(() => {
        for (const key of keys) void store.chunks.remove(key)
      })
      if (removed) for (const key of keys) count(key, -1)
      return removed
    }

    /** False when the disk does not let it; then it is left alone for a while. */
    async function write(change: () => void): Promise<boolean> {
      if (performance.now() < brokenUntilMs) return false
      try {
        await commit(store, change)
        return true
      } catch (error) {
        brokenUntilMs = performance.now() + RETRY_MS
        log.error(
          { event: 'spool_write_failed', err: error, directory },
          `the spool cannot be written: ${messageOf(error)}; is the disk full?`,
        )
        return false
      }
    }

    function next(after: ChunkKey | undefined, ...except: ReadonlySet<number>[]): Chunk | undefined {
      const start = after === undefined ? {} : { start: [after[0] + 1, 0, 0, 0] as ChunkKey }
      for (const { key, value } of store.chunks.getRange(start)) {
        if (except.some((it) => it.has(key[0]))) continue
        const found = unpackChunk(key, value)
        if (typeof found !== 'string') return { key, messages: found }
        throw new FleetwireError('bad_spool', `chunk ${key[0]} in ${directory} is damaged: ${found}`)
      }
      return undefined
    }

    return {
      append: async (list) => (await put(list, false)) !== undefined,
      hold,
      next: (after, except) => (except === undefined ? next(after, held) : next(after, held, except)),
      remove,
      get messages() {
        return messages
      },
      bytesMax,
      get bytes() {
        return bytes
      },
      oldestReceivedAtMs: () => next(undefined)?.messages[0]?.receivedAtMs,
      async close() {
        await store.root.close()
        await ownership.release()
      },
    }
  } catch (error) {
    await ownership.release()
    throw error
  }
}

function footprint(valueBytes: number): number {
  if (valueBytes <= SHARED_BYTES_MAX) return valueBytes + KEY_BYTES
  return Math.ceil(valueBytes / PAGE_BYTES) * PAGE_BYTES + KEY_BYTES
}
