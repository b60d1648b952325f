import type { Packet } from 'mqtt-packet'
import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn, logInRaw } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { publishPacket } from '../support/packets.ts'
import { openSession } from '../support/qos2.ts'

const again = (packet: Packet) => ({ ...packet, dup: true }) as Packet

describe('telemetry on a wrong topic', () => {
  let broker: TestBroker
  let device: TestDevice
  let other: TestDevice
  before(async () => {
    broker = await openTestBroker()
    device = await broker.addDevice()
    other = await broker.addDevice()
  })
  beforeEach(() => broker.db.sql`truncate telemetry, rejected_messages`)
  after(() => broker.close())

  const letters = () => broker.db.sql<{ code: string; vehicleId: number; text: string; detail: string }[]>`
    select code, vehicle_id as "vehicleId", convert_from(payload, 'utf8') as text, problems -> 0 ->> 'detail' as detail
    from rejected_messages order by id`
  const speedOf = ({ text }: { text: string }) => (JSON.parse(text) as { speed: number }).speed
  const readings = () => broker.db.sql`select vehicle_id, speed from telemetry order by speed`
  const topics = () => [
    other.topic,
    'fleet/nobody/telemetry',
    'fleet/x y/telemetry',
    'fleet/größe/telemetry',
    'fleet//telemetry',
    `fleet/${'v'.repeat(65)}/telemetry`,
    `fleet/${device.vehicle}/Telemetry`,
    `/${device.topic}`,
    `${device.topic}/`,
    `${device.topic}/#`,
    'fleet/+/telemetry',
    `fleet/${'a/'.repeat(80)}${'/'.repeat(40)}telemetry`,
    'fleet/\ufffd/telemetry',
  ]

  for (const qos of [0, 1, 2] as const) {
    it(`a message with QoS ${qos} is acknowledged as a dead letter, and the messages after it are stored`, async () => {
      const client = await logIn(broker, device)
      const wrong = topics()
      for (const [n, topic] of wrong.entries()) {
        await client.publishAsync(topic, `{"speed":${n}}`, { qos, retain: n % 2 === 0 })
        await client.publishAsync(device.topic, `{"speed":${n}}`, { qos })
      }
      await eventually('all dead letters', async () => (await letters()).length === wrong.length)
      await eventually('all readings', async () => (await readings()).length === wrong.length)
      // With QoS 0 a message may overtake one for which the device is looked up in the database.
      const inOrder = [...(await letters())].toSorted((a, b) => speedOf(a) - speedOf(b))
      for (const [n, letter] of inOrder.entries()) {
        expect(letter).to.include({
          code: 'wrong_topic',
          vehicleId: device.vehicleId,
          text: `{"speed":${n}}`,
        })
        expect(letter.detail)
          .to.include(JSON.stringify(wrong[n]?.slice(0, 200)))
          .and.include(` ${device.topic}`)
      }
      expect(client.connected).to.equal(true)
      await client.endAsync()
    })
  }

  it('messages on right and wrong topics are acknowledged in the order of their arrival', async () => {
    const client = await logInRaw(broker, device)
    client.send(
      ...Array.from({ length: 50 }, (_, n) =>
        publishPacket(n % 2 ? other.topic : device.topic, n + 1, 1, '{"speed":1}'),
      ),
    )
    await client.next('puback', 50)
    const ids = client.received.flatMap((it) => (it.cmd === 'puback' ? [it.messageId] : []))
    expect(ids).to.deep.equal(Array.from({ length: 50 }, (_, n) => n + 1))
    client.socket.destroy()
  })

  it('an empty or malformed payload on a wrong topic is a dead letter for the topic', async () => {
    const client = await logIn(broker, device)
    for (const payload of ['', '{', '[{"speed":1},{"speed":-1}]'])
      await client.publishAsync(other.topic, payload, { qos: 1 })
    expect((await letters()).map(({ code, text }) => [code, text])).to.deep.equal([
      ['wrong_topic', ''],
      ['wrong_topic', '{'],
      ['wrong_topic', '[{"speed":1},{"speed":-1}]'],
    ])
    await client.endAsync()
  })

  it('a message reaches no subscriber of the vehicle that it names; subscribers of its own vehicle get a notice', async () => {
    const follow = async (vehicleId: number) => {
      const user = await broker.addUser('user')
      await broker.db.sql`insert into grants (user_id, vehicle_id) values (${user.id}, ${vehicleId})`
      const client = await logIn(broker, user)
      await client.subscribeAsync(['fleet/+/telemetry', 'fleet/+/rejected'])
      return { client, messages: collect(client) }
    }
    const [own, others] = [await follow(device.vehicleId), await follow(other.vehicleId)]
    const [client, witness] = [await logIn(broker, device), await logIn(broker, other)]
    for (const qos of [0, 1, 2] as const)
      await client.publishAsync(other.topic, '{"speed":1}', { qos, retain: true })
    await eventually('three notices', () => own.messages.length === 3)
    await witness.publishAsync(other.topic, '{"speed":2}', { qos: 1 })
    await eventually('the reading after them', () => others.messages.length > 0)
    expect(others.messages).to.deep.equal([{ topic: other.topic, payload: { speed: 2 } }])
    expect(new Set(own.messages.map(({ topic }) => topic))).to.deep.equal(
      new Set([`fleet/${device.vehicle}/rejected`]),
    )
    for (const it of [own.client, others.client, client, witness]) await it.endAsync()
  })

  it('a message counts against the rate of its device', async () => {
    const slow = await openTestBroker({ DEVICE_READINGS_PER_S: '1' })
    const fast = await slow.addDevice()
    const client = await logInRaw(slow, fast)
    const wrong = 'fleet/x y/telemetry'
    client.send(...Array.from({ length: 1100 }, (_, n) => publishPacket(wrong, n + 1, 1, '{"speed":1}')))
    await eventually('the device is held', async () => (await slow.metric('devices_throttled_total')) > 0)
    client.socket.destroy()
    await slow.close()
  })

  for (const clean of [true, false]) {
    it(`a resent QoS 2 message on a wildcard topic has one dead letter, with clean session ${Number(clean)}`, async () => {
      const client = await openSession(broker, device, { clean })
      const wild = publishPacket('fleet/+/telemetry', 3, 2, '{"speed":1}')
      client.send(wild, again(wild), publishPacket(device.topic, 4, 2, '{"speed":2}'))
      await client.next('pubrec', 3)
      client.send(again(wild))
      await client.next('pubrec', 4)
      client.release(3)
      await client.next('pubcomp')
      expect(await letters()).to.have.length(1)
      client.send(wild)
      await client.next('pubrec', 5)
      expect((await letters()).map(({ code }) => code)).to.deep.equal(['wrong_topic', 'wrong_topic'])
      expect(await readings()).to.have.length(1)
      await client.die()
    })
  }

  it('a last will on a wildcard topic is a dead letter', async () => {
    const will = {
      topic: 'fleet/+/telemetry',
      payload: Buffer.from('{"speed":1}'),
      qos: 2 as const,
      retain: false,
    }
    const mortal = await logIn(broker, device, { will })
    mortal.stream.destroy()
    await eventually('the dead letter is stored', async () => (await letters()).length === 1)
  })

  it('a topic that is not UTF-8 ends the connection with any QoS, counted, and logged once', async () => {
    const reason = 'malformed_packet'
    const counted = await broker.metric('connections_closed_total', { reason })
    for (const first of [0x30, 0x32, 0x34]) {
      const client = await logInRaw(broker, device)
      const topic = Buffer.concat([
        Buffer.from('fleet/'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('/telemetry'),
      ])
      const rest = Buffer.concat([
        Buffer.from([0, topic.length]),
        topic,
        Buffer.from(first === 0x30 ? [] : [0, 1]),
      ])
      client.socket.write(Buffer.concat([Buffer.from([first, rest.length]), rest]))
      await client.closed
    }
    expect(await letters()).to.have.length(0)
    expect(await broker.metric('connections_closed_total', { reason })).to.equal(counted + 3)
    const lines = broker.log.filter((it) => it['reason'] === reason)
    expect(lines).to.have.length(1)
    expect(lines[0]).to.include({ event: 'connection_closed', clientId: device.clientId })
  })
})
