import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const EVERY_MS = 50
const BLOCK = Buffer.alloc(4096, 1)

/**
 * Writes a block to the disk of `directory` twenty times a second during `work`. Returns the result of `work` and the
 * longest time for a block, in ms: nothing is acknowledged faster, and on a shared disk that may be half a second.
 */
export async function watchDisk<T>(
  directory: string,
  work: () => Promise<T>,
): Promise<{ result: T; longestMs: number }> {
  const path = join(directory, 'disk-stalls')
  const file = await open(path, 'w')
  const ending = new AbortController()
  let longestMs = 0

  async function watch(): Promise<void> {
    while (!ending.signal.aborted) {
      await file.write(BLOCK, 0, BLOCK.length, 0)
      const startMs = performance.now()
      await file.datasync()
      longestMs = Math.max(longestMs, performance.now() - startMs)
      await sleep(EVERY_MS)
    }
  }

  const watching = watch()
  // Thrown below, when the work is done.
  watching.catch(() => {})
  try {
    const result = await work()
    ending.abort()
    await watching
    return { result, longestMs }
  } finally {
    ending.abort()
    await watching.catch(() => {})
    await file.close()
    await rm(path, { force: true })
  }
}
