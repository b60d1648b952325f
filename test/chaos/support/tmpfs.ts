import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A small separate disk, mounted at a directory. */
export interface Tmpfs {
  directory: string
  /** Fills the disk with one file, until nothing else fits. */
  fill(): void
  /** Removes the file of `fill`. */
  relieve(): void
  freeBytes(): number
  /** Unmounts the disk, even while files on it are open. */
  unmount(): void
}

const CHUNK = Buffer.alloc(1 << 20)
const PAGE = 4096

/** Whether this user may mount. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0

/** Mounts a disk, which needs root. It is unmounted at the latest when this process ends. */
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
