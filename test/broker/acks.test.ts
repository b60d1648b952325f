import { expect } from 'chai'
import type { Packet } from 'mqtt-packet'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn, logInRaw } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'

const reading = (second: number, more: object = {}) =>
  JSON.stringify({ time: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`, speed: 50, ...more })

describe('acknowledgements', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  const countRows = async (vehicleId: number) => {
    const [row] = await broker.db.sql<{ count: number }[]>`
      select count(*) from telemetry where vehicle_id = ${vehicleId}`
    return row?.count ?? 0
  }

  /** Locks the table. Returns a function that waits for a COPY at the lock, and one that unlocks it. */
  async function lockTelemetry() {
    const session = await broker.db.sql.reserve()
    await session`begin`
    await session`lock table telemetry in access exclusive mode`
    return {
      untilCopyWaits: () =>
        eventually('a COPY waits for the lock', async () => {
          const waiting = await session<{ pid: number }[]>`
            select pid from pg_locks where not granted and relation = 'telemetry'::regclass`
          return waiting[0]?.pid
        }),
      async unlock() {
        await session`rollback`
        session.release()
      },
    }
  }

  for (const qos of [1, 2] as const) {
    it(`a message acknowledged with QoS ${qos} is in the table`, async () => {
      const device = await broker.addDevice()
      const client = await logIn(broker, device)
      await client.publishAsync(device.topic, reading(1), { qos })
      expect(await countRows(device.vehicleId)).to.equal(1)
      await client.endAsync()
    })
  }

  it('acknowledgements of QoS 1 and 2 wait while the table is locked', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    const lock = await lockTelemetry()
    client.send(publish(device.topic, 1, 1, reading(1)), publish(device.topic, 2, 2, reading(2)))
    await lock.untilCopyWaits()
    expect(client.count('puback') + client.count('pubrec')).to.equal(0)
    await lock.unlock()
    await client.next('puback')
    await client.next('pubrec')
    expect(await countRows(device.vehicleId)).to.equal(2)
    client.socket.destroy()
  })

  it('a PINGREQ is answered while acknowledgements wait', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    const lock = await lockTelemetry()
    client.send(publish(device.topic, 1, 1, reading(1)), { cmd: 'pingreq' })
    await client.next('pingresp')
    expect(client.count('puback')).to.equal(0)
    await lock.unlock()
    await client.next('puback')
    client.socket.destroy()
  })

  it('acknowledgements keep the order of the publishes, even after a slower dead letter', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    client.send(
      publish(device.topic, 11, 1, 'not json'),
      publish(device.topic, 12, 1, reading(1)),
      publish(device.topic, 13, 1, reading(2)),
    )
    await client.next('puback', 3)
    const ids = client.received.flatMap((packet) => (packet.cmd === 'puback' ? [packet.messageId] : []))
    expect(ids).to.deep.equal([11, 12, 13])
    client.socket.destroy()
  })

  it('readings with QoS 0 are stored without an acknowledgement', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    await client.publishAsync(device.topic, reading(1), { qos: 0 })
    await eventually('the reading is stored', async () => (await countRows(device.vehicleId)) === 1)
    await client.endAsync()
  })

  it('waiting acknowledgements limit what is taken from a socket, QoS 0 included', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    const lock = await lockTelemetry()
    const count = 20_000
    const padding = { extra: { padding: 'x'.repeat(250) } }
    for (let n = 0; n < count; n++) {
      const payload = JSON.stringify({ time: 1_767_225_600_000 + n, speed: 1, ...padding })
      client.send(publish(device.topic, 0, 0, payload))
    }
    await eventually('the socket is not read', async () => (await broker.metric('messages_pending')) >= 1000)
    await lock.untilCopyWaits()
    expect(client.socket.writableLength).to.be.greaterThan(0)
    // One read of the socket beyond the limit of 1000 messages.
    expect(await broker.metric('messages_pending')).to.be.lessThan(1400)
    await lock.unlock()
    await eventually('all rows', async () => (await countRows(device.vehicleId)) === count)
    client.socket.destroy()
  })

  it('a message of the maximum size is acknowledged, and a larger one closes the connection', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    const fits = JSON.stringify([{ speed: 1 }]).padEnd(256 * 1024, ' ')
    client.send(publish(device.topic, 1, 1, fits))
    await client.next('puback')
    client.send(publish(device.topic, 2, 1, fits.padEnd(257 * 1024, ' ')))
    await client.closed
    expect(client.count('puback')).to.equal(1)
    expect(await broker.metric('connections_closed_total', { reason: 'packet_too_large' })).to.equal(1)
  })
})

function publish(topic: string, messageId: number, qos: 0 | 1 | 2, payload: string): Packet {
  return { cmd: 'publish', topic, messageId, qos, payload, retain: false, dup: false }
}
