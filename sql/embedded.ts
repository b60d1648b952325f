import { mkdir } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, FleetwireError, messageOf } from '../kit/errors.ts'
import { connect } from './connect.ts'
import { findBinaries } from './embedded/binaries.ts'
import { ensureCluster } from './embedded/cluster.ts'
import { takeOwnership } from '../kit/owner-lock.ts'
import { watchPriorities } from './embedded/priorities.ts'
import { findPostmaster, stopPostmaster } from './embedded/postmaster.ts'
import { openServerLog, type ServerLog } from './embedded/server-log.ts'
import { findServerUser } from './embedded/server-user.ts'
import {
  STOP_DEADLINE_MS,
  superviseServer,
  type SupervisedServer,
  type SupervisorLog,
} from './embedded/supervised-server.ts'

interface EmbeddedLog extends SupervisorLog {
  info(fields: object, message: string): void
}

export interface EmbeddedOptions {
  /** Created if absent. The server's files are `postgres/`, `postgres.log` and `postgres.lock` in it. */
  dataDir: string
  /** Password of the superuser `postgres`. It is set when the data directory is created, and must stay the same. */
  password: string
  /** Preferred port; without it, or if it is in use, a free port is taken. */
  port?: number
  log: EmbeddedLog
}

export interface Embedded {
  /** URL of the database `fleetwire`, which exists. */
  url: string
  /** Stops the server after it has written everything, and releases the data directory. To be called after the last write. */
  stop: () => Promise<void>
  /**
   * Resolves with a sentence when the server ended by itself and did not start again. Never resolves if it was stopped, and
   * never rejects. A server that ends by itself is started again on the same port, up to 5 times in 10 minutes.
   */
  ended: Promise<string>
}

/**
 * A PostgreSQL server of our own on 127.0.0.1. It runs in its own session, and outlives this process if it is killed. The
 * next start then stops that server before it starts a new one, so that there are never two.
 * @throws FleetwireError `data_dir_in_use`, `data_dir_unreachable`, `no_server_user`, `no_embedded_postgres`,
 *   `initdb_failed`, `server_failed` (with the end of its log), `embedded_login_failed`
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { password, log } = options
  const dataDir = resolve(options.dataDir)
  const directory = `${dataDir}/postgres`
  await mkdir(dataDir, { recursive: true })
  const ownership = await takeOwnership(`${dataDir}/postgres.lock`, dataDir)
  let serverLog: ServerLog | undefined
  let server: SupervisedServer | undefined
  let priorities: { stop(): Promise<void> } | undefined
  let resolveEnd: (reason: string) => void = () => {}
  const ended = new Promise<string>((resolve) => (resolveEnd = resolve))

  async function stop(): Promise<void> {
    await server?.endRestarts()
    try {
      await priorities?.stop()
      await server?.stop()
    } finally {
      await serverLog?.close()
      serverLog = undefined
      await ownership.release()
    }
  }

  try {
    const [user, binaries] = await Promise.all([findServerUser(), findBinaries()])
    await user.mustReach(dataDir)
    await user.mustReach(dirname(binaries.postgres))
    const left = await findPostmaster(directory)
    if (left !== undefined) {
      log.warn(
        { event: 'embedded_left_running', pid: left },
        'stopping a PostgreSQL that a killed process left running',
      )
      await stopPostmaster(left, directory, STOP_DEADLINE_MS)
    }
    await ensureCluster({ directory, initdb: binaries.initdb, user, password })
    const opened = (serverLog = await openServerLog(`${dataDir}/postgres.log`))

    const supervised = (server = superviseServer({
      postgres: binaries.postgres,
      directory,
      user,
      serverLog: opened,
      logFile: `${dataDir}/postgres.log`,
      log,
      onGivenUp: resolveEnd,
    }))
    const port = await withFreePort(options.port, supervised.startAt)
    const url = `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}`
    await ensureDatabase(`${url}/postgres`, dataDir)
    priorities = watchPriorities(`${url}/postgres`)
    log.info({ event: 'embedded_started', port, dataDir }, 'PostgreSQL is ready')
    return { url: `${url}/fleetwire`, stop, ended }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A port that is free now may be taken a moment later, so only the server's own attempt to bind it decides. */
async function withFreePort(
  preferred: number | undefined,
  start: (port: number) => Promise<void>,
): Promise<number> {
  const attemptsMax = 20
  let port = preferred ?? (await freePort())
  for (let attempt = 1; ; attempt++) {
    try {
      await start(port)
      return port
    } catch (error) {
      const code = codeOf(error)
      if (attempt === attemptsMax || (code !== 'address_in_use' && code !== 'server_ending')) throw error
      if (code === 'address_in_use') port = await freePort()
      else await sleep(500)
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

async function ensureDatabase(url: string, dataDir: string): Promise<void> {
  const sql = connect({ url, max: 1, applicationName: 'fleetwire-embedded' })
  try {
    const [found] = await sql`select from pg_database where datname = 'fleetwire'`
    if (!found) await sql`create database fleetwire`
  } catch (cause) {
    const message = `cannot log in to the PostgreSQL in ${dataDir}: ${messageOf(cause)}`
    throw new FleetwireError('embedded_login_failed', message, { cause })
  } finally {
    await sql.end({ timeout: 1 })
  }
}
