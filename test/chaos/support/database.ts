import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../../../kit/errors.ts'
import { connect } from '../../../sql/connect.ts'
import { embeddedCluster, timescaledbCluster, timescaledbHome, type Cluster } from './cluster.ts'
import { steadyPort } from './ports.ts'
import { serverProcesses } from './server-processes.ts'
import { chaosDatabase } from './settings.ts'
import { mountTmpfs, type Tmpfs } from './tmpfs.ts'

/** A real server with fsync, which always comes back on the same port with the same data. */
export interface ChaosDatabase {
  /** The URL of an empty database, as a superuser. */
  url: string
  /** for example `PostgreSQL 17.5` or `TimescaleDB on PostgreSQL 17.5` */
  version: string
  /** SIGKILL to the postmaster and all its children. */
  kill(): Promise<void>
  /** Resolves when the server accepts connections, after any recovery. Does nothing if it runs. */
  start(): Promise<void>
  freeze(): Promise<void>
  thaw(): void
  isRunning(): boolean
  /** The disk with the data, if requested. */
  disk: Tmpfs | undefined
  close(): Promise<void>
}

/** Recovery reads up to `max_wal_size`, on a machine that may be busy. */
const START_DEADLINE_MS = 120_000
/** Keeps the WAL from filling a small disk by itself. */
const SMALL_DISK = { max_wal_size: '64MB', min_wal_size: '32MB' }

/**
 * @param options.directory for logs, and for the data unless that has to be elsewhere
 * @param options.diskMebibytes puts the data on a disk of this size; needs root
 */
export async function openChaosDatabase(options: {
  directory: string
  diskMebibytes?: number
}): Promise<ChaosDatabase> {
  const { directory, diskMebibytes } = options
  const kind = chaosDatabase()
  const password = 'chaos'
  const port = await steadyPort()
  const home =
    kind === 'timescaledb' ? timescaledbHome(`chaos-${process.pid}-${port}`) : join(directory, 'database')
  mkdirSync(home, { recursive: true })
  const disk = diskMebibytes === undefined ? undefined : mountTmpfs(home, diskMebibytes)
  const settings = disk ? SMALL_DISK : {}
  const make = kind === 'timescaledb' ? timescaledbCluster : embeddedCluster
  let cluster: Cluster | undefined
  // The data directory is the same in both cases.
  const processes = serverProcesses(join(home, 'postgres'))
  const onExit = () => {
    for (const pid of processes.pids()) process.kill(pid, 'SIGKILL')
  }
  process.once('exit', onExit)

  async function start(): Promise<void> {
    if (cluster === undefined || processes.pids().length > 0) return
    const deadline = Date.now() + START_DEADLINE_MS
    for (;;) {
      try {
        return await cluster.start(START_DEADLINE_MS)
      } catch (error) {
        // The kernel still keeps the shared memory of the killed processes.
        if (codeOf(error) !== 'server_ending' || Date.now() > deadline) throw error
      }
    }
  }

  async function close(): Promise<void> {
    await processes.kill()
    await cluster?.close()
    disk?.unmount()
    process.off('exit', onExit)
    rmSync(home, { recursive: true, force: true })
  }

  try {
    cluster = await make({ home, logFile: join(directory, 'postgres.log'), port, password, settings })
    await start()
    const base = `postgresql://postgres:${password}@127.0.0.1:${port}`
    const version = await createDatabase(`${base}/postgres`)
    return {
      url: `${base}/fleetwire`,
      version: kind === 'timescaledb' ? `TimescaleDB on ${version}` : version,
      kill: () => processes.kill(),
      start,
      freeze: () => processes.freeze(),
      thaw: () => processes.thaw(),
      isRunning: () => processes.pids().length > 0,
      disk,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function createDatabase(url: string): Promise<string> {
  const sql = connect({ url, max: 1, applicationName: 'chaos' })
  try {
    await sql`create database fleetwire`
    const [row] = await sql<{ version: string; fsync: string }[]>`
      select current_setting('server_version') as version, current_setting('fsync') as fsync`
    if (row?.fsync !== 'on')
      throw new Error('fsync is off, so killing the server would prove nothing; run it with fsync = on')
    return `PostgreSQL ${row.version}`
  } finally {
    await sql.end({ timeout: 1 })
  }
}
