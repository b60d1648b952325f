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
import { findPostmaster, startPostmaster, stopPostmaster } from './embedded/postmaster.ts'
import { openServerLog, type ServerLog } from './embedded/server-log.ts'
import { serverSettings } from './embedded/server-settings.ts'
import { findServerUser } from './embedded/server-user.ts'

const startTimeoutMs = 300_000
const stopDeadlineMs = 20_000
const restartsMax = 5
const restartWindowMs = 600_000

interface EmbeddedLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface EmbeddedOptions {
  /** Made if absent. The server's files are `postgres/`, `postgres.log` and `postgres.lock` in it. */
  dataDir: string
  /** Of the superuser `postgres`. It is set when the data directory is made, and must be the same ever after. */
  password: string
  /** Preferred; a free one is taken when it is not free, or when none is given. */
  port?: number
  log: EmbeddedLog
}

export interface Embedded {
  /** Of the database `fleetwire`, which exists. */
  url: string
  /** Stops the server, writing everything first, and gives the data directory up. Call it after the last write. */
  stop: () => Promise<void>
  /**
   * Resolves with a sentence when the server ended by itself and did not start again; never when it was stopped, and it
   * never rejects. A server that ends by itself is started again on the same port, up to 5 times in 10 minutes.
   */
  ended: Promise<string>
}

/**
 * A PostgreSQL server of our own on 127.0.0.1. It runs in its own session and outlives this process if that is killed;
 * the next start then stops it before it starts a new one, so that there are never two.
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
  let priorities: { stop(): Promise<void> } | undefined
  let pid: number | undefined
  const stopping = new AbortController()
  let restarting: Promise<void> | undefined
  let resolveEnd: (what: string) => void = () => {}
  const ended = new Promise<string>((resolve) => (resolveEnd = resolve))

  async function stop(): Promise<void> {
    stopping.abort()
    await restarting
    const running = pid
    pid = undefined
    try {
      await priorities?.stop()
      if (running !== undefined) await stopPostmaster(running, directory, stopDeadlineMs)
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
      await stopPostmaster(left, directory, stopDeadlineMs)
    }
    await ensureCluster({ directory, initdb: binaries.initdb, user, password })
    const opened = (serverLog = await openServerLog(`${dataDir}/postgres.log`))

    const file = `${dataDir}/postgres.log`
    const deaths: number[] = []
    const startAt = async (at: number): Promise<void> => {
      pid = await startPostmaster({
        postgres: binaries.postgres,
        directory,
        settings: serverSettings(at),
        user,
        log: opened,
        timeoutMs: startTimeoutMs,
        onExit(how) {
          if (pid === undefined || stopping.signal.aborted) return
          pid = undefined
          log.error({ event: 'embedded_died', how, file }, 'PostgreSQL ended unexpectedly')
          restarting = restart(at, how)
        },
      })
    }
    /** Clients have a spool or can wait; stopping all of Fleetwire would end their connections. */
    const restart = async (at: number, how: string): Promise<void> => {
      let end = `PostgreSQL ended unexpectedly ${how}; see ${file}`
      while (!stopping.signal.aborted) {
        deaths.push(Date.now())
        if (deaths.filter((ms) => Date.now() - ms < restartWindowMs).length > restartsMax)
          return resolveEnd(end)
        try {
          await untilStarted(async () => {
            if (!stopping.signal.aborted) await startAt(at)
          })
          return log.warn({ event: 'embedded_restarted', port: at }, 'PostgreSQL was restarted')
        } catch (error) {
          end = messageOf(error)
        }
      }
    }
    const port = await withFreePort(options.port, startAt)
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

/** Until what is left of a killed server has ended. */
async function untilStarted(start: () => Promise<void>): Promise<void> {
  const attemptsMax = 60
  for (let attempt = 1; ; attempt++) {
    try {
      return await start()
    } catch (error) {
      const code = codeOf(error)
      if (attempt === attemptsMax || (code !== 'address_in_use' && code !== 'server_ending')) throw error
      await sleep(500)
    }
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
