import { messageOf } from '../../kit/errors.ts'
import { openSpoolStore, readAll } from '../ingest/spool/store.ts'

/**
 * Reads all of the spool in the given directory, and reports its fault, or `undefined`. This is a process of its own, because a
 * damaged file ends a process that maps it with SIGBUS or SIGSEGV.
 */
const directory = process.argv[2] ?? ''
let problem: string | undefined
try {
  const store = openSpoolStore(directory)
  readAll(store, directory)
  await store.root.close()
} catch (error) {
  problem = messageOf(error)
}
process.send?.({ problem })
