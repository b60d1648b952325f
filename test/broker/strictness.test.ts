import { once } from 'node:events'
import { expect } from 'chai'
import { generate } from 'mqtt-packet'
import { WebSocket } from 'ws'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logInRaw, openRawClient, type RawClient } from '../support/clients.ts'
import { connectPacket, publishPacket } from '../support/packets.ts'

describe('violations of MQTT', () => {
  let broker: TestBroker
  let device: TestDevice
  let witness: RawClient
  before(async () => {
    broker = await openTestBroker()
    device = await broker.addDevice()
    witness = await logInRaw(broker, await broker.addDevice())
  })
  afterEach(async () => {
    const answers = witness.count('pingresp')
    witness.send({ cmd: 'pingreq' })
    await witness.next('pingresp', answers + 1)
  })
  after(() => broker.close())

  const closed = (reason: string) => broker.metric('connections_closed_total', { reason })

  const SUBSCRIBE = generate({
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: [{ topic: 'fleet/+/rejected', qos: 0 }],
  })
  const UNSUBSCRIBE = generate({ cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['a'] })
  const publish = (qos: 1 | 2, topic = device.topic) =>
    generate(publishPacket(topic, 0x7f7f, qos, '{"speed":1}'))
  const zeroAt = (bytes: Buffer, at: number) => Buffer.from(bytes).fill(0, at, at + 2)

  for (const { what, bytes } of [
    { what: 'SUBSCRIBE', bytes: () => zeroAt(SUBSCRIBE, 2) },
    { what: 'UNSUBSCRIBE', bytes: () => zeroAt(UNSUBSCRIBE, 2) },
    { what: 'telemetry with QoS 1', bytes: () => zeroAt(publish(1), publish(1).indexOf('\x7f\x7f')) },
    { what: 'telemetry with QoS 2', bytes: () => zeroAt(publish(2), publish(2).indexOf('\x7f\x7f')) },
  ]) {
    it(`${what} with the packet identifier 0 [MQTT-2.3.1-1] closes the connection`, async () => {
      const counted = await closed('bad_packet_id')
      const client = await logInRaw(broker, device)
      client.socket.write(bytes())
      await client.closed
      expect(client.received.length).to.equal(1)
      expect(await closed('bad_packet_id')).to.equal(counted + 1)
    })
  }

  it('a QoS of 3 [MQTT-3.3.1-4] and reserved flags [MQTT-2.2.2-2] close the connection', async () => {
    for (const first of [0x36, 0x80, 0xa0, 0x60, 0xc1, 0xf0, 0x00, 0x20]) {
      const client = await logInRaw(broker, device)
      const bytes =
        first === 0xc1
          ? Buffer.from([first, 0])
          : Buffer.concat([Buffer.from([first]), SUBSCRIBE.subarray(1)])
      client.socket.write(bytes)
      await client.closed
      expect(client.received.length, first.toString(16)).to.equal(1)
    }
  })

  it('a will with a QoS of 3 [MQTT-3.1.2-14] is refused', async () => {
    const will = {
      topic: `fleet/${device.vehicle}/status`,
      payload: Buffer.from('{}'),
      qos: 2 as const,
      retain: false,
    }
    const bytes = generate({ ...connectPacket(device), will } as never)
    const flagsAt = bytes.indexOf('MQTT') + 5
    bytes[flagsAt] = (bytes[flagsAt] ?? 0) | 0x18
    const counted = await closed('malformed_connect')
    const client = await openRawClient(broker.mqttPort)
    client.socket.write(bytes)
    await client.closed
    expect(client.received).to.deep.equal([])
    expect(await closed('malformed_connect')).to.equal(counted + 1)
  })

  const will = { topic: 'a\0b', payload: Buffer.from('{}'), qos: 0, retain: false } as const
  for (const [where, part] of [
    ['client id', { clientId: 'dev\0' }],
    ['client id of a user', { clientId: 'ui/1/\0' }],
    ['user name', { username: 'a\0' }],
    ['topic of the will', { will }],
  ] as const) {
    it(`U+0000 in the ${where} [MQTT-1.5.3-2] closes the connection without a CONNACK`, async () => {
      const login = part.clientId?.startsWith('ui')
        ? { token: broker.sign({ sub: '1', role: 'admin' }) }
        : device
      const counted = await closed('malformed_connect')
      const client = await openRawClient(broker.mqttPort)
      client.send({ ...connectPacket({ ...device, ...login }), ...part })
      await client.closed
      expect(client.received).to.deep.equal([])
      expect(await closed('malformed_connect')).to.equal(counted + 1)
    })
  }

  for (const text of ['\u0001', '\n', '\u007f', '\u0085', '\ufffd']) {
    it(`a control character in a client id is refused by return code 2: ${JSON.stringify(text)}`, async () => {
      const client = await openRawClient(broker.mqttPort)
      const token = broker.sign({ sub: '1', role: 'admin' })
      client.send(connectPacket({ clientId: `ui/1/a${text}`, token }))
      expect(await client.next('connack')).to.have.property('returnCode', 2)
      await client.closed
    })
  }

  for (const [when, pieces] of [
    ['as a whole', (all: Buffer) => [all]],
    ['behind a binary one', (all: Buffer) => [all.subarray(0, 3), all.subarray(3)]],
  ] as const) {
    it(`MQTT in a text frame [MQTT-6.0.0-1], ${when}, closes the connection`, async () => {
      const counted = await closed('text_frame')
      const webSocket = new WebSocket(`ws://127.0.0.1:${broker.wsPort}/mqtt`, 'mqtt')
      const received: unknown[] = []
      webSocket.on('message', (data) => received.push(data))
      await once(webSocket, 'open')
      // Without a password, whose flag would make it invalid UTF-8, which ws refuses by itself.
      const all = generate({ cmd: 'connect', clientId: 'x', keepalive: 1, clean: true })
      const parts = pieces(all)
      for (const [n, part] of parts.entries()) webSocket.send(part, { binary: n < parts.length - 1 })
      await once(webSocket, 'close')
      expect(received).to.deep.equal([])
      expect(await closed('text_frame')).to.equal(counted + 1)
    })
  }
})
