import { expect } from 'chai'
import { createPressure } from '../../support/pressure.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { collect, logIn } from '../../support/clients.ts'
import { eventually } from '../../support/eventually.ts'
import { publishPacket } from '../../support/packets.ts'
import { lockTable, lockTelemetry, openSession, speedsOf } from '../../support/qos2.ts'

describe('resent QoS 2 messages', () => {
  const pressure = createPressure()
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker({}, undefined, { pressure })
  })
  beforeEach(async () => {
    device = await broker.addDevice()
  })
  after(() => broker.close())

  const letters = () =>
    broker.db.sql`select from rejected_messages where vehicle_id = ${device.vehicleId}`.then(
      (it) => it.length,
    )

  for (const dup of [true, false]) {
    it(`a message resent while its first copy is held is stored once, with DUP ${Number(dup)}`, async () => {
      const client = await openSession(broker, device)
      const lock = await lockTelemetry(broker)
      client.publish(5, '{"speed":1}')
      await lock.untilCopyWaits()
      client.publish(5, '{"speed":1}', { dup })
      client.publish(6, '{"speed":2}')
      await broker.metric('connections')
      expect(client.count('pubrec')).to.equal(0)
      await lock.unlock()
      await client.next('pubrec', 3)
      expect(await speedsOf(broker, device)).to.deep.equal([1, 2])
      await client.die()
    })
  }

  it('copies of a message in one write are stored once', async () => {
    const client = await openSession(broker, device, { clean: true })
    const packet = {
      cmd: 'publish',
      topic: device.topic,
      qos: 2,
      messageId: 9,
      payload: '{"speed":1}',
      retain: false,
    } as const
    client.send({ ...packet, dup: false }, { ...packet, dup: true }, { ...packet, dup: true })
    await client.next('pubrec', 3)
    expect(await speedsOf(broker, device)).to.deep.equal([1])
    await client.die()
  })

  for (const how of ['after a reconnect', 'by a connection that takes over']) {
    it(`a message resent ${how} while its first copy is held is stored once`, async () => {
      const first = await openSession(broker, device)
      const lock = await lockTelemetry(broker)
      first.publish(5, '{"speed":1}')
      await lock.untilCopyWaits()
      if (how === 'after a reconnect') await first.die()
      const second = await openSession(broker, device)
      await first.closed
      expect(second.sessionPresent).to.equal(true)
      second.publish(5, '{"speed":1}', { dup: true })
      // Once the broker answers over HTTP, it has read the earlier bytes.
      await broker.metric('connections')
      expect(second.count('pubrec')).to.equal(0)
      await lock.unlock()
      await second.next('pubrec')
      expect(await speedsOf(broker, device)).to.deep.equal([1])
      second.release(5)
      await second.next('pubcomp')
      second.publish(5, '{"speed":1}')
      await second.next('pubrec', 2)
      expect(await speedsOf(broker, device)).to.deep.equal([1, 1])
      await second.die()
    })
  }

  it('a message resent in a clean session while its first copy is held is a new message', async () => {
    const first = await openSession(broker, device)
    const lock = await lockTelemetry(broker)
    first.publish(5, '{"speed":1}')
    await lock.untilCopyWaits()
    const second = await openSession(broker, device, { clean: true })
    expect(second.sessionPresent).to.equal(false)
    await lock.unlock()
    await eventually('the first copy is stored', async () => (await speedsOf(broker, device)).length === 1)
    second.publish(5, '{"speed":2}')
    await second.next('pubrec')
    expect(await speedsOf(broker, device)).to.deep.equal([1, 2])
    await second.die()
  })

  it('a resent array with readings without a time is stored once', async () => {
    const client = await openSession(broker, device)
    const readings = '[{"speed":1},{"speed":2,"time":1767225600000},{"speed":3}]'
    client.publish(5, readings)
    await client.next('pubrec')
    client.publish(5, readings, { dup: true })
    await client.next('pubrec', 2)
    expect(await speedsOf(broker, device)).to.deep.equal([2, 1, 3])
    await client.die()
  })

  it('a resent rejected message has one dead letter and one notice', async () => {
    const listener = await logIn(broker, await broker.addDevice({ vehicleId: device.vehicleId }))
    const notices = collect(listener)
    await listener.subscribeAsync(`fleet/${device.vehicle}/rejected`)
    const client = await openSession(broker, device)
    client.publish(5, 'no JSON')
    client.publish(5, 'no JSON', { dup: true })
    await client.next('pubrec', 2)
    await client.die()
    const again = await openSession(broker, device)
    again.publish(5, 'no JSON', { dup: true })
    await again.next('pubrec')
    again.publish(6, '{"speed":-1}')
    await eventually('the notice of message 6', () => notices.length >= 2)
    expect(notices.length).to.equal(2)
    expect(await letters()).to.equal(2)
    await again.die()
    await listener.endAsync()
  })

  it('a resent answer to a command is forwarded once', async () => {
    const admin = await logIn(broker, { clientId: 'ui/1/x', token: broker.sign({ sub: '1', role: 'admin' }) })
    const answers = collect(admin)
    const topic = `fleet/${device.vehicle}/commands/ack`
    await admin.subscribeAsync(topic)
    const client = await openSession(broker, device)
    client.publish(5, '{"id":1,"ok":true}', { topic })
    client.publish(5, '{"id":1,"ok":true}', { topic, dup: true })
    await client.next('pubrec', 2)
    client.publish(6, '{"id":2,"ok":true}', { topic })
    await eventually('the answer to command 2', () => answers.length >= 2)
    expect(answers.map((it) => (it.payload as { id: number }).id)).to.deep.equal([1, 2])
    await client.die()
    await admin.endAsync()
  })

  it('a message resent under back-pressure is not answered until the broker accepts messages again', async () => {
    const client = await openSession(broker, device)
    client.publish(5, '{"speed":1}')
    await client.next('pubrec')
    pressure.set(true)
    client.publish(5, '{"speed":1}', { dup: true })
    client.publish(6, '{"speed":2}')
    await eventually('the device is held back', () =>
      broker.metric('connections_held_back', { reason: 'pressure' }).then((it) => it === 1),
    )
    expect(client.count('pubrec')).to.equal(1)
    pressure.set(false)
    await client.next('pubrec', 3)
    expect(await speedsOf(broker, device)).to.deep.equal([1, 2])
    await client.die()
  })
})

describe('QoS 2', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  it('another reading with an unreleased packet identifier is stored', async () => {
    const device = await broker.addDevice()
    const client = await openSession(broker, device)
    client.publish(1, '{"speed":1}')
    await client.next('pubrec')
    client.publish(1, '{"speed":2}')
    await client.next('pubrec', 2)
    expect(await speedsOf(broker, device)).to.deep.equal([1, 2])
    await client.die()
  })

  it('PUBRECs keep the order of the publishes, even after a slower dead letter', async () => {
    const device = await broker.addDevice()
    const client = await openSession(broker, device)
    const lock = await lockTable(broker, 'rejected_messages')
    const payloads = ['not JSON', '{"speed":1}', '{"speed":2}']
    client.send(...payloads.map((payload, n) => publishPacket(device.topic, n + 1, 2, payload)))
    await eventually(
      'both valid readings are stored',
      async () => (await speedsOf(broker, device)).length === 2,
    )
    await broker.metric('connections')
    expect(client.count('pubrec')).to.equal(0)
    await lock.unlock()
    await client.next('pubrec', 3)
    const ids = client.received.flatMap((it) => (it.cmd === 'pubrec' ? [it.messageId] : []))
    expect(ids).to.deep.equal([1, 2, 3])
    await client.die()
  })

  it('a PUBREL of an unknown identifier is answered; an early one waits for the commit', async () => {
    const device = await broker.addDevice()
    const client = await openSession(broker, device)
    client.release(77)
    await client.next('pubcomp')
    const lock = await lockTelemetry(broker)
    client.send(publishPacket(device.topic, 5, 2, '{"speed":1}'), { cmd: 'pubrel', messageId: 5 })
    await lock.untilCopyWaits()
    expect(client.count('pubcomp')).to.equal(1)
    await lock.unlock()
    await client.next('pubcomp', 2)
    expect(await speedsOf(broker, device)).to.deep.equal([1])
    await client.die()
  })

  it('a last will with QoS 2 is stored once', async () => {
    const device = await broker.addDevice()
    const will = { topic: device.topic, payload: Buffer.from('{"speed":4}'), qos: 2, retain: false } as const
    const client = await logIn(broker, device, { clean: false, will })
    client.stream.destroy()
    await eventually('the last will is stored', async () => (await speedsOf(broker, device)).length > 0)
    expect(await speedsOf(broker, device)).to.deep.equal([4])
  })

  it('WebSocket and TCP share one session', async () => {
    const device = await broker.addDevice()
    const client = await openSession(broker, device)
    client.publish(1, '{"speed":1}')
    await client.next('pubrec')
    await client.die()
    const url = `ws://127.0.0.1:${broker.wsPort}/mqtt`
    const other = await logIn(broker, device, { clean: false, url })
    await other.publishAsync(device.topic, '{"speed":2}', { qos: 2 })
    await other.endAsync()
    const again = await openSession(broker, device)
    expect(again.sessionPresent).to.equal(true)
    again.publish(1, '{"speed":1}', { dup: true })
    await again.next('pubrec')
    expect(await speedsOf(broker, device)).to.deep.equal([1, 2])
    await again.die()
  })

  it('unreleased messages of a lost session are dropped to make room, but more than 1000 in one connection end it', async () => {
    const device = await broker.addDevice()
    const fill = async (from: number) => {
      const client = await openSession(broker, device)
      for (let id = from; id < from + 1000; id++) client.publish(id, `{"speed":${id % 100}}`)
      await client.next('pubrec', 1000)
      return client
    }
    await (await fill(1)).die()
    const client = await fill(2001)
    client.publish(3001, '{"speed":1}')
    await client.closed
    expect(client.count('pubrec')).to.equal(1000)
    expect((await speedsOf(broker, device)).length).to.be.at.least(2000)
  })

  it('a device with a long backlog gets a thousand PUBRECs before the connection ends', async () => {
    const device = await broker.addDevice()
    const client = await openSession(broker, device, { clean: true })
    const readings = Array.from({ length: 2500 }, (_, n) =>
      publishPacket(device.topic, n + 1, 2, `{"time":${1_767_225_600_000 + n},"speed":1}`),
    )
    client.send(...readings)
    await client.closed
    expect(client.count('pubrec')).to.equal(1000)
  })

  for (const dup of [true, false]) {
    it(`readings cut off by the limit are stored once when resent with DUP ${Number(dup)}`, async () => {
      const device = await broker.addDevice()
      const speeds = Array.from({ length: 1300 }, (_, n) => n / 10)
      const first = await openSession(broker, device)
      first.send(...speeds.map((speed, n) => publishPacket(device.topic, n + 1, 2, `{"speed":${speed}}`)))
      await first.closed
      expect(first.count('pubrec')).to.equal(1000)
      const second = await openSession(broker, device)
      for (const speed of speeds.slice(1000)) second.publish(speed * 10 + 1, `{"speed":${speed}}`, { dup })
      await second.next('pubrec', 300)
      expect((await speedsOf(broker, device)).toSorted((a, b) => a - b)).to.deep.equal(speeds)
      await second.die()
    })
  }
})
