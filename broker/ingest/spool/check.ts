import { statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf, FleetwireError } from '../../../kit/errors.ts'
import { startChild } from '../../../kit/child.ts'

/**
 * Checks every byte of the spool in `directory` before it is opened.
 * Throws `bad_spool` with the directory and the remedy.
 */
export async function checkSpool(directory: string): Promise<void> {
  const file = join(directory, 'data.mdb')
  // LMDB would create a new one.
  const isThere = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0
  const problem = isThere ? await checkApart(directory, file) : `${file} is missing or empty`
  if (problem === undefined) return
  const advice = `Nothing in it was changed. It holds acknowledged readings that are not in the database yet: restore it from a backup, or move the directory away to continue without them`
  throw new FleetwireError(
    'bad_spool',
    `the spool is damaged or was not written by Fleetwire: ${problem}. ${advice}.`,
  )
}

/** Returns the fault of the spool, if any. */
async function checkApart(directory: string, file: string): Promise<string | undefined> {
  const module = fileURLToPath(new URL(`../../spool-check/main${extname(import.meta.url)}`, import.meta.url))
  return startChild<{ problem?: string }>({
    name: 'spool check',
    module,
    args: [directory],
    env: {},
  }).then(
    async (child) => {
      await child.ended
      return child.ready.problem
    },
    (error: unknown) => `${file} cannot be read: ${messageOf(error)}`,
  )
}
