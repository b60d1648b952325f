import type { IConnackPacket, IPublishPacket } from 'mqtt-packet'
import type { TestBroker, TestDevice } from './broker.ts'
import { openRawClient, type RawClient } from './clients.ts'
import { eventually } from './eventually.ts'
import { connectPacket } from './packets.ts'

/** A device's raw connection with a session, which by default outlives the connection. */
export interface QosClient extends RawClient {
  sessionPresent: boolean
  publish(packetId: number, payload: string, options?: Partial<IPublishPacket>): void
  release(packetId: number): void
  /** Ends the connection without a DISCONNECT. */
  die(): Promise<void>
}

export async function openSession(
  broker: Pick<TestBroker, 'mqttPort'>,
  device: TestDevice,
  { clean = false } = {},
): Promise<QosClient> {
  const client = await openRawClient(broker.mqttPort)
  client.send(connectPacket(device, { clean }))
  const { sessionPresent, returnCode } = (await client.next('connack')) as IConnackPacket
  if (returnCode !== 0) throw new Error(`the login was refused with ${returnCode}`)
  return {
    ...client,
    sessionPresent,
    publish: (messageId, payload, options = {}) =>
      client.send({
        cmd: 'publish',
        topic: device.topic,
        messageId,
        qos: 2,
        payload,
        retain: false,
        dup: false,
        ...options,
      }),
    release: (messageId) => client.send({ cmd: 'pubrel', messageId }),
    async die() {
      client.socket.destroy()
      await client.closed
    },
  }
}

/** Waits until the broker has seen that a device is gone. */
export const untilAway = (broker: TestBroker, count = 1) =>
  eventually(
    `${count} sessions are away`,
    async () =>
      (await broker.metric('sessions_away')) === count && (await broker.metric('connections')) === 0,
  )

export async function speedsOf(broker: Pick<TestBroker, 'db'>, { vehicleId }: TestDevice): Promise<number[]> {
  const rows = await broker.db.sql<{ speed: number }[]>`
    select speed from telemetry where vehicle_id = ${vehicleId} order by time`
  return rows.map((row) => row.speed)
}

/** Locks the table, so that sent messages are held until `unlock`. */
export const lockTelemetry = (broker: Pick<TestBroker, 'db'>) => lockTable(broker, 'telemetry')

export async function lockTable({ db }: Pick<TestBroker, 'db'>, table: string) {
  const session = await db.sql.reserve()
  await session`begin`
  await session`lock table ${db.sql(table)} in access exclusive mode`
  return {
    untilCopyWaits: () =>
      eventually('a COPY waits for the lock', async () => {
        const waiting = await session`
          select from pg_locks where not granted and relation = ${table}::regclass`
        return waiting.length > 0
      }),
    async unlock() {
      await session`rollback`
      session.release()
    },
  }
}
