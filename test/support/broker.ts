import { randomBytes, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { composeBroker, type Broker } from '../../broker/broker.ts'
import type { BrokerConfig } from '../../broker/context.ts'
import type { GateOptions } from '../../broker/gate/gate-options.ts'
import { openGate } from '../../broker/gate/gate.ts'
import { createIngest, type IngestOptions } from '../../broker/ingest/ingest.ts'
import { makeClaims, type Claims } from '../../contract/claims.ts'
import { loadConfig } from '../../kit/config.ts'
import { createJwt } from '../../kit/jwt.ts'
import { createLog } from '../../kit/log.ts'
import { makeDataDirectory } from './data-directory.ts'
import { openTestDatabase, type TestDatabase } from './database.ts'

/** The hash of an unknown password; only a hash can be compared with a given password. */
const UNKNOWN_PASSWORD =
  '$argon2id$v=19$m=19456,t=2,p=1$DST6s798TkAFY03MHdVTWQ$isvK0i28+fwIc13lUnkJNPpgd2lbNxiJ4r1pCvqxiC0'

export interface TestDevice {
  /** its key and client id */
  clientId: string
  token: string
  vehicle: string
  vehicleId: number
  /** `fleet/{vehicle}/telemetry` */
  topic: string
}

export interface TestUser {
  id: number
  clientId: string
  token: string
}

export interface TestBroker extends Broker {
  db: TestDatabase
  /** its log lines */
  log: Record<string, unknown>[]
  /** A new device in a new vehicle, or in the given one. */
  addDevice(options?: { vehicleId?: number; publicKey?: string }): Promise<TestDevice>
  /** A user of the table, and their MQTT login. `sub: '1'` is an administrator who always exists. */
  addUser(role: 'admin' | 'user'): Promise<TestUser>
  /** A token signed with the broker's key; by default an MQTT token for a device, valid for a minute. */
  sign(claims?: Partial<Claims>): string
  /** The sum of a metric's values that have all of these labels, 0 without such a value. */
  metric(name: string, labels?: Record<string, string>): Promise<number>
}

/** The JWT_SECRET of the brokers, unless their settings have another. */
export const secret = randomBytes(32).toString('hex')

const SETTINGS = {
  JWT_SECRET: secret,
  MQTT_PORT: '0',
  MQTT_WS_PORT: '0',
  BROKER_STATUS_PORT: '0',
  // On a busy machine half a second passes soon, and readings that tests look for in the database would be in the
  // spool.
  COMMIT_TIMEOUT_MS: '5000',
}
/** These are passed on as they are, without being compared with other settings. */
const PLACES = new Set(['DATABASE_URL', 'DATA_DIR'])
let usual: BrokerConfig | undefined

/** Reading settings takes a tenth of opening a broker, so those of most brokers are read once. */
function readSettings(given: { DATABASE_URL: string; DATA_DIR: string }): BrokerConfig {
  const read = () => loadConfig({ ...SETTINGS, ...given }, ['DATABASE_URL', 'JWT_SECRET'])
  if (Object.keys(given).some((it) => !PLACES.has(it))) return read()
  usual ??= read()
  const { DATABASE_URL, DATA_DIR } = given
  return { ...usual, DATABASE_URL, DATA_DIR }
}

/**
 * A broker in this process on free ports.
 * @param shared a database that is not dropped when the broker closes; without it, the broker has its own
 * @param gate replaces parts that the gate is given
 * @param ingest replaces parts that ingest is given
 */
export async function openTestBroker(
  settings: Record<string, string> = {},
  shared?: TestDatabase,
  gate: Partial<GateOptions> = {},
  ingest: Partial<IngestOptions> = {},
): Promise<TestBroker> {
  const db = shared ?? (await openTestDatabase())
  const dataDir = makeDataDirectory('fleetwire-broker-')
  const log: Record<string, unknown>[] = []
  const config = readSettings({ DATABASE_URL: db.url, DATA_DIR: dataDir, ...settings })
  const destination = { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) }
  await db.sql`
    insert into users (email, password_hash, role) select 'first@localhost', ${UNKNOWN_PASSWORD}, 'admin' where not exists (select from users)`
  const tidyUp = async () => {
    if (shared === undefined) await db.drop()
    rmSync(dataDir, { recursive: true })
  }
  const logger = createLog('broker', 'info', destination)
  const parts = {
    createIngest: (options: IngestOptions) => createIngest({ ...options, ...ingest }),
    openGate: (options: GateOptions) => openGate({ ...options, ...gate }),
  }
  const broker = await composeBroker({ config, log: logger }, parts).catch(async (error: unknown) => {
    await tidyUp()
    throw error
  })

  function sign(claims: Partial<Claims> = {}): string {
    const nowS = Math.floor(Date.now() / 1000)
    const base = makeClaims({
      sub: 'nobody',
      role: 'device',
      aud: 'mqtt',
      jti: randomUUID(),
      nowS,
      lifetimeS: 60,
    })
    return createJwt(config.JWT_SECRET).sign({ ...base, ...claims })
  }

  return {
    ...broker,
    db,
    log,
    sign,
    async addDevice({ vehicleId, publicKey } = {}) {
      const suffix = randomBytes(4).toString('hex')
      const clientId = `dev-${suffix}`
      const [vehicle] = vehicleId
        ? await db.sql<{ id: number; key: string }[]>`select id, key from vehicles where id = ${vehicleId}`
        : await db.sql<{ id: number; key: string }[]>`
            insert into vehicles (key) values (${`veh-${suffix}`}) returning id, key`
      if (vehicle === undefined) throw new Error('no such vehicle')
      await db.sql`
        insert into devices (key, vehicle_id, public_key)
        values (${clientId}, ${vehicle.id}, ${publicKey ?? null})`
      const token = sign({ sub: clientId })
      return {
        clientId,
        token,
        vehicle: vehicle.key,
        vehicleId: vehicle.id,
        topic: `fleet/${vehicle.key}/telemetry`,
      }
    },
    async addUser(role) {
      const email = `${randomUUID()}@localhost`
      const [user] = await db.sql<{ id: number }[]>`
        insert into users (email, password_hash, role) values (${email}, ${UNKNOWN_PASSWORD}, ${role}) returning id`
      const id = user?.id ?? 0
      return { id, clientId: `ui/${id}/${randomUUID()}`, token: sign({ sub: String(id), role }) }
    },
    async metric(name, labels = {}) {
      const response = await fetch(`http://127.0.0.1:${broker.statusPort}/metrics`)
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
      const lines = (await response.text())
        .split('\n')
        .filter(
          (it) =>
            it.match(/^[a-z_]+/)?.[0] === `fleetwire_${name}` && wanted.every((label) => it.includes(label)),
        )
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    },
    async close() {
      await broker.close()
      await tidyUp()
    },
  }
}
