import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import type { Outcome } from '../../broker/accept.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw, openRawClient, type RawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { connectPacket, publishPacket } from '../support/packets.ts'
import { createPressure } from '../support/pressure.ts'

describe('back-pressure', () => {
  const pressure = createPressure()
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker({}, undefined, { pressure })
    device = await broker.addDevice()
  })
  after(() => broker.close())
  afterEach(() => pressure.set(false))

  const held = (reason: string) => broker.metric('connections_held_back', { reason })

  /** Resolves once the broker has read all earlier bytes, if it reads: both share a kernel. */
  async function untilOthersWereRead(whenLoggedIn = () => {}): Promise<void> {
    const user = await logIn(broker, { clientId: 'ui/1/x', token: broker.sign({ sub: '1', role: 'admin' }) })
    whenLoggedIn()
    await user.subscribeAsync('fleet/+/rejected')
    await user.endAsync()
  }

  for (const qos of [1, 2] as const) {
    it(`no device is read under back-pressure, and all are afterwards, QoS ${qos}`, async () => {
      const client = await logInRaw(broker, device)
      pressure.set(true)
      expect(await held('pressure')).to.equal(1)
      client.send(publishPacket(device.topic, 1, qos, '{"speed":1}'), { cmd: 'pingreq' })
      await untilOthersWereRead()
      expect(client.received.length).to.equal(1)
      pressure.set(false)
      await client.next(qos === 1 ? 'puback' : 'pubrec')
      await client.next('pingresp')
      expect(await held('pressure')).to.equal(0)
      client.socket.destroy()
    })
  }

  it('a released device that causes back-pressure again keeps the others unread', async () => {
    const mine = createPressure()
    const settle: (() => void)[] = []
    const accept = () => {
      mine.set(true)
      return new Promise<Outcome>((resolve) => {
        settle.push(() => resolve({ stored: 1, spooled: false, duplicates: 0, rejected: [] }))
      })
    }
    const other = await openTestBroker({}, undefined, { pressure: mine, accept })
    const devices = [await other.addDevice(), await other.addDevice(), await other.addDevice()]
    const clients = await Promise.all(devices.map((it) => logInRaw(other, it)))
    const [first, ...others] = clients
    const topicOf = (n: number) => devices[n]?.topic ?? ''
    // In one write: the first message causes back-pressure, the second is already read and kept.
    first?.send(
      publishPacket(topicOf(0), 1, 1, '{"speed":1}'),
      publishPacket(topicOf(0), 2, 1, '{"speed":2}'),
    )
    await eventually('back-pressure begins', () => mine.isFull)
    for (const [n, client] of others.entries())
      client.send(publishPacket(topicOf(n + 1), 1, 1, '{"speed":1}'))
    mine.set(false)
    expect(settle.length).to.equal(2)
    const user = await logIn(other, { clientId: 'ui/1/x', token: other.sign({ sub: '1', role: 'admin' }) })
    await user.subscribeAsync('fleet/+/rejected')
    await user.endAsync()
    expect(settle.length).to.equal(2)
    for (const client of clients) client.socket.destroy()
    for (const it of settle) it()
    await other.close()
  })

  it('a CONNECT is answered, and the packets after it wait', async () => {
    pressure.set(true)
    const client = await openRawClient(broker.mqttPort)
    client.send(connectPacket(device), publishPacket(device.topic, 1, 1, '{"speed":1}'))
    await client.next('connack')
    await untilOthersWereRead()
    expect(await held('pressure')).to.equal(1)
    expect(client.count('puback')).to.equal(0)
    pressure.set(false)
    await client.next('puback')
    client.socket.destroy()
  })

  it('a user is read under back-pressure', async () => {
    pressure.set(true)
    await untilOthersWereRead()
    pressure.set(false)
    await untilOthersWereRead(() => pressure.set(true))
  })

  it('no device counts as silent under back-pressure, only after it has ended', async () => {
    const client = await logInRaw(broker, device, { keepalive: 1 })
    pressure.set(true)
    // Longer than one and a half times the keepalive and a sweep: no event reports that something does not happen.
    await delay(3000)
    expect(client.socket.closed).to.equal(false)
    pressure.set(false)
    const startMs = performance.now()
    await client.closed
    expect(performance.now() - startMs).to.be.greaterThan(1400)
    expect(await broker.metric('connections_closed_total', { reason: 'keepalive' })).to.equal(1)
  })
})

describe('messages before the login is decided', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
    device = await broker.addDevice()
  })
  after(() => broker.close())

  const rows = async () =>
    (await broker.db.sql`select from telemetry where vehicle_id = ${device.vehicleId}`).length

  for (const qos of [1, 2] as const) {
    it(`messages sent before the login is decided are taken after it, with QoS ${qos}`, async () => {
      const client = await openRawClient(broker.mqttPort)
      const before = await rows()
      const publishes = Array.from({ length: 100 }, (_, n) =>
        publishPacket(device.topic, n + 1, qos, '{"speed":1}'),
      )
      client.send(connectPacket(device), ...publishes, { cmd: 'pingreq' })
      await client.next(qos === 1 ? 'puback' : 'pubrec', 100)
      await client.next('pingresp')
      expect(await rows()).to.equal(before + 100)
      client.socket.destroy()
    })
  }

  it('a message is stored although its client disconnects right after it', async () => {
    const client = await openRawClient(broker.mqttPort)
    const before = await rows()
    client.send(connectPacket(device), publishPacket(device.topic, 0, 0, '{"speed":1}'), {
      cmd: 'disconnect',
    })
    client.socket.end()
    await client.closed
    await eventually('another row is stored', async () => (await rows()) === before + 1)
  })

  it('messages of a refused login are dropped', async () => {
    const client = await openRawClient(broker.mqttPort)
    const before = await rows()
    const token = `${device.token}x`
    client.send(connectPacket({ ...device, token }), publishPacket(device.topic, 1, 1, '{"speed":1}'))
    await client.closed
    expect((client.received as RawClient['received'] & { returnCode?: number }[])[0]?.returnCode).to.equal(4)
    expect(await rows()).to.equal(before)
  })
})
