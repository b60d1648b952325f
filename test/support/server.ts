import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { codeOf } from '../../kit/errors.ts'
import { findBinaries } from '../../sql/embedded/binaries.ts'
import { ensureCluster } from '../../sql/embedded/cluster.ts'
import { startPostmaster, stopPostmaster } from '../../sql/embedded/postmaster.ts'
import { openServerLog } from '../../sql/embedded/server-log.ts'
import { serverSettings } from '../../sql/embedded/server-settings.ts'
import { findServerUser } from '../../sql/embedded/server-user.ts'
import { makeDataDirectory } from './data-directory.ts'
import { freePort } from './processes.ts'

/**
 * The settings of the product, `fsync` included, except for the size of the cache. Each drop of a database and each truncate
 * searches the whole cache, and tests have a thousand of them.
 */
const CACHE = { shared_buffers: '32MB' }
const START_TIMEOUT_MS = 60_000
const STOP_DEADLINE_MS = 20_000
/** Another process may take a free port first. */
const ATTEMPTS_MAX = 20

/** A PostgreSQL server for the tests of this process. `url` has no database; its user is the superuser `postgres`. */
export async function startTestServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = makeDataDirectory('fleetwire-test-')
  // Created with 0700; as root, the server runs as another user.
  chmodSync(dataDir, 0o755)
  const directory = `${dataDir}/postgres`
  const [user, { initdb, postgres }] = await Promise.all([findServerUser(), findBinaries()])
  await ensureCluster({ directory, initdb, user, password: 'test' })
  trustSuperuser(directory)
  const log = await openServerLog(`${dataDir}/postgres.log`)
  const start = async (port: number) => {
    const settings = { ...serverSettings(port), ...CACHE }
    const timeoutMs = START_TIMEOUT_MS
    return startPostmaster({ postgres, directory, settings, user, log, timeoutMs, onExit() {} })
  }
  const { port, pid } = await onFreePort(start)
  // If mocha ends without its hooks, e.g. at the second Ctrl-C, nothing else would stop the server.
  const onExit = () => void process.kill(pid, 'SIGQUIT')
  // Before its directory is removed.
  process.prependOnceListener('exit', onExit)
  return {
    url: `postgresql://postgres:test@127.0.0.1:${port}`,
    async stop() {
      process.off('exit', onExit)
      await stopPostmaster(pid, directory, STOP_DEADLINE_MS)
      await log.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}

/**
 * The superuser logs in without a password, because a broker logs in eleven times and a password costs a fifth of each login.
 * Roles that tests create need theirs.
 */
function trustSuperuser(directory: string): void {
  const path = `${directory}/pg_hba.conf`
  const rules = readFileSync(path, 'utf8')
  writeFileSync(path, `host all postgres 127.0.0.1/32 trust\n${rules}`)
}

async function onFreePort(start: (port: number) => Promise<number>): Promise<{ port: number; pid: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    try {
      return { port, pid: await start(port) }
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || codeOf(error) !== 'address_in_use') throw error
    }
  }
}
