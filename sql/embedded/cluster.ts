import { execFile } from 'node:child_process'
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { FleetwireError, messageOf } from '../../kit/errors.ts'
import type { ServerUser } from './server-user.ts'

const run = promisify(execFile)

/**
 * Makes the cluster (PostgreSQL's word for a data directory) unless it is there. It is made beside its place and moved
 * there when it is whole, so one that was interrupted is simply made again.
 * @throws FleetwireError `initdb_failed` with what initdb said
 */
export async function ensureCluster(options: {
  directory: string
  initdb: string
  user: ServerUser
  password: string
}): Promise<void> {
  const { directory, initdb, user, password } = options
  if (await exists(`${directory}/PG_VERSION`)) return
  const unfinished = `${directory}.new`
  const passwordFile = `${directory}.password`
  await Promise.all([unfinished, passwordFile].map((path) => rm(path, { recursive: true, force: true })))
  try {
    await mkdir(unfinished, { mode: 0o700 })
    await writeFile(passwordFile, password, { mode: 0o600 })
    await Promise.all([unfinished, passwordFile].map((path) => user.own(path)))
    // The builtin provider sorts the same everywhere; one of the system's may change under the indexes.
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8']
    const login = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    await run(initdb, [`--pgdata=${unfinished}`, ...login, ...locale], {
      ...user.ids,
      cwd: '/',
      env: { LC_ALL: 'C' },
    })
    await rename(unfinished, directory)
  } catch (cause) {
    throw new FleetwireError(
      'initdb_failed',
      `cannot create a database in ${directory}: ${messageOf(cause)}`,
      {
        cause,
      },
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
