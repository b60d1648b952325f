import { FleetwireError, messageOf } from '../../../kit/errors.ts'
import type { Log } from '../../../kit/log.ts'
import { checksumOf, packChunks, unpackChunk, type ChunkKey, type SpooledMessage } from './chunk.ts'
import { commit, type SpoolStore } from './store.ts'

/** The chunks in a spool's store, and their sums. */
export interface SpoolContent {
  readonly messages: number
  /** approximately what the messages occupy on the disk */
  readonly bytes: number
  /**
   * Resolves with the keys of the chunks; `undefined` if the spool is full or the write fails. With `isHeld`, `next` passes the
   * chunks over. Never rejects.
   */
  put(list: readonly SpooledMessage[], isHeld: boolean): Promise<ChunkKey[] | undefined>
  /** See `Spool`, also for the functions below. */
  hold(list: readonly SpooledMessage[]): Promise<Hold | undefined>
  next(after?: ChunkKey, except?: ReadonlySet<number>): Chunk | undefined
  remove(keys: readonly ChunkKey[]): Promise<boolean>
  /** The oldest chunk, also if it is held. */
  oldest(): Chunk | undefined
}

export interface Chunk {
  key: ChunkKey
  messages: SpooledMessage[]
}

/** Messages that `next` passes over, until one of these functions is called. */
export interface Hold {
  /** Removes the messages, which are stored. False if the disk does not let it; then they are released. Never rejects. */
  remove(): Promise<boolean>
  /** Leaves the messages, which are not stored, to the drain. */
  release(): void
}

interface SpoolContentOptions {
  store: SpoolStore
  bytesMax: number
  /** the spool's directory, named in logs and errors */
  directory: string
  log: Log
}

const PAGE_BYTES = 4096
/** Up to this size a value shares its page with others. */
const SHARED_BYTES_MAX = 1500
/** How long no write is tried after one that failed. */
const RETRY_MS = 1000
/** A key and what the store keeps with it. */
const KEY_BYTES = 64

export function createSpoolContent(options: SpoolContentOptions): SpoolContent {
  const { store, bytesMax, directory } = options
  const write = createWrite(options)
  let messages = 0
  let bytes = 0
  let sequence = 0
  /** the sequence numbers of chunks that `next` passes over */
  const held = new Set<number>()
  for (const key of store.chunks.getKeys()) count(key, 1)

  function count(key: ChunkKey, sign: 1 | -1): void {
    sequence = Math.max(sequence, key[0])
    messages += sign * key[1]
    bytes += sign * footprint(key[2])
  }

  async function put(list: readonly SpooledMessage[], isHeld: boolean): Promise<ChunkKey[] | undefined> {
    // While the spool is full this is called again and again: estimate first, so that nothing is packed in vain.
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

  async function remove(keys: readonly ChunkKey[]): Promise<boolean> {
    const removed = await write(() => {
      for (const key of keys) void store.chunks.remove(key)
    })
    if (removed) for (const key of keys) count(key, -1)
    return removed
  }

  return {
    get messages() {
      return messages
    },
    get bytes() {
      return bytes
    },
    put,
    async hold(list) {
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
    },
    remove,
    next: (after, except) =>
      findChunk(store, directory, after, except === undefined ? [held] : [held, except]),
    oldest: () => findChunk(store, directory, undefined, []),
  }
}

/** Makes a change on the disk. False if the write fails; the disk is then not tried again for RETRY_MS. */
function createWrite({ store, directory, log }: SpoolContentOptions) {
  let brokenUntilMs = -Infinity
  return async (change: () => void): Promise<boolean> => {
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
}

/** The first chunk after a key that is in none of the sets of sequence numbers. Throws `bad_spool`. */
function findChunk(
  store: SpoolStore,
  directory: string,
  after: ChunkKey | undefined,
  except: readonly ReadonlySet<number>[],
): Chunk | undefined {
  const start = after === undefined ? {} : { start: [after[0] + 1, 0, 0, 0] as ChunkKey }
  for (const { key, value } of store.chunks.getRange(start)) {
    if (except.some((it) => it.has(key[0]))) continue
    const found = unpackChunk(key, value)
    if (typeof found !== 'string') return { key, messages: found }
    throw new FleetwireError('bad_spool', `chunk ${key[0]} in ${directory} is damaged: ${found}`)
  }
  return undefined
}

function footprint(valueBytes: number): number {
  if (valueBytes <= SHARED_BYTES_MAX) return valueBytes + KEY_BYTES
  return Math.ceil(valueBytes / PAGE_BYTES) * PAGE_BYTES + KEY_BYTES
}
