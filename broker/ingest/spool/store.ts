import { open, type Database, type RootDatabase } from 'lmdb'
import { FleetwireError } from '../../../kit/errors.ts'
import { unpackChunk, type ChunkKey } from './chunk.ts'

/** The environment of the spool, and its database. */
export interface SpoolStore {
  root: RootDatabase
  chunks: Database<Buffer, ChunkKey>
}

const FORMAT = 1

/**
 * Opens the LMDB environment in `directory`, which is created if absent. A write resolves when it is on the disk: its pages are
 * written and `fdatasync`ed before the page that makes them count, which is written with O_DSYNC.
 * The files must be checked before (`checkSpool`): LMDB maps them, and damaged files end the process.
 * Throws `bad_spool` for an environment that is not a spool.
 */
export function openSpoolStore(directory: string): SpoolStore {
  const root = open({
    path: directory,
    noSubdir: false,
    // By default lmdb reports a write when it is visible, and flushes it later.
    overlappingSync: false,
    // With batching, lmdb 3.5.6 begins and ends transactions by itself, and no code holds the promise of the end. A full disk is
    // an unhandled rejection then, which ends the process.
    eventTurnBatching: false,
    encoding: 'binary',
    cache: false,
    maxDbs: 2,
  })
  const known = [...root.getKeys()].map(String)
  const foreign = known.filter((it) => it !== 'about' && it !== 'chunks')
  if (foreign.length > 0) throw notASpool(directory, `it has a database ${JSON.stringify(foreign[0])}`)
  const about = root.openDB<unknown, string>('about', { encoding: 'json' })
  if (known.length === 0) about.putSync('format', FORMAT)
  const format = about.get('format')
  if (format !== FORMAT) throw notASpool(directory, `its format is ${JSON.stringify(format)}, not ${FORMAT}`)
  const chunks = root.openDB<Buffer, ChunkKey>('chunks', { encoding: 'binary', cache: false })
  return { root, chunks }
}

/** Makes changes in one transaction. Rejects if the transaction is not on the disk; then none of its changes is. */
export async function commit({ chunks }: SpoolStore, change: () => void): Promise<void> {
  try {
    await chunks.batch(change)
  } catch (error) {
    // lmdb gives the reason as a rejected promise, and an unhandled one ends the process.
    const { commitError } = error as { commitError?: Promise<never> }
    await commitError
    throw error
  }
}

/** Reads all of a spool. Throws `bad_spool` with the first fault. */
export function readAll({ chunks }: SpoolStore, directory: string): void {
  let count = 0
  for (const { key, value } of chunks.getRange()) {
    if (!isChunkKey(key)) throw notASpool(directory, `it has the key ${JSON.stringify(key)}`)
    const messages = unpackChunk(key, value)
    if (typeof messages === 'string') throw notASpool(directory, `chunk ${key[0]} is damaged: ${messages}`)
    count++
  }
  // The count is of the tree, which has no checksums: a damaged page can hide the pages below it.
  const { entryCount } = chunks.getStats() as { entryCount: number }
  if (count !== entryCount) {
    throw notASpool(directory, `${entryCount} chunks were written to it, and ${count} can be found`)
  }
}

function isChunkKey(key: unknown): key is ChunkKey {
  return Array.isArray(key) && key.length === 4 && key.every((it) => Number.isSafeInteger(it))
}

function notASpool(directory: string, why: string): FleetwireError {
  return new FleetwireError('bad_spool', `${directory} is not a usable spool: ${why}`)
}
