import { once } from 'node:events'
import { expect } from 'chai'
import { generate } from 'mqtt-packet'
import { WebSocket } from 'ws'
import { PAYLOAD_BYTES_MAX } from '../../contract/telemetry.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn, logInRaw } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { connectPacket, publishPacket } from '../support/packets.ts'

const LARGE = PAYLOAD_BYTES_MAX + 10_000

describe('messages that are too large', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => {
    await broker.db.sql`truncate telemetry, rejected_messages`
    device = await broker.addDevice()
  })
  after(() => broker.close())

  const payloadOf = (bytes: number, mark = '1') => `[{"speed":${mark}},`.padEnd(bytes, ' ')
  const letters = () => broker.db.sql<
    { code: string; vehicleId: number; text: string; detail: string; index: number | null }[]
  >`
    select code, vehicle_id as "vehicleId", convert_from(payload, 'utf8') as text, problems -> 0 ->> 'detail' as detail,
      reading_index as index
    from rejected_messages order by id`
  const closedFor = () => broker.metric('connections_closed_total', { reason: 'packet_too_large' })
  const detail = (bytes: number) =>
    `the payload has ${bytes} bytes; at most ${PAYLOAD_BYTES_MAX} are allowed. Only its first 1024 bytes are kept`

  for (const qos of [0, 1, 2] as const) {
    it(`an oversized message with QoS ${qos} ends the connection, and its first KiB is a dead letter`, async () => {
      const closed = await closedFor()
      const client = await logInRaw(broker, device)
      client.send(
        publishPacket(device.topic, 5, 1, '{"speed":1}'),
        publishPacket(device.topic, 6, qos, payloadOf(LARGE)),
      )
      await client.closed
      const expected = {
        code: 'message_too_large',
        vehicleId: device.vehicleId,
        index: null,
        detail: detail(LARGE),
      }
      expect([...(await letters())]).to.deep.equal([{ ...expected, text: payloadOf(LARGE).slice(0, 1024) }])
      expect(client.received.filter(({ cmd }) => cmd === 'pubrec')).to.have.length(0)
      expect(client.received.flatMap((it) => (it.cmd === 'puback' ? [it.messageId] : []))).to.deep.equal([5])
      expect(await closedFor()).to.equal(closed + 1)
      expect(await broker.db.sql`select from telemetry`).to.have.length(1)
    })
  }

  it('an oversized message split at any byte is recorded before its end arrives', async () => {
    const packet = generate(publishPacket(device.topic, 7, 1, payloadOf(LARGE))).subarray(0, 2000)
    for (const cuts of [[1], [2, 3, 4], [5, 40], [30, 600, 1200]]) {
      const client = await logInRaw(broker, device)
      for (const [n, from] of [0, ...cuts].entries()) {
        client.socket.write(packet.subarray(from, cuts[n] ?? packet.length))
        await new Promise(setImmediate)
      }
      await client.closed
    }
    expect((await letters()).map(({ text }) => text)).to.deep.equal([payloadOf(1024)])
  })

  it('an oversized message that stalls is recorded after a time limit, without memory reserved for its announced size', async () => {
    const client = await logInRaw(broker, device)
    // The largest length that MQTT can announce: 256 MiB.
    const topic = Buffer.concat([Buffer.from([0, device.topic.length]), Buffer.from(device.topic)])
    client.socket.write(
      Buffer.concat([
        Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]),
        topic,
        Buffer.from([0, 9]),
        Buffer.from('{"speed":'),
      ]),
    )
    const beforeMs = performance.now()
    await client.closed
    expect(performance.now() - beforeMs).to.be.at.least(4000)
    const [letter] = await letters()
    expect(letter).to.include({ text: '{"speed":', detail: detail(268_435_455 - topic.length - 2) })
  })

  it('an oversized message has one dead letter, however often it is resent', async () => {
    for (let n = 0; n < 5; n++) {
      const client = await logInRaw(broker, device)
      client.send(publishPacket(device.topic, n + 1, 1, payloadOf(LARGE)))
      await client.closed
    }
    // Repeats are merged per hour, so a run across the full hour records two.
    expect((await letters()).length).to.be.within(1, 2)
    const client = await logInRaw(broker, device)
    client.send(publishPacket(device.topic, 9, 1, payloadOf(LARGE, '2')))
    await client.closed
    expect((await letters()).at(-1)?.text).to.equal(payloadOf(1024, '2'))
  })

  it('the recorded size of an oversized message excludes its topic, however long', async () => {
    for (const [n, length] of [500, 1600, 20_000, 65_000].entries()) {
      const topic = `fleet/${'a'.repeat(length)}/telemetry`
      const packet = generate(publishPacket(topic, 7, 1, payloadOf(LARGE, String(n))))
      const client = await logInRaw(broker, device)
      const cuts = [6, 7, 300, length, packet.length]
      for (const [at, end] of cuts.entries()) {
        client.socket.write(packet.subarray(cuts[at - 1] ?? 0, end))
        await new Promise(setImmediate)
      }
      await client.closed
      expect((await letters()).at(-1)).to.include({ detail: detail(LARGE), text: payloadOf(1024, String(n)) })
    }
  })

  it('oversized messages with the same first KiB and different lengths have separate dead letters', async () => {
    for (const bytes of [LARGE, LARGE + 1, LARGE, LARGE + 1]) {
      const client = await logInRaw(broker, device)
      client.send(publishPacket(device.topic, 1, 1, payloadOf(bytes)))
      await client.closed
    }
    const details = (await letters()).map((it) => it.detail)
    expect([...new Set(details)]).to.have.members([detail(LARGE), detail(LARGE + 1)])
    // Repeats are merged per hour, so a run across the full hour records two of each.
    expect(details.length).to.be.within(2, 4)
  })

  it('a message that is too large only because of its topic is recorded as such', async () => {
    const client = await logInRaw(broker, device)
    client.send(publishPacket(`fleet/${'a'.repeat(2000)}/telemetry`, 1, 1, payloadOf(PAYLOAD_BYTES_MAX)))
    await client.closed
    const expected = `the topic is too long for a payload of ${PAYLOAD_BYTES_MAX} bytes. Only its first 1024 bytes are kept`
    expect((await letters()).map((it) => it.detail)).to.deep.equal([expected])
  })

  it('an oversized message over WebSocket is recorded, in one frame or in several', async () => {
    const url = `ws://127.0.0.1:${broker.wsPort}/mqtt`
    for (const bytes of [LARGE, 3_000_000]) {
      const client = await logIn(broker, device, { url })
      const closed = new Promise<void>((resolve) => void client.once('close', () => resolve()))
      client.on('error', () => {})
      client.publish(device.topic, payloadOf(bytes, String(bytes)), { qos: 1 })
      await closed
      expect((await letters()).at(-1)).to.include({
        detail: detail(bytes),
        text: payloadOf(1024, String(bytes)),
      })
      await client.endAsync(true)
    }
    const webSocket = new WebSocket(url, 'mqtt')
    await once(webSocket, 'open')
    webSocket.on('error', () => {})
    webSocket.send(generate(connectPacket(device)))
    await once(webSocket, 'message')
    const closed = once(webSocket, 'close')
    webSocket.send(generate(publishPacket(device.topic, 3, 1, payloadOf(LARGE, '7'))))
    await closed
    expect((await letters()).at(-1)?.text).to.equal(payloadOf(1024, '7'))
  })

  it('a message of exactly the maximum size is stored over WebSocket', async () => {
    const client = await logIn(broker, device, { url: `ws://127.0.0.1:${broker.wsPort}/mqtt` })
    const payload = '{"speed":1}'.padEnd(PAYLOAD_BYTES_MAX, ' ')
    await client.publishAsync(device.topic, payload, { qos: 1 })
    await client.publishAsync(device.topic, payload, { qos: 2 })
    expect(await broker.db.sql`select from telemetry`).to.have.length(2)
    await client.endAsync()
  })

  it("an oversized message is reported to subscribers, whether it was sent to the device's topic or to an invalid one", async () => {
    const user = await broker.addUser('user')
    await broker.db.sql`insert into grants (user_id, vehicle_id) values (${user.id}, ${device.vehicleId})`
    const subscriber = await logIn(broker, user)
    await subscriber.subscribeAsync('fleet/+/rejected')
    const messages = collect(subscriber)
    for (const topic of [device.topic, 'fleet/x y/telemetry']) {
      const client = await logInRaw(broker, device)
      client.send(publishPacket(topic, 8, 1, payloadOf(LARGE, topic === device.topic ? '1' : '2')))
      await client.closed
    }
    await eventually('two notices', () => messages.length === 2)
    for (const { payload } of messages) {
      expect(payload).to.include({ device: device.clientId, packet_id: 8, count: 1 })
      expect(payload).to.have.nested.property('rejected[0].problems[0].code', 'message_too_large')
    }
    await subscriber.endAsync()
  })

  it('oversized command answers and oversized messages of users are not recorded', async () => {
    const command = await logInRaw(broker, device)
    command.send(publishPacket(`fleet/${device.vehicle}/commands/ack`, 1, 1, payloadOf(LARGE)))
    await command.closed
    const admin = await logInRaw(broker, {
      ...device,
      clientId: 'ui/1/t',
      token: broker.sign({ sub: '1', role: 'admin' }),
    })
    admin.send(publishPacket(device.topic, 1, 1, payloadOf(LARGE)))
    await admin.closed
    expect(await letters()).to.have.length(0)
  })
})
