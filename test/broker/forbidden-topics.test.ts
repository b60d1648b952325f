import { expect } from 'chai'
import type { Packet } from 'mqtt-packet'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logInRaw } from '../support/clients.ts'
import { publishPacket } from '../support/packets.ts'

describe('packets that end their connection', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => {
    device = await broker.addDevice()
  })
  after(() => broker.close())

  async function endConnections(count: number, packet: () => Packet | Buffer): Promise<void> {
    for (let n = 0; n < count; n++) {
      const client = await logInRaw(broker, device)
      const sent = packet()
      if (Buffer.isBuffer(sent)) client.socket.write(sent)
      else client.send(sent)
      await client.closed
      expect(client.received.map(({ cmd }) => cmd)).to.deep.equal(['connack'])
    }
  }
  const linesOf = (event: string) =>
    broker.log.filter((it) => it['event'] === event && it['clientId'] === device.clientId)

  const topics: [topic: string, reason: string][] = [
    [`fleet/${'a/'.repeat(120)}status`, 'unknown_topic'],
    ['nonsense', 'unknown_topic'],
  ]
  for (const [topic, reason] of topics)
    for (const qos of [0, 1, 2] as const) {
      it(`a publish to ${topic.slice(0, 20)} with QoS ${qos} is counted by its reason, and logged once`, async () => {
        const denied = await broker.metric('publishes_denied_total', { reason })
        const closed = await broker.metric('connections_closed_total', { reason: 'protocol_error' })
        await endConnections(5, () => publishPacket(topic, 1, qos, '{}'))
        expect(await broker.metric('publishes_denied_total', { reason })).to.equal(denied + 5)
        expect(await broker.metric('connections_closed_total', { reason: 'protocol_error' })).to.equal(closed)
        expect(linesOf('publish_denied')).to.have.length(1)
        expect(linesOf('publish_denied')[0]).to.include({ reason, topic: topic.slice(0, 200) })
      })
    }

  const packets: [what: string, reason: string, packet: () => Packet | Buffer][] = [
    ['a topic with a wildcard', 'malformed_packet', () => publishPacket('fleet/+/status', 1, 2, '{}')],
    ['a topic that is a wildcard', 'malformed_packet', () => publishPacket('#', 1, 1, '{}')],
    ['an empty topic filter', 'malformed_packet', () => Buffer.from([0x82, 5, 0, 1, 0, 0, 0])],
    ['a reserved packet type', 'unexpected_packet', () => Buffer.from([0xf0, 0])],
    ['a QoS of 3', 'malformed_packet', () => Buffer.from([0x36, 6, 0, 1, 0x61, 0, 1, 0x62])],
    [
      'a second CONNECT',
      'unexpected_packet',
      () => ({
        cmd: 'connect',
        clientId: 'x',
        keepalive: 0,
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
      }),
    ],
    [
      'a misplaced wildcard',
      'malformed_packet',
      () => ({ cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['a/#/b'] }),
    ],
  ]
  for (const [what, reason, packet] of packets)
    it(`${what} is counted as ${reason}, and logged once`, async () => {
      const closed = await broker.metric('connections_closed_total', { reason })
      await endConnections(5, packet)
      expect(await broker.metric('connections_closed_total', { reason })).to.equal(closed + 5)
      expect(linesOf('connection_closed')).to.have.length(1)
      expect(linesOf('connection_closed')[0]).to.have.property('detail').that.is.a('string')
    })
})
