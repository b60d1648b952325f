import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A small disk of its own at a directory. */
export interface Tmpfs {
  directory: string
  /** Writes a file until nothing more fits. What else is written there meanwhile makes room for nobody. */
  fill(): void
  /** Removes that file. */
  relieve(): void
  freeBytes(): number
  /** Also while something is still open in it. */
  unmount(): void
}

const CHUNK = Buffer.alloc(1 << 20)
const PAGE = 4096

/** Whether this user may mount. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0

/** Needs root. It is unmounted when this process ends, if it was not before. */
export function mountTmpfs(directory: string, mebibytes: number): Tmpfs {
  mkdirSync(directory, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0755`, 'fleetwire-chaos', directory])
  const unmount = () => {
    process.off('exit', unmount)
    execFileSync('umount', ['--lazy', directory])
  }
  process.once('exit', unmount)
  const filler = join(directory, 'filler')
  return {
    directory,
    fill() {
      const file = openSync(filler, 'a')
      try {
        for (const bytes of [CHUNK, CHUNK.subarray(0, PAGE)]) writeUntilFull(file, bytes)
      } finally {
        closeSync(file)
      }
    },
    relieve: () => rmSync(filler, { force: true }),
    freeBytes() {
      const { bavail, bsize } = statfsSync(directory)
      return bavail * bsize
    },
    unmount,
  }
}

function writeUntilFull(file: number, bytes: Buffer): void {
  for (;;) {
    try {
      writeSync(file, bytes)
    } catch {
      return
    }
  }
}
