import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BROKER_NODE_FLAGS } from '../../broker/node-flags.ts'
import { makeClaims } from '../../contract/claims.ts'
import { startChild, type Child } from '../../kit/child.ts'
import { createClosers } from '../../kit/closers.ts'
import { createJwt } from '../../kit/jwt.ts'
import { createLog } from '../../kit/log.ts'
import { connect, type Sql } from '../../sql/connect.ts'
import { startEmbedded } from '../../sql/embedded.ts'
import { migrate } from '../../sql/migrate.ts'
import { readResidentMiB } from './resident-memory.ts'

export interface Stage {
  directory: string
  databaseUrl: string
  sql: Sql
  mqttPort: number
  /** of MQTT over WebSocket */
  wsPort: number
  statusPort: number
  /** the broker's process */
  brokerPid: number
  /** path of a TSV file with a line for each device: client id, user name, token, vehicle key */
  credentials: string
  /** current resident memory of the broker, in MiB */
  brokerMemoryMiB(): number
  countReadings(): Promise<number>
  /** Starts a second broker on the same database, with these settings. It is stopped with the stage. */
  startBroker(settings: Record<string, string>): Promise<{ mqttPort: number; brokerPid: number }>
  close(): Promise<void>
}

export const stageSecret = 'a secret of the benchmark, at least 32 characters'

/**
 * A broker in a separate process with this number of devices, and its database: a new one in TEST_DATABASE_URL, or an
 * embedded one in a temporary directory.
 */
export async function openStage(devices: number): Promise<Stage> {
  const log = createLog('bench', 'warn')
  const closers = createClosers(log)
  const directory = mkdtempSync(join(tmpdir(), 'fleetwire-bench-'))
  chmodSync(directory, 0o755)
  closers.add('directory', directory, (it) => rmSync(it, { recursive: true, force: true }))

  const databaseUrl = await openDatabase()
  const sql = closers.add('sql', connect({ url: databaseUrl, max: 2, applicationName: 'bench' }), (it) =>
    it.end(),
  )
  await migrate(sql)
  const credentials = join(directory, 'credentials.tsv')
  writeFileSync(credentials, await register(sql, devices))
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    JWT_SECRET: stageSecret,
    MQTT_PORT: '0',
    MQTT_WS_PORT: '0',
    BROKER_STATUS_PORT: '0',
    DATA_DIR: directory,
    LOG_LEVEL: 'warn',
  }
  const module = fileURLToPath(new URL('../../broker/main.ts', import.meta.url))
  const broker = await startBroker(env)

  return {
    directory,
    databaseUrl,
    sql,
    mqttPort: broker.ready.mqttPort,
    wsPort: broker.ready.wsPort,
    statusPort: broker.ready.statusPort,
    brokerPid: broker.pid,
    credentials,
    brokerMemoryMiB: () => readResidentMiB(broker.pid),
    async countReadings() {
      const [row] = await sql<{ count: number }[]>`select count(*) from telemetry`
      return row?.count ?? 0
    },
    async startBroker(settings) {
      const dataDir = join(directory, `broker-${Object.values(settings).join('-')}`)
      const { pid, ready } = await startBroker({ ...env, DATA_DIR: dataDir, ...settings })
      return { mqttPort: ready.mqttPort, brokerPid: pid }
    },
    close: () => closers.closeAll({ deadlineMs: 60_000 }),
  }

  async function startBroker(brokerEnv: NodeJS.ProcessEnv) {
    const child: Child<{ mqttPort: number; wsPort: number; statusPort: number }> = await startChild({
      name: 'broker',
      module,
      nodeFlags: BROKER_NODE_FLAGS,
      env: brokerEnv,
    })
    return closers.add('broker', child, (it) => it.stop())
  }

  async function openDatabase(): Promise<string> {
    const given = process.env['TEST_DATABASE_URL']
    if (given === undefined) {
      const embedded = await startEmbedded({ dataDir: directory, password: 'bench', log })
      closers.add('database', embedded, (it) => it.stop())
      return embedded.url
    }
    const admin = connect({ url: given, max: 1, applicationName: 'bench' })
    const name = `fleetwire_bench_${process.pid}`
    await admin`create database ${admin(name)}`
    closers.add('database', admin, async (it) => {
      await it`drop database ${it(name)} with (force)`
      await it.end()
    })
    return Object.assign(new URL(given), { pathname: `/${name}` }).href
  }
}

async function register(sql: Sql, devices: number): Promise<string> {
  await sql`insert into vehicles (key) select 'vehicle-' || n from generate_series(1, ${devices}) n`
  await sql`
    insert into devices (key, vehicle_id)
    select replace(key, 'vehicle', 'device'), id from vehicles`
  const jwt = createJwt(stageSecret)
  const nowS = Math.floor(Date.now() / 1000)
  const lines = Array.from({ length: devices }, (_, n) => {
    const sub = `device-${n + 1}`
    const claims = makeClaims({ sub, role: 'device', aud: 'mqtt', jti: sub, nowS, lifetimeS: 86_400 })
    return `${sub}\tx\t${jwt.sign(claims)}\tvehicle-${n + 1}\n`
  })
  return lines.join('')
}

/** Adds a device whose vehicle is the first in order of names. */
export async function addProbe({
  sql,
}: Stage): Promise<{ clientId: string; token: string; vehicle: string }> {
  const [vehicle, clientId] = ['probe', 'probe-device']
  await sql`insert into vehicles (key, name) values (${vehicle}, '0 probe')`
  await sql`insert into devices (key, vehicle_id) select ${clientId}, id from vehicles where key = ${vehicle}`
  const nowS = Math.floor(Date.now() / 1000)
  const claims = {
    sub: clientId,
    role: 'device',
    aud: 'mqtt',
    jti: clientId,
    nowS,
    lifetimeS: 86_400,
  } as const
  return { clientId, token: createJwt(stageSecret).sign(makeClaims(claims)), vehicle }
}

/** The machine and the versions, in one line. */
export function describeMachine(): string {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const version = (command: string, ...args: string[]) => {
    try {
      return (
        execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(
          '\n',
        )[0] ?? ''
      )
    } catch (error) {
      // mosquitto -h prints its version and exits with 3.
      return ((error as { stdout?: string }).stdout ?? '').split('\n')[0] ?? ''
    }
  }
  const parts = [`${cpus().length} cores (${cpu?.model})`, `${memory} GiB`, `Node ${process.version}`]
  return [...parts, version('mosquitto', '-h'), version('psql', '--version')].filter(Boolean).join(', ')
}
