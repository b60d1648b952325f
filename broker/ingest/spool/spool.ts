import { join } from 'node:path'
import type { Log } from '../../../kit/log.ts'
import { takeOwnership } from '../../../kit/owner-lock.ts'
import { checkSpool } from './check.ts'
import type { ChunkKey, SpooledMessage } from './chunk.ts'
import { createSpoolContent, type Chunk, type Hold } from './content.ts'
import { isNew, makeSpool, prepareDataDir } from './directory.ts'
import { openSpoolStore } from './store.ts'

/** Messages that were acknowledged and are not in the database yet. */
export interface Spool {
  /** Resolves with true when the messages are on the disk, with false if the spool, or the disk, is full. Never rejects. */
  append(messages: readonly SpooledMessage[]): Promise<boolean>
  /**
   * Appends messages that are under way to the database as well: `next` passes them over until they are removed or released.
   * After a crash they are like all other messages. `undefined` if the spool, or its disk, is full. Never rejects.
   */
  hold(messages: readonly SpooledMessage[]): Promise<Hold | undefined>
  /**
   * The oldest chunk after `key`, or the oldest of all, that is neither held nor among `except`, which are sequence numbers.
   * Throws `bad_spool` if the chunk was damaged since the start.
   */
  next(key?: ChunkKey, except?: ReadonlySet<number>): Chunk | undefined
  /** Removes chunks whose messages are all stored. Resolves with false if the disk does not let it. Never rejects. */
  remove(keys: readonly ChunkKey[]): Promise<boolean>
  readonly messages: number
  /** approximately what the messages occupy on the disk; at most `bytesMax` */
  readonly bytes: number
  readonly bytesMax: number
  /** milliseconds since 1970 at which the oldest message was received; `undefined` if the spool is empty */
  oldestReceivedAtMs(): number | undefined
  close(): Promise<void>
}

export interface SpoolOptions {
  dataDir: string
  bytesMax: number
  log: Log
}

/**
 * Opens the spool under `dataDir`, or creates it. Throws `spool_in_use` when another broker has it, `bad_spool` when it is
 * damaged or not a spool. A spool is never emptied or repaired without being asked.
 */
export async function openSpool({ dataDir, bytesMax, log }: SpoolOptions): Promise<Spool> {
  const directory = join(dataDir, 'spool')
  prepareDataDir(dataDir)
  const ownership = await takeOwnership(join(dataDir, 'spool.lock'), directory)
  try {
    if (isNew(directory)) await makeSpool(directory)
    else await checkSpool(directory)
    const store = openSpoolStore(directory)
    const content = createSpoolContent({ store, bytesMax, directory, log })
    const { messages, bytes } = content
    if (messages > 0)
      log.info({ event: 'spool_opened', messages, bytes, directory }, 'the spool has a backlog')
    return {
      append: async (list) => (await content.put(list, false)) !== undefined,
      hold: (list) => content.hold(list),
      next: (after, except) => content.next(after, except),
      remove: (keys) => content.remove(keys),
      get messages() {
        return content.messages
      },
      bytesMax,
      get bytes() {
        return content.bytes
      },
      oldestReceivedAtMs: () => content.oldest()?.messages[0]?.receivedAtMs,
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
