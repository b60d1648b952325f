import { expect } from 'chai'
import type { Packet } from 'mqtt-packet'
import { vehicleTopic } from '../../../contract/topics.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { publishPacket } from '../../support/packets.ts'
import { lockTelemetry, openSession, speedsOf, type QosClient } from '../../support/qos2.ts'

const again = (packet: Packet) => ({ ...packet, dup: true }) as Packet

describe('the order of packets in one write', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => {
    device = await broker.addDevice()
  })
  after(() => broker.close())

  const release = (messageId: number): Packet => ({ cmd: 'pubrel', messageId })
  const renewal = (token = broker.sign({ sub: device.clientId })) =>
    publishPacket(vehicleTopic(device.vehicle, 'session'), 9, 1, token)
  const message = (payload = '{"speed":1}') => publishPacket(device.topic, 1, 2, payload)
  const repliesOf = ({ received }: QosClient) =>
    received.map((it) => `${it.cmd} ${'messageId' in it ? it.messageId : ''}`).slice(1)

  for (const clean of [true, false]) {
    it(`a copy and its PUBREL are answered after a new token, with clean session ${Number(clean)}`, async () => {
      const client = await openSession(broker, device, { clean })
      client.send(message())
      await client.next('pubrec')
      client.send(renewal(), again(message()), release(1))
      await client.next('pubcomp')
      expect(repliesOf(client)).to.deep.equal(['pubrec 1', 'puback 9', 'pubrec 1', 'pubcomp 1'])
      client.send(message())
      await client.next('pubrec', 3)
      expect(await speedsOf(broker, device)).to.deep.equal([1, 1])
      await client.die()
    })

    it(`a message after a PUBREL is a new one, even while both are held, with clean session ${Number(clean)}`, async () => {
      const client = await openSession(broker, device, { clean })
      const lock = await lockTelemetry(broker)
      client.send(message())
      await lock.untilCopyWaits()
      client.send(again(message()), release(1), message())
      await lock.unlock()
      await client.next('pubrec', 3)
      expect(client.count('pubcomp')).to.equal(1)
      expect(await speedsOf(broker, device)).to.deep.equal([1, 1])
      client.release(1)
      await client.next('pubcomp', 2)
      await client.die()
    })

    it(`subscriptions are changed in order, with clean session ${Number(clean)}`, async () => {
      const topic = vehicleTopic(device.vehicle, 'rejected')
      const subscribe: Packet = { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] }
      const unsubscribe: Packet = { cmd: 'unsubscribe', messageId: 2, unsubscriptions: [topic] }
      const bad = () => publishPacket(device.topic, 5, 1, '{"speed":-1}')
      const client = await openSession(broker, device, { clean })
      client.send(subscribe, unsubscribe, subscribe, bad())
      await client.next('publish')
      client.send(unsubscribe, subscribe, unsubscribe, bad(), unsubscribe)
      await client.next('unsuback', 4)
      await client.next('puback', 2)
      client.send({ cmd: 'pingreq' })
      await client.next('pingresp')
      expect(client.count('publish')).to.equal(1)
      await client.die()
    })
  }

  it('readings after a new token are acknowledged after it, and not if it is refused', async () => {
    const client = await openSession(broker, device)
    client.send(renewal(), publishPacket(device.topic, 10, 1, '{"speed":1}'))
    await client.next('puback', 2)
    expect(repliesOf(client)).to.deep.equal(['puback 9', 'puback 10'])
    client.send(renewal('hello'), publishPacket(device.topic, 11, 1, '{"speed":2}'))
    await client.closed
    expect(client.count('puback')).to.equal(2)
    expect(await speedsOf(broker, device)).to.deep.equal([1])
  })

  it('answers to commands are acknowledged in order, including malformed ones', async () => {
    const topic = vehicleTopic(device.vehicle, 'commands/ack')
    const client = await openSession(broker, device)
    const answers = ['{"id":1,"ok":true}', 'hello', '{"id":2,"ok":true}', '{']
    client.send(...answers.map((payload, n) => publishPacket(topic, n + 1, 1, payload)))
    await client.next('puback', 4)
    expect(repliesOf(client)).to.deep.equal(['puback 1', 'puback 2', 'puback 3', 'puback 4'])
    await client.die()
  })
})
