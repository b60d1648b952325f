import { copyFile, open, readFile, stat, truncate, type FileHandle } from 'node:fs/promises'

const bytesMax = 8 * 1024 * 1024
const lookEveryMs = 60_000

export interface ServerLog {
  /** the file to which the server writes its output */
  handle: FileHandle
  /** The last `count` lines that were written since it was opened. */
  lastLines(count: number): Promise<string[]>
  close(): Promise<void>
}

/**
 * The server's log file. When it is larger than 8 MiB its content becomes `{file}.1`, which replaces an older one, and
 * the file is emptied; the server continues appending to it.
 */
export async function openServerLog(file: string): Promise<ServerLog> {
  const handle = await open(file, 'a', 0o600)
  await rotate(file)
  const { size: begin } = await stat(file)
  // A failure to rotate must not end the broker; a full disk shows itself elsewhere.
  const timer = setInterval(() => void rotate(file).catch(() => undefined), lookEveryMs).unref()
  return {
    handle,
    async lastLines(count) {
      const text = await readFile(file)
      return text.subarray(begin).toString().trim().split('\n').slice(-count)
    },
    async close() {
      clearInterval(timer)
      await handle.close()
    },
  }
}

async function rotate(file: string): Promise<void> {
  const { size } = await stat(file)
  if (size <= bytesMax) return
  await copyFile(file, `${file}.1`)
  await truncate(file, 0)
}
