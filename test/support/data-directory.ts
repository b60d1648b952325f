import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Linux keeps these files in memory, where a flush costs nothing. */
const MEMORY = '/dev/shm'
/** Enough for the databases and spools of several processes. A container may have only 64 MB. */
const FREE_BYTES_MIN = 6 * 2 ** 30

/** The rest of a run that was ended by a signal would occupy memory. */
const made = new Set<string>()
process.on('exit', () => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
})

/**
 * Creates a directory for a database or a spool that no test subjects to a power cut: in memory if there is room,
 * otherwise among the temporary files. Servers keep all their settings, `fsync` included. Chaos tests and benchmarks
 * use a real disk.
 * @param name beginning of the directory's name
 */
export function makeDataDirectory(name: string): string {
  const parent = hasRoom() ? MEMORY : tmpdir()
  const directory = mkdtempSync(join(parent, name))
  made.add(directory)
  return directory
}

function hasRoom(): boolean {
  if (!existsSync(MEMORY)) return false
  const { bavail, bsize } = statfsSync(MEMORY)
  return bavail * bsize >= FREE_BYTES_MIN
}
