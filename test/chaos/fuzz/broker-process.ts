import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { makeClaims, type Claims } from '../../../contract/claims.ts'
import { createJwt } from '../../../kit/jwt.ts'
import type { TestDevice } from '../../support/broker.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { UNLIMITED_LETTERS } from '../../support/unlimited-letters.ts'
import { runModule } from '../../support/processes.ts'

export interface BrokerProcess {
  mqttPort: number
  wsPort: number
  statusPort: number
  db: TestDatabase
  /** A new device in a new vehicle. Its key is given, so that the same seed gives the same bytes. */
  addDevice(key: string): Promise<TestDevice>
  /** A token signed with the broker's key; by default a device's MQTT token that is valid for a day. */
  sign(claims: Partial<Claims>): string
  /** A metric's value, summed over its labels. */
  metric(name: string): Promise<number>
  /** The resident memory in MiB. */
  memoryMiB(): number
  /** The number of open sockets of any kind; like the memory, 0 without /proc. */
  openSockets(): number
  /** Signs of an unhealthy broker: its end, text on standard error, errors in its log. */
  faults(): string[]
  close(): Promise<void>
}

const secret = 'a secret of the fuzz test, long enough to be one'
const LIFETIME_S = 86_400

/** Starts a broker in its own process, so that the test's own listeners cannot catch its errors. */
export async function startBrokerProcess(settings: Record<string, string> = {}): Promise<BrokerProcess> {
  const db = await openTestDatabase()
  const broker = runModule('broker/main.ts', [], {
    DATABASE_URL: db.url,
    JWT_SECRET: secret,
    MQTT_PORT: '0',
    MQTT_WS_PORT: '0',
    BROKER_STATUS_PORT: '0',
    // A shared disk may stall for longer than the default; the broker's log lines about that are not a fault.
    COMMIT_TIMEOUT_MS: '5000',
    ...UNLIMITED_LETTERS,
    ...settings,
  })
  const { child } = broker
  const pid = child.pid ?? 0
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ready = await eventually(
    'the broker is ready',
    () => {
      if (child.exitCode !== null) throw new Error(broker.output())
      return broker
        .output()
        .split('\n')
        .find((line) => line.includes('"broker_ready"'))
    },
    30_000,
  )
  const { mqttPort, wsPort, statusPort } = JSON.parse(ready) as Record<string, number>
  if (!mqttPort || !wsPort || !statusPort) throw new Error(`no ports in ${ready}`)

  function sign(claims: Partial<Claims>): string {
    const nowS = Math.floor(Date.now() / 1000)
    const base = makeClaims({
      sub: 'nobody',
      role: 'device',
      aud: 'mqtt',
      jti: 'j',
      nowS,
      lifetimeS: LIFETIME_S,
    })
    return createJwt(secret).sign({ ...base, ...claims })
  }

  return {
    mqttPort,
    wsPort,
    statusPort,
    db,
    sign,
    async addDevice(key) {
      const [vehicle] = await db.sql<
        { id: number }[]
      >`insert into vehicles (key) values (${key}) returning id`
      if (vehicle === undefined) throw new Error('no vehicle')
      await db.sql`insert into devices (key, vehicle_id) values (${key}, ${vehicle.id})`
      const topic = `fleet/${key}/telemetry`
      return { clientId: key, token: sign({ sub: key }), vehicle: key, vehicleId: vehicle.id, topic }
    },
    async metric(name) {
      const text = await (await fetch(`http://127.0.0.1:${statusPort}/metrics`)).text()
      const lines = text.split('\n').filter((line) => line.match(/^[a-z_]+/)?.[0] === `fleetwire_${name}`)
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    },
    memoryMiB() {
      const status = `/proc/${pid}/status`
      // Only Linux has this file; elsewhere the limit is not tested.
      if (!existsSync(status)) return 0
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0) / 1024
    },
    openSockets() {
      const directory = `/proc/${pid}/fd`
      if (!existsSync(directory)) return 0
      return readdirSync(directory).filter((it) => isSocket(join(directory, it))).length
    },
    faults() {
      const faults: string[] = []
      if (child.exitCode !== null || child.signalCode !== null)
        faults.push(`it ended with ${child.exitCode ?? child.signalCode}`)
      if (stderr !== '') faults.push(`standard error: ${stderr}`)
      const bad = broker
        .output()
        .split('\n')
        .filter((line) => /"level":"(error|fatal)"/.test(line))
      return [...faults, ...bad.slice(0, 10)]
    },
    async close() {
      child.kill('SIGTERM')
      const end = await broker.ended
      await db.drop()
      if (end !== 0) throw new Error(`the broker ended with ${end}: ${stderr}`)
    },
  }
}

function isSocket(descriptor: string): boolean {
  try {
    return readlinkSync(descriptor).startsWith('socket:')
  } catch {
    // It was closed after the directory had been read.
    return false
  }
}
