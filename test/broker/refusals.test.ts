import { once } from 'node:events'
import type { Socket } from 'node:net'
import { expect } from 'chai'
import { connectAsync } from 'mqtt'
import { generate } from 'mqtt-packet'
import { WebSocket } from 'ws'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { logIn, logInRaw, openRawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { failureOf } from '../support/failure.ts'
import { connectPacket } from '../support/packets.ts'

const text = (value: string | Buffer) => {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}
/** A packet of at most 127 bytes after its header. */
const packet = (first: number, ...parts: (Buffer | number[])[]) => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  return Buffer.concat([Buffer.from([first, body.length]), body])
}
const ID = [0, 7]
/** Tests with one log line each that share a broker, whose log has at most 50 lines a second. */
const SHARING_MAX = 20

describe('refusals', () => {
  let db: TestDatabase
  let broker: TestBroker
  let device: TestDevice
  const sharingTests = new Set<Mocha.Test>()
  let sharing = 0
  before(async () => {
    db = await openTestDatabase()
    broker = await openTestBroker({}, db)
  })
  // A new device for each test, and a new broker for some: a log has one line in a few seconds per client.
  beforeEach(async function () {
    const shares = this.currentTest !== undefined && sharingTests.has(this.currentTest)
    if (!shares || ++sharing % SHARING_MAX === 0) {
      await broker.close()
      broker = await openTestBroker({}, db)
    }
    device = await broker.addDevice()
  })
  after(async () => {
    await broker.close()
    await db.drop()
  })

  const closed = (reason: string) => broker.metric('connections_closed_total', { reason })
  const refused = (reason: string) => broker.metric('logins_refused_total', { reason })
  /** The log lines about refusals after the first `count`. */
  const linesSince = (count: number) =>
    broker.log.slice(count).filter(({ level }) => level === 'warn' || level === 40)

  /** Sends these bytes. Returns the client's received data, and the single log line about them. */
  async function send(bytes: Buffer, isLoggedIn: boolean) {
    const lines = broker.log.length
    const client = isLoggedIn ? await logInRaw(broker, device) : await openRawClient(broker.mqttPort)
    const received: Buffer[] = []
    client.socket.on('data', (chunk: Buffer) => received.push(chunk))
    client.socket.write(bytes)
    await client.closed
    const [line, ...others] = linesSince(lines)
    expect(others).to.deep.equal([])
    return { received: Buffer.concat(received), line }
  }

  const malformed: [what: string, bytes: () => Buffer, reason?: string][] = [
    ['UNSUBSCRIBE without filters [MQTT-3.10.3-2]', () => packet(0xa2, ID)],
    ['UNSUBSCRIBE with an empty filter [MQTT-4.7.3-1]', () => packet(0xa2, ID, text(''))],
    ['UNSUBSCRIBE with a filter that is cut off', () => packet(0xa2, ID, [0, 9, 97])],
    ['SUBSCRIBE without filters [MQTT-3.8.3-3]', () => packet(0x82, ID)],
    ['SUBSCRIBE without a QoS', () => packet(0x82, ID, text('a'))],
    ['SUBSCRIBE with QoS 3 [MQTT-3-8.3-4]', () => packet(0x82, ID, text('a'), [3])],
    ['SUBSCRIBE with a reserved bit of its QoS', () => packet(0x82, ID, text('a'), [4])],
    ['SUBSCRIBE with a filter that is not UTF-8', () => packet(0x82, ID, text(Buffer.from([0xff])), [0])],
    ['SUBSCRIBE with U+0000 [MQTT-1.5.3-2]', () => packet(0x82, ID, text('a\0'), [0])],
    ['DISCONNECT with a body', () => packet(0xe0, [0])],
    ['DISCONNECT with flags [MQTT-3.14.1-1]', () => packet(0xe1)],
    ['PINGREQ with a body', () => packet(0xc0, [0])],
    ['PINGREQ with flags', () => packet(0xc2)],
    ['PUBACK with a body that is too long', () => packet(0x40, ID, [0])],
    ['PUBREL with wrong flags [MQTT-3.6.1-1]', () => packet(0x60, ID)],
    ['PUBLISH with QoS 0 and DUP [MQTT-3.3.1-2]', () => packet(0x38, text(device.topic), text('{}'))],
    ['PUBLISH with QoS 3 [MQTT-3.3.1-4]', () => packet(0x36, text(device.topic), ID)],
    ['PUBLISH with an empty topic [MQTT-4.7.3-1]', () => packet(0x32, text(''), ID)],
    ['PUBLISH to a wildcard [MQTT-3.3.2-2]', () => packet(0x32, text('fleet/x/#'), ID)],
    ['PUBLISH whose topic is cut off', () => packet(0x32, [0, 200, 97])],
    [
      'PUBLISH to a topic that is not UTF-8 [MQTT-1.5.3-1]',
      () => packet(0x30, text(Buffer.from([0xc0, 0x80]))),
    ],
    ['PUBACK with the identifier 0', () => packet(0x40, [0, 0]), 'bad_packet_id'],
    ['PUBREL without an identifier', () => packet(0x62), 'bad_packet_id'],
    ['a second CONNECT [MQTT-3.1.0-2]', () => generate(connectPacket(device)), 'unexpected_packet'],
    ['CONNACK', () => packet(0x20, [0, 0]), 'unexpected_packet'],
    ['SUBACK', () => packet(0x90, ID, [0]), 'unexpected_packet'],
    ['PINGRESP', () => packet(0xd0), 'unexpected_packet'],
    ['packet type 0', () => packet(0x00), 'unexpected_packet'],
    ['AUTH of MQTT 5', () => packet(0xf0), 'unexpected_packet'],
    ['a length of five bytes', () => Buffer.from([0x30, 255, 255, 255, 255, 1]), 'malformed_length'],
    ['SUBSCRIBE with # in a level [MQTT-4.7.1-2]', () => packet(0x82, ID, text('a#'), [0])],
    ['SUBSCRIBE with # before the last level [MQTT-4.7.1-2]', () => packet(0x82, ID, text('#/a'), [0])],
    ['SUBSCRIBE with + in a level [MQTT-4.7.1-3]', () => packet(0x82, ID, text('a/+b'), [0])],
    ['UNSUBSCRIBE with + in a level [MQTT-4.7.1-3]', () => packet(0xa2, ID, text('b+'))],
    ['SUBSCRIBE with too many levels', () => packet(0x82, ID, text('/'.repeat(110)), [0]), 'protocol_error'],
  ]
  for (const [what, bytes, reason = 'malformed_packet'] of malformed) {
    const test = it(`${what} closes the connection, is counted and logged`, async () => {
      const counted = await closed(reason)
      const { received, line } = await send(bytes(), true)
      expect([...received]).to.deep.equal([])
      expect(line).to.include({ event: 'connection_closed', reason, clientId: device.clientId })
      expect(await closed(reason)).to.equal(counted + 1)
    })
    sharingTests.add(test)
  }

  const connect = (flags: number, ...rest: (Buffer | number[])[]) =>
    packet(0x10, text('MQTT'), [4, flags, 0, 0], ...rest)
  const malformedConnects: [what: string, bytes: Buffer, reason?: string][] = [
    ['with a password and no user name [MQTT-3.1.2-22]', connect(0x42, text('x'), text('secret'))],
    ['with the reserved flag [MQTT-3.1.2-3]', connect(0x03, text('x'))],
    ['with the QoS of a missing will [MQTT-3.1.2-13]', connect(0x0a, text('x'))],
    ['with the retain flag of a missing will [MQTT-3.1.2-15]', connect(0x22, text('x'))],
    ['with a will of QoS 3 [MQTT-3.1.2-14]', connect(0x1e, text('x'), text('t'), text('w'))],
    ['with a will without a topic', connect(0x06, text('x'), text(''), text('w'))],
    ['with U+0000 in the client id [MQTT-1.5.3-2]', connect(0x02, text('x\0'))],
    ['with a client id that is not UTF-8 [MQTT-3.1.3-4]', connect(0x02, text(Buffer.from([0xff])))],
    ['with a user name that is not UTF-8', connect(0x82, text('x'), text(Buffer.from([0xff])))],
    ['with bytes behind its end', connect(0x02, text('x'), [1])],
    ['that is cut off', connect(0xc2, text('x'), text('user'))],
    ['with flags in its header [MQTT-2.2.2-2]', packet(0x11, text('MQTT'), [4, 2, 0, 0], text('x'))],
    ['with another protocol name [MQTT-3.1.2-1]', packet(0x10, text('MQTTX'), [4, 2, 0, 0], text('x'))],
    ['that is a PINGREQ [MQTT-3.1.0-1]', packet(0xc0), 'unexpected_packet'],
    ['that is a PUBLISH [MQTT-3.1.0-1]', packet(0x30, text('t')), 'unexpected_packet'],
  ]
  for (const [what, bytes, reason = 'malformed_connect'] of malformedConnects) {
    const test = it(`a first packet ${what} closes the connection, is counted and logged`, async () => {
      const counted = await closed(reason)
      const { received, line } = await send(bytes, false)
      expect([...received]).to.deep.equal([])
      expect(line).to.include({ event: 'connection_closed', reason })
      expect(await closed(reason)).to.equal(counted + 1)
    })
    sharingTests.add(test)
  }

  const REFUSED = [0x20, 2, 0, 1]
  for (const [name, level, connack] of [
    ['MQTT', 6, REFUSED],
    ['MQTT', 0, REFUSED],
    ['MQTT', 3, REFUSED],
    ['MQTT', 132, REFUSED],
    ['MQTT', 255, REFUSED],
    ['MQIsdp', 4, REFUSED],
    ['MQIsdp', 5, REFUSED],
    ['MQTT', 5, [0x20, 3, 0, 0x84, 0]],
  ] as const) {
    it(`level ${level} of ${name} is refused with a CONNACK, counted, and logged with the client id`, async () => {
      const counted = await refused('unsupported_protocol')
      const properties = level === 5 && name === 'MQTT' ? [[5, 0x11, 0, 0, 0, 9]] : []
      const bytes = packet(0x10, text(name), [level, 2, 0, 0], ...properties, text('tracker'))
      // The next packet is ignored.
      const { received, line } = await send(Buffer.concat([bytes, packet(0xc0)]), false)
      expect([...received]).to.deep.equal(connack)
      expect(line).to.include({ event: 'login_refused', reason: 'unsupported_protocol', clientId: 'tracker' })
      expect(line?.['detail']).to.include(`level ${level} of ${name}`)
      expect(await refused('unsupported_protocol')).to.equal(counted + 1)
    })
  }

  it('clients of MQTT 5 understand their refusal', async () => {
    const url = `mqtt://127.0.0.1:${broker.mqttPort}`
    const login = { clientId: device.clientId, username: 'x', password: device.token }
    const failure = await failureOf(
      connectAsync(url, { ...login, protocolVersion: 5, reconnectPeriod: 0 }, false),
    )
    expect(failure.message).to.include('Unsupported Protocol Version')
  })

  it('a refusal also ends a half-open connection', async () => {
    const client = await openRawClient(broker.mqttPort)
    client.socket.allowHalfOpen = true
    client.socket.write(packet(0x10, text('MQTT'), [6, 2, 0, 0], text('x')))
    await once(client.socket, 'end')
    await eventually('the connection is closed', async () => (await broker.metric('connections')) === 0)
    client.socket.destroy()
  })

  it('a clean session 0 without a client id [MQTT-3.1.3-8] is refused with CONNACK 2', async () => {
    const counted = await refused('client_id')
    const { received, line } = await send(connect(0, text('')), false)
    expect([...received]).to.deep.equal([0x20, 2, 0, 2])
    expect(line).to.include({ event: 'login_refused', reason: 'client_id' })
    expect(await refused('client_id')).to.equal(counted + 1)
  })

  it('a malformed WebSocket frame is counted and logged', async () => {
    const counted = await closed('malformed_frame')
    const lines = broker.log.length
    const webSocket = new WebSocket(`ws://127.0.0.1:${broker.wsPort}/mqtt`, 'mqtt')
    webSocket.on('error', () => {})
    await once(webSocket, 'open')
    const { _socket: socket } = webSocket as unknown as { _socket: Socket }
    // A reserved opcode.
    socket.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]))
    await once(webSocket, 'close')
    expect(linesSince(lines)).to.have.length(1)
    expect(await closed('malformed_frame')).to.equal(counted + 1)
  })

  it('MQTT 3.1 and ordinary disconnections are not refusals', async () => {
    const lines = broker.log.length
    const client = await logIn(broker, device, { protocolId: 'MQIsdp', protocolVersion: 3 })
    await client.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
    await client.endAsync()
    const raw = await logInRaw(broker, device)
    raw.socket.resetAndDestroy()
    await raw.closed
    const again = await logInRaw(broker, device)
    again.send({ cmd: 'pingreq' })
    await again.next('pingresp')
    again.send({ cmd: 'disconnect' })
    await again.closed
    expect(linesSince(lines)).to.deep.equal([])
  })
})
