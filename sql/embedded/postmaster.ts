import { execFile, spawn } from 'node:child_process'
import { readFile, readlink, realpath, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { FleetwireError } from '../../kit/errors.ts'
import { isAlive } from '../../kit/owner-lock.ts'
import type { ServerLog } from './server-log.ts'
import type { ServerUser } from './server-user.ts'

const run = promisify(execFile)
const lookEveryMs = 25

/** Content of `postmaster.pid`: https://github.com/postgres/postgres/blob/master/src/include/utils/pidfile.h */
interface PidFile {
  pid: number
  status: string
}

/**
 * Starts the server in a session of its own, out of reach of the terminal's Ctrl-C, and waits until it answers.
 * @returns its pid
 * @throws FleetwireError `address_in_use`, `server_ending` (the postmaster before was killed and its children still end),
 *   or `server_failed` with the last lines of its log
 */
export async function startPostmaster(options: {
  postgres: string
  directory: string
  settings: Record<string, string>
  user: ServerUser
  log: ServerLog
  /** Long, because after an unclean stop it first replays up to `max_wal_size` of WAL. */
  timeoutMs: number
  /** `with status 1`, `with SIGKILL` */
  onExit: (how: string) => void
}): Promise<number> {
  const { postgres, directory, settings, user, log, timeoutMs, onExit } = options
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(postgres, ['-D', directory, ...args], {
    ...user.ids,
    detached: true,
    cwd: '/',
    env: { LC_ALL: 'C' },
    stdio: ['ignore', log.handle.fd, log.handle.fd],
  })
  child.unref()
  let ended: string | undefined
  child.once('error', (error) => (ended = error.message))
  child.once('exit', (code, signal) => {
    const how = `with ${signal ?? `status ${code}`}`
    ended ??= `it ended ${how}`
    onExit(how)
  })

  const deadline = Date.now() + timeoutMs
  for (;;) {
    const file = await readPidFile(directory)
    if (ended === undefined && file?.pid === child.pid && file?.status === 'ready') break
    if (ended === undefined && Date.now() > deadline) {
      child.kill('SIGQUIT')
      ended = `it was not ready after ${timeoutMs} ms`
    }
    if (ended !== undefined) throw await failure(ended, directory, log)
    await sleep(lookEveryMs)
  }
  return child.pid ?? 0
}

async function failure(how: string, directory: string, log: ServerLog): Promise<FleetwireError> {
  const lines = await log.lastLines(12)
  const said = (text: string): boolean => lines.some((line) => line.includes(text))
  const code = said('could not bind')
    ? 'address_in_use'
    : said('pre-existing shared memory block')
      ? 'server_ending'
      : 'server_failed'
  return new FleetwireError(code, `the embedded PostgreSQL in ${directory}: ${how}\n${lines.join('\n')}`)
}

/**
 * Stops the server after it has rolled back and written everything. After `deadlineMs` it is killed, and recovers at the next
 * start.
 */
export async function stopPostmaster(pid: number, directory: string, deadlineMs: number): Promise<void> {
  signal(pid, 'SIGINT')
  if (await isGone(pid, directory, deadlineMs)) return
  signal(pid, 'SIGQUIT')
  if (await isGone(pid, directory, deadlineMs)) return
  throw new FleetwireError('server_stuck', `the embedded PostgreSQL (process ${pid}) does not stop`)
}

/**
 * The pid of a server that a killed process left in this directory. A pid file with another process is removed if PostgreSQL
 * itself would not do so. It takes any live process of the same user for its own, which is usually wrong after a restart of a
 * container.
 */
export async function findPostmaster(directory: string): Promise<number | undefined> {
  const file = await readPidFile(directory)
  if (!file || !isAlive(file.pid)) return undefined
  if (await worksIn(file.pid, directory)) return file.pid
  await rm(`${directory}/postmaster.pid`)
  return undefined
}

async function worksIn(pid: number, directory: string): Promise<boolean> {
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(directory))
  } catch {
    // No /proc: macOS.
    const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
    return stdout.includes('postgres') && stdout.includes(directory)
  }
}

async function readPidFile(directory: string): Promise<PidFile | undefined> {
  const text = await readFile(`${directory}/postmaster.pid`, 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number.parseInt(lines[0] ?? '', 10)
  return pid > 0 ? { pid, status: (lines[7] ?? '').trim() } : undefined
}

function signal(pid: number, name: NodeJS.Signals): void {
  if (isAlive(pid)) process.kill(pid, name)
}

/** Checks the working directory and not the pid alone: a dead process keeps its pid until its parent has read its status. */
async function isGone(pid: number, directory: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (isAlive(pid) && (await worksIn(pid, directory))) {
    if (Date.now() > deadline) return false
    await sleep(lookEveryMs)
  }
  return true
}
