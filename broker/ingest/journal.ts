import { open, readFile, rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { codeOf } from '../../kit/errors.ts'
import { syncDirectory } from './spool/directory.ts'

/** A file to which lines are appended, and which is sometimes rewritten with the lines that still count. */
export interface Journal<Line> {
  /** Resolves when the line is on the disk. Lines that are appended during a write are written together after it. */
  append(line: Line): Promise<void>
  close(): Promise<void>
}

/** A larger file is rewritten, and again whenever it has doubled since. */
const REWRITE_BYTES_MIN = 1024 * 1024

/**
 * Opens a journal, or creates it.
 * @param options.onLine called with each line in the file, in order; damaged lines are left out
 * @param options.snapshot returns lines that replace all lines before
 */
export async function openJournal<Line>(options: {
  file: string
  onLine: (line: Line) => void
  snapshot: () => Iterable<Line>
}): Promise<Journal<Line>> {
  const { file, onLine, snapshot } = options
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  })
  for (const line of text.split('\n')) {
    const value = parse(line)
    if (value !== undefined) onLine(value as Line)
  }
  let handle = await open(file, 'a', 0o600)
  syncDirectory(dirname(file))
  let { size: bytes } = await handle.stat()
  let rewriteAt = REWRITE_BYTES_MIN
  let waiting: { text: string; resolve: () => void; reject: (error: unknown) => void }[] = []
  let writing: Promise<void> | undefined

  /** Writes the file under another name until it is complete. */
  async function rewrite(): Promise<FileHandle> {
    const fresh = await open(`${file}.new`, 'w', 0o600)
    try {
      await fresh.writeFile([...snapshot()].map(format).join(''))
      await fresh.datasync()
      await rename(`${file}.new`, file)
      syncDirectory(dirname(file))
      return fresh
    } catch (error) {
      await fresh.close()
      throw error
    }
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const taken = waiting
      waiting = []
      try {
        if (bytes > rewriteAt) await replace()
        const text = taken.map((it) => it.text).join('')
        bytes += text.length
        await handle.appendFile(text)
        await handle.datasync()
        for (const { resolve } of taken) resolve()
      } catch (error) {
        for (const { reject } of taken) reject(error)
      }
    }
    writing = undefined
  }

  async function replace(): Promise<void> {
    const old = handle
    handle = await rewrite()
    await old.close()
    bytes = (await handle.stat()).size
    rewriteAt = Math.max(REWRITE_BYTES_MIN, 2 * bytes)
  }

  return {
    append: (line) =>
      new Promise((resolve, reject) => {
        waiting.push({ text: format(line), resolve, reject })
        writing ??= writeAll()
      }),
    async close() {
      await writing
      await handle.close()
    },
  }
}

/** Each line begins with its own line break, so that a line that was cut spoils only itself. */
function format(line: unknown): string {
  const json = JSON.stringify(line)
  return `\n${crc32(json).toString(16)} ${json}`
}

function parse(line: string): unknown {
  const at = line.indexOf(' ')
  const json = line.slice(at + 1)
  if (at < 0 || crc32(json).toString(16) !== line.slice(0, at)) return undefined
  return JSON.parse(json)
}
