import { hashPassword } from '../../api/users/passwords.ts'
import { openApi } from '../../api/server.ts'
import { createJwt } from '../../kit/jwt.ts'
import { callApi, optionsFor } from '../api/fixture.ts'
import { openTestBroker, secret, type TestBroker, type TestDevice } from '../support/broker.ts'
import { openTestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy, type Proxy } from '../support/proxy.ts'

export const ADMIN = { email: 'admin@localhost', password: 'a password of the test' }

/** A broker, an API on the same database, and a proxy to the broker that can be cut. */
export interface Stage {
  broker: TestBroker
  proxy: Proxy
  apiUrl: string
  /** The environment of the examples. `port` is by default that of the proxy. */
  environmentOf(device: TestDevice, port?: number): Record<string, string>
  /** The `seq` of each stored reading of the device's vehicle, in order of time. */
  seqsOf(device: TestDevice): Promise<(number | null)[]>
  /** Queues a command for the device's vehicle, and returns the command's id. */
  command(device: TestDevice, name: string): Promise<number>
  stateOf(device: TestDevice, command: number): Promise<string>
  /** Until `telemetry` is unlocked, nothing is committed, and thus nothing acknowledged. */
  lockTelemetry(): Promise<{ untilCopyWaits(): Promise<unknown>; unlock(): Promise<void> }>
  close(): Promise<void>
}

export async function openStage(settings: Record<string, string> = {}): Promise<Stage> {
  const db = await openTestDatabase()
  await db.sql`
    insert into users (email, password_hash, role)
    values (${ADMIN.email}, ${await hashPassword(ADMIN.password)}, 'admin')`
  const broker = await openTestBroker(settings, db)
  const brokerUrl = `http://127.0.0.1:${broker.statusPort}`
  const api = await openApi({ ...optionsFor(db.sql), brokerUrl, jwt: createJwt(secret) })
  const apiUrl = `http://127.0.0.1:${api.port}`
  const proxy = await openProxy(broker.mqttPort)
  const call = async (method: string, path: string, body?: object) => {
    const token = broker.sign({ sub: '1', role: 'admin', aud: 'api' })
    const answer = await callApi(apiUrl, method, path, { token, ...(body && { body }) })
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
    return answer.body as { id: number; state: string }
  }

  return {
    broker,
    proxy,
    apiUrl,
    environmentOf: ({ clientId, vehicle, token }, port = proxy.port) => ({
      MQTT_HOST: '127.0.0.1',
      MQTT_PORT: String(port),
      DEVICE: clientId,
      VEHICLE: vehicle,
      DEVICE_TOKEN: token,
      INTERVAL_S: '0.05',
    }),
    async seqsOf({ vehicleId }) {
      const rows = await db.sql<{ seq: number | null }[]>`
        select seq from telemetry where vehicle_id = ${vehicleId} order by time`
      return rows.map(({ seq }) => seq)
    },
    async command({ vehicle }, name) {
      return (await call('POST', `/api/vehicles/${vehicle}/commands`, { name })).id
    },
    async stateOf({ vehicle }, command) {
      return (await call('GET', `/api/vehicles/${vehicle}/commands/${command}`)).state
    },
    async lockTelemetry() {
      const session = await db.sql.reserve()
      await session`begin`
      await session`lock table telemetry in access exclusive mode`
      return {
        untilCopyWaits: () =>
          eventually('a batch waits for the lock', async () => {
            // Other readers of the table may also be waiting.
            const waiting = await session`
              select from pg_locks l join pg_stat_activity a using (pid)
              where not l.granted and l.relation = 'telemetry'::regclass and a.application_name like 'fleetwire copy%'`
            return waiting.length > 0
          }),
        async unlock() {
          await session`rollback`
          session.release()
        },
      }
    },
    async close() {
      await proxy.close()
      await api.close()
      await broker.close()
      await db.drop()
    },
  }
}
