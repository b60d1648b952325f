import { expect } from 'chai'
import type { IPublishPacket } from 'mqtt-packet'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn, logInRaw, type RawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { publishPacket } from '../support/packets.ts'
import type { RejectedNotice } from '../../contract/problems.ts'

const TIME = '2026-11-21T08:00:00Z'

describe('notices of refused readings', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => {
    device = await broker.addDevice()
  })
  after(() => broker.close())

  const topic = () => `fleet/${device.vehicle}/rejected`
  const follow = (client: RawClient, qos: 0 | 1 | 2) => {
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: topic(), qos }] })
    return client.next('suback')
  }
  const publishesOf = (client: RawClient) =>
    client.received.filter((it): it is IPublishPacket => it.cmd === 'publish')
  const noticesOf = (client: RawClient) =>
    publishesOf(client).map((it) => JSON.parse(String(it.payload)) as RejectedNotice)
  const timesOf = ({ rejected }: RejectedNotice) => rejected.map(({ time }) => time)
  const bad = (n: number) => JSON.stringify({ time: n, speed: -1 })
  const acknowledge = (client: RawClient) => {
    for (const { qos, messageId } of publishesOf(client).filter(({ qos }) => qos === 1))
      client.send({ cmd: 'puback', messageId: messageId ?? 0, qos } as never)
  }

  it('a notice names the device, the packet and the times of the readings as sent', async () => {
    const client = await logInRaw(broker, device)
    await follow(client, 1)
    const readings = [
      { time: TIME, speed: -1 },
      { time: TIME, speed: 1 },
      { time: 1_795_248_000_000, speed: -1 },
      { speed: -1 },
      { time: [7], speed: 1 },
      { time: 'x'.repeat(1000), speed: 1 },
      7,
    ]
    client.send(publishPacket(device.topic, 77, 1, JSON.stringify(readings)))
    client.send(publishPacket(device.topic, 78, 1, JSON.stringify({ time: TIME, speed: -1 })))
    client.send(publishPacket(device.topic, 0, 0, '{'))
    client.send(publishPacket(device.topic, 79, 2, JSON.stringify({ time: TIME, speed: -2 })))
    client.send(publishPacket('fleet/x y/telemetry', 80, 1, '{"speed":1}'))
    await eventually('all notices', () => noticesOf(client).length === 5)
    const found = noticesOf(client).map((it) => [it.device, it.packet_id, it.count, timesOf(it)])
    const key = device.clientId
    expect(found).to.have.deep.members([
      [key, 77, 6, [TIME, 1_795_248_000_000, null, null, 'x'.repeat(64), null]],
      [key, 78, 1, [TIME]],
      [key, null, 1, [null]],
      [key, 79, 1, [TIME]],
      [key, 80, 1, [null]],
    ])
    client.socket.destroy()
  })

  it('a notice of readings over HTTP names no packet', async () => {
    const client = await logInRaw(broker, device)
    await follow(client, 1)
    const headers = { authorization: `Bearer ${device.token}` }
    const url = `http://127.0.0.1:${broker.statusPort}/telemetry`
    await fetch(url, { method: 'POST', headers, body: JSON.stringify({ time: TIME, speed: -1 }) })
    await eventually('the notice', () => noticesOf(client).length === 1)
    expect(noticesOf(client)[0]).to.deep.include({ device: device.clientId, packet_id: null })
    expect(noticesOf(client).map(timesOf)).to.deep.equal([[TIME]])
    client.socket.destroy()
  })

  it('a notice has the QoS of its subscription, at most 1, for devices and users', async () => {
    const user = await broker.addUser('user')
    await broker.db.sql`insert into grants (user_id, vehicle_id) values (${user.id}, ${device.vehicleId})`
    const sibling = await broker.addDevice({ vehicleId: device.vehicleId })
    for (const qos of [0, 1, 2] as const) {
      const sender = await logInRaw(broker, device)
      const others = [await logInRaw(broker, sibling), await logInRaw(broker, { ...device, ...user })]
      for (const client of [sender, ...others]) await follow(client, qos)
      sender.send(publishPacket(device.topic, 9, 1, bad(1)))
      for (const client of [sender, ...others]) {
        await client.next('publish')
        expect(publishesOf(client).map((it) => it.qos)).to.deep.equal([Math.min(qos, 1)])
        expect(noticesOf(client)[0]).to.include({ device: device.clientId, packet_id: 9 })
        client.socket.destroy()
        await client.closed
      }
    }
  })

  it('20 unconfirmed notices are in flight and 100 wait; beyond that the oldest are dropped', async () => {
    const client = await logInRaw(broker, device)
    await follow(client, 1)
    const dropped = await broker.metric('messages_dropped_total')
    for (let n = 1; n <= 130; n++) client.send(publishPacket(device.topic, n, 1, bad(n)))
    await client.next('puback', 130)
    await eventually('20 notices', () => publishesOf(client).length === 20)
    expect(await broker.metric('messages_dropped_total')).to.equal(dropped + 10)
    expect(new Set(publishesOf(client).map(({ messageId }) => messageId)).size).to.equal(20)
    for (let count = 20; count < 120; count = publishesOf(client).length) {
      acknowledge(client)
      await eventually('further notices', () => publishesOf(client).length > count)
    }
    const packets = noticesOf(client).map((it) => it.packet_id)
    expect(packets).to.deep.equal([
      ...Array.from({ length: 20 }, (_, n) => n + 1),
      ...Array.from({ length: 100 }, (_, n) => n + 31),
    ])
    client.socket.destroy()
  })

  it('unconfirmed notices are resent with DUP when a kept session is resumed', async () => {
    const open = (clean: boolean) => logInRaw(broker, device, { clean })
    const first = await open(false)
    await follow(first, 1)
    for (let n = 1; n <= 3; n++) first.send(publishPacket(device.topic, n, 1, bad(n)))
    await first.next('publish', 3)
    const [confirmed] = publishesOf(first)
    first.send({ cmd: 'puback', messageId: confirmed?.messageId ?? 0 } as never)
    first.send({ cmd: 'pingreq' })
    await first.next('pingresp')
    first.socket.destroy()
    await first.closed
    const second = await open(false)
    await second.next('publish', 2)
    expect(noticesOf(second).map((it) => it.packet_id)).to.deep.equal([2, 3])
    expect(publishesOf(second).map(({ dup, qos }) => [dup, qos])).to.deep.equal([
      [true, 1],
      [true, 1],
    ])
    acknowledge(second)
    second.send({ cmd: 'pingreq' })
    await second.next('pingresp')
    second.socket.destroy()
    await second.closed
    // Neither a new session nor one that has confirmed all notices gets any.
    for (const clean of [false, true]) {
      const later = await open(clean)
      later.send({ cmd: 'pingreq' })
      await later.next('pingresp')
      expect(publishesOf(later)).to.deep.equal([])
      later.socket.destroy()
      await later.closed
    }
  })

  it('no notice is kept for a device that is away', async () => {
    const sibling = await broker.addDevice({ vehicleId: device.vehicleId })
    const away = await logInRaw(broker, device, { clean: false })
    await follow(away, 1)
    away.socket.destroy()
    await away.closed
    const client = await logIn(broker, sibling)
    for (let n = 1; n <= 10; n++) await client.publishAsync(device.topic, bad(n), { qos: 1 })
    const back = await logInRaw(broker, device, { clean: false })
    back.send({ cmd: 'pingreq' })
    await back.next('pingresp')
    expect(publishesOf(back)).to.deep.equal([])
    back.socket.destroy()
    await client.endAsync()
  })

  it('a device that was moved gets the whole notice, users get the part of their vehicle', async () => {
    const next = await broker.addDevice()
    const before = await logInRaw(broker, device)
    const key = device.clientId
    await broker.db.sql`update devices set vehicle_id = ${next.vehicleId} where key = ${key}`
    await before.closed
    const users = []
    for (const vehicleId of [device.vehicleId, next.vehicleId]) {
      const user = await broker.addUser('user')
      await broker.db.sql`insert into grants (user_id, vehicle_id) values (${user.id}, ${vehicleId})`
      const client = await logIn(broker, user)
      await client.subscribeAsync('fleet/+/rejected', { qos: 1 })
      users.push({ client, messages: collect(client) })
    }
    const client = await logIn(broker, device)
    await client.subscribeAsync(`fleet/${next.vehicle}/rejected`, { qos: 1 })
    const own = collect(client)
    const nowTime = new Date().toISOString()
    await client.publishAsync(
      device.topic,
      JSON.stringify([
        { time: TIME, speed: -1 },
        { time: nowTime, speed: -1 },
      ]),
      { qos: 1 },
    )
    const shown = (messages: { topic: string; payload: unknown }[]) =>
      messages.map((it) => [it.topic, timesOf(it.payload as RejectedNotice)])
    for (const { messages } of [...users, { messages: own }])
      await eventually('a notice', () => messages.length > 0)
    expect(users.map(({ messages }) => shown(messages))).to.deep.equal([
      [[`fleet/${device.vehicle}/rejected`, [TIME]]],
      [[`fleet/${next.vehicle}/rejected`, [nowTime]]],
    ])
    expect(shown(own)).to.deep.equal([[`fleet/${next.vehicle}/rejected`, [TIME, nowTime]]])
    for (const it of [...users.map((user) => user.client), client]) await it.endAsync()
  })
})
