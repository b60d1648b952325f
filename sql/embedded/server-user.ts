import { execFile } from 'node:child_process'
import { chown, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { FleetwireError, messageOf } from '../../kit/errors.ts'

const run = promisify(execFile)
const name = 'postgres'

/** The user that runs the server. PostgreSQL refuses to run as root, so root uses another user. */
export interface ServerUser {
  /** Options for `spawn`. */
  ids: { uid?: number; gid?: number }
  /** Gives a file or directory to this user. */
  own(path: string): Promise<void>
  /** @throws FleetwireError `data_dir_unreachable`, with the directory that this user may not enter */
  mustReach(path: string): Promise<void>
}

/**
 * Finds the user; as root creates the system user `postgres` if it does not exist.
 * @throws FleetwireError `no_server_user`
 */
export async function findServerUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return { ids: {}, async own() {}, async mustReach() {} }
  const { uid, gid } = (await lookUp()) ?? (await create())
  return {
    ids: { uid, gid },
    own: (path) => chown(path, uid, gid),
    async mustReach(path) {
      for (let directory = path; directory !== dirname(directory); directory = dirname(directory)) {
        const { mode, uid: owner, gid: group } = await stat(directory)
        const execute = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001
        if ((mode & execute) === 0) {
          throw new FleetwireError(
            'data_dir_unreachable',
            `as root the embedded PostgreSQL runs as the user ${name}, which may not enter ${directory}: ` +
              `choose a directory other than ${path}, or run "chmod o+x ${directory}", or do not run as root`,
          )
        }
      }
    },
  }
}

async function lookUp(): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}

async function create(): Promise<{ uid: number; gid: number }> {
  const without = ['--no-create-home', '--shell', '/usr/sbin/nologin']
  try {
    await run('useradd', ['--system', '--user-group', ...without, name])
  } catch (cause) {
    const advice = 'create it, or do not run as root'
    const message = `cannot create the user ${name} for the embedded PostgreSQL; ${advice}: ${messageOf(cause)}`
    throw new FleetwireError('no_server_user', message, { cause })
  }
  const made = await lookUp()
  if (!made) throw new FleetwireError('no_server_user', `the user ${name} was created but cannot be found`)
  return made
}
