import { execFile } from 'node:child_process'
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { FleetwireError, messageOf } from '../../kit/errors.ts'
import type { ServerUser } from './server-user.ts'

const run = promisify(execFile)

/**
 * Creates the cluster (PostgreSQL's word for a data directory) unless it exists. It is created under another name and moved into
 * place when it is complete, so an interrupted attempt is simply repeated.
 * @throws FleetwireError `initdb_failed` with the output of initdb
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
    // The builtin provider sorts the same everywhere; a provider of the system may change its order under the indexes.
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
