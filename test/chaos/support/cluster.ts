import { spawn, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findBinaries } from '../../../sql/embedded/binaries.ts'
import { ensureCluster } from '../../../sql/embedded/cluster.ts'
import { startPostmaster } from '../../../sql/embedded/postmaster.ts'
import { openServerLog } from '../../../sql/embedded/server-log.ts'
import { serverSettings } from '../../../sql/embedded/server-settings.ts'
import { findServerUser } from '../../../sql/embedded/server-user.ts'

/** A PostgreSQL data directory and how to start a server in it, once. The caller ends that server before another start. */
export interface Cluster {
  /** Resolves when the server accepts connections; rejects if it does not within `deadlineMs`. */
  start(deadlineMs: number): Promise<void>
  /** the data directory */
  directory: string
  close(): Promise<void>
}

export interface ClusterOptions {
  /** An existing directory, for the data directory. */
  home: string
  logFile: string
  port: number
  password: string
  settings: Record<string, string>
}

/** A cluster run with Fleetwire's own binaries. */
export async function embeddedCluster(options: ClusterOptions): Promise<Cluster> {
  const { home, logFile, port, password, settings } = options
  const directory = join(home, 'postgres')
  const [user, binaries] = await Promise.all([findServerUser(), findBinaries()])
  await user.mustReach(home)
  await ensureCluster({ directory, initdb: binaries.initdb, user, password })
  const log = await openServerLog(logFile)
  return {
    directory,
    start: async (timeoutMs) => {
      const all = { ...serverSettings(port), ...settings }
      const { postgres } = binaries
      await startPostmaster({ postgres, directory, settings: all, user, log, timeoutMs, onExit() {} })
    },
    close: () => log.close(),
  }
}

const script = fileURLToPath(new URL('../../../.ci/timescaledb', import.meta.url))
const bin = '/usr/lib/postgresql/17/bin'

/** The place for a TimescaleDB cluster's home: in the root of `.ci/timescaledb`, which is created if it does not exist. */
export function timescaledbHome(name: string): string {
  const root = execFileSync(script, ['root'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
  const home = join(root, 'var/lib/postgresql', name)
  mkdirSync(home)
  return home
}

/** A cluster run with Debian's TimescaleDB, whose fsync is on by default. It shares nothing with the cluster of other tests. */
export async function timescaledbCluster(options: ClusterOptions): Promise<Cluster> {
  const { home, logFile, port, password, settings } = options
  const inside = home.slice(home.indexOf('/var/lib/postgresql/'))
  const directory = join(home, 'postgres')
  const { uid, gid } = statSync(join(home, '..'))
  chownSync(home, uid, gid)
  writeFileSync(join(home, 'password'), password, { mode: 0o600 })
  chownSync(join(home, 'password'), uid, gid)
  const login = ['-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${inside}/password`]
  const locale = ['-E', 'UTF8', '--locale=C.UTF-8']
  execFileSync(script, ['inside', `${bin}/initdb`, '-D', `${inside}/postgres`, ...login, ...locale], {
    stdio: 'ignore',
  })
  const all = {
    ...serverSettings(port),
    shared_preload_libraries: 'timescaledb',
    'timescaledb.telemetry_level': 'off',
    max_worker_processes: '32',
    ...settings,
  }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return {
    directory,
    async start(deadlineMs) {
      const log = openSync(logFile, 'a')
      const server = spawn(script, ['inside', `${bin}/postgres`, '-D', `${inside}/postgres`, ...flags], {
        detached: true,
        stdio: ['ignore', log, log],
      })
      closeSync(log)
      server.unref()
      const ended = once(server, 'exit').then(() => 'ended' as const)
      const deadline = Date.now() + deadlineMs
      while (!isReady(directory)) {
        const soon = new Promise((resolve) => setTimeout(resolve, 25))
        if ((await Promise.race([ended, soon])) === 'ended' || Date.now() > deadline) {
          throw new Error(`TimescaleDB did not start: ${readFileSync(logFile, 'utf8').slice(-1000)}`)
        }
      }
    },
    close: async () => {},
  }
}

/** The pid file of a killed server also says "ready", so its process must be alive. */
function isReady(directory: string): boolean {
  try {
    const lines = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')
    return lines[7]?.trim() === 'ready' && statSync(`/proc/${Number(lines[0])}`).isDirectory()
  } catch {
    return false
  }
}
