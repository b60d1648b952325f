import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { platform } from 'node:os'
import { dirname, join } from 'node:path'
import { FleetwireError, messageOf } from '../../../kit/errors.ts'
import { openSpoolStore } from './store.ts'

/** Creates the directory if it is absent. Throws `data_dir_unwritable` with the path that cannot be written. */
export function prepareDataDir(dataDir: string): void {
  const directory = join(dataDir, 'spool')
  let path = dataDir
  try {
    mkdirSync(dataDir, { recursive: true })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    for (path of [directory, join(directory, 'data.mdb'), join(directory, 'lock.mdb')]) {
      if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK)
    }
  } catch (cause) {
    const message = `DATA_DIR: ${path} cannot be used for the spool: ${messageOf(cause)}`
    throw new FleetwireError('data_dir_unwritable', message, { cause })
  }
}

/** Whether a spool must be created: an empty directory is one on which a disk was mounted. */
export function isNew(directory: string): boolean {
  return !existsSync(directory) || readdirSync(directory).length === 0
}

/** Creates a spool, under another name until it is complete, so that a spool without its data must be damaged. */
export async function makeSpool(directory: string): Promise<void> {
  const unfinished = `${directory}-new`
  // A mounted disk cannot be replaced by a rename, so the spool is created in place.
  if (existsSync(directory)) return openSpoolStore(directory).root.close()
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  await openSpoolStore(unfinished).root.close()
  syncDirectory(unfinished)
  renameSync(unfinished, directory)
  syncDirectory(dirname(directory))
}

/** Makes the names of new files in the directory survive a power cut. */
export function syncDirectory(directory: string): void {
  // Windows cannot open directories, and writes their entries with the files.
  if (platform() === 'win32') return
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
