import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'chai'
import type { Packet } from 'mqtt-packet'
import { createPersistence } from '../../broker/gate/sessions/persistence.ts'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { collect, logIn, logInRaw, type RawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'

describe('hostile clients', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  it('a reset during a WebSocket upgrade to another path does not harm the broker', async () => {
    const upgrade = 'GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    for (let n = 0; n < 50; n++) {
      const socket = connect(broker.wsPort, '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      socket.write(upgrade)
      socket.resetAndDestroy()
    }
    // The broker is in this process, so an unhandled error fails the run. It also closes the refused connection.
    const socket = connect(broker.wsPort, '127.0.0.1')
    socket.write(upgrade)
    socket.resume()
    await once(socket, 'close')
  })

  it('a client that does not read its subscriptions delays nobody else', async () => {
    const [slow, other] = [await broker.addDevice(), await broker.addDevice()]
    const client = await logInRaw(broker, slow)
    const topic = `fleet/${slow.vehicle}/rejected`
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] })
    await client.next('suback')
    client.socket.pause()
    const bad = JSON.stringify(Array.from({ length: 100 }, () => ({ speed: -1, rpm: -1, lat: 99 })))
    for (let n = 0; n < 300; n++) client.send(publish(slow.topic, 0, 0, bad))
    await eventually('notices to the client are dropped', () => broker.metric('messages_dropped_total'))
    const witness = await logIn(broker, other)
    const notices = collect(witness)
    await witness.subscribeAsync(`fleet/${other.vehicle}/rejected`)
    await witness.publishAsync(other.topic, '{"speed":1}', { qos: 2 })
    await witness.publishAsync(other.topic, '{"speed":-1}', { qos: 1 })
    await eventually('the notice', () => notices.length === 1)
    await witness.endAsync()
    client.socket.destroy()
  })

  it('denied filters are not kept in a persistent session', async () => {
    const persistence = createPersistence({
      isGranted: (_client, topic) => topic === 'granted',
      sessions: { isResumed: () => true } as never,
      isDone: () => false,
      released: async () => {},
      cleaned: async () => {},
    })
    const client = { id: 'c' } as never
    await persistence.addSubscriptions(client, [
      { topic: 'granted', qos: 1 },
      { topic: 'denied', qos: 1 },
    ])
    const kept = await persistence.subscriptionsByClient(client)
    expect(kept.map((it) => it.topic)).to.deep.equal(['granted'])
  })

  it('a client that releases no QoS 2 messages is disconnected at the 1001st', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    for (let id = 1; id <= 1000; id++) client.send(publish(device.topic, id, 2, '{"speed":1}'))
    await client.next('pubrec', 1000)
    client.send(publish(device.topic, 1001, 2, '{"speed":1}'))
    await client.closed
    expect(client.count('pubrec')).to.equal(1000)
  })

  it('540,000 bad readings in one megabyte become 540 dead letters', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    const bad = `[${'1,'.repeat(999)}1]`
    for (let id = 1; id <= 540; id++) client.send(publish(device.topic, id, 1, bad))
    await client.next('puback', 540)
    const letters = await broker.db.sql`select from rejected_messages where vehicle_id = ${device.vehicleId}`
    expect(letters.length).to.equal(540)
    client.socket.destroy()
  })
})

describe('QoS 2 messages of a connection', () => {
  let broker: TestBroker
  let client: RawClient
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  it('a reading without a time, resent before its release, is stored once', async () => {
    const device = await broker.addDevice()
    client = await logInRaw(broker, device)
    client.send(publish(device.topic, 7, 2, '{"speed":1}'))
    await client.next('pubrec')
    client.send({ ...publish(device.topic, 7, 2, '{"speed":1}'), dup: true } as Packet)
    await client.next('pubrec', 2)
    const rows = await broker.db.sql`select from telemetry where vehicle_id = ${device.vehicleId}`
    expect(rows.length).to.equal(1)
    client.socket.destroy()
  })

  it('a rejected message is not forwarded to subscribers of telemetry', async () => {
    const device = await broker.addDevice()
    const admin = await logIn(broker, { clientId: 'ui/1/x', token: broker.sign({ sub: '1', role: 'admin' }) })
    const seen = collect(admin)
    await admin.subscribeAsync('fleet/+/telemetry')
    const sender = await logIn(broker, device)
    await sender.publishAsync(device.topic, '{"speed":-1}', { qos: 2 })
    await sender.publishAsync(device.topic, '{"speed":-1}', { qos: 1 })
    await sender.publishAsync(device.topic, '{"speed":3}', { qos: 2 })
    await eventually('the valid reading is received', () => seen.length > 0)
    expect(seen.map((it) => it.payload)).to.deep.equal([{ speed: 3 }])
    await sender.endAsync()
    await admin.endAsync()
  })
})

function publish(topic: string, messageId: number, qos: 0 | 1 | 2, payload: string): Packet {
  return { cmd: 'publish', topic, messageId, qos, payload, retain: false, dup: false }
}
