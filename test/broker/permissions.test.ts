import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn, logInRaw } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { publishPacket } from '../support/packets.ts'

describe('permissions', () => {
  let broker: TestBroker
  let device: TestDevice
  let other: TestDevice
  const open: MqttClient[] = []
  before(async () => {
    broker = await openTestBroker()
    device = await broker.addDevice()
    other = await broker.addDevice()
  })
  afterEach(async () => {
    for (const client of open.splice(0)) await client.endAsync(true)
  })
  after(() => broker.close())

  async function login(who: { clientId: string; token: string }): Promise<MqttClient> {
    const client = await logIn(broker, who)
    client.on('error', () => {})
    open.push(client)
    return client
  }
  const loginAs = async (role: 'admin' | 'user') => login(await broker.addUser(role))
  const granted = async (client: MqttClient, topic: string) =>
    // MQTT.js reports a refused subscription as an error.
    client.subscribeAsync(topic).then(
      ([it]) => it?.qos !== 128,
      () => false,
    )

  for (const [what, topic, reason] of [
    ["another vehicle's answers", () => `fleet/${other.vehicle}/commands/ack`, 'other_vehicle'],
    ['its own status', () => `fleet/${device.vehicle}/status`, 'read_only'],
    ['its own commands', () => `fleet/${device.vehicle}/commands`, 'read_only'],
    ['$SYS', () => '$SYS/x', 'unknown_topic'],
    ['a topic of no table', () => 'something/else', 'unknown_topic'],
    ['a topic that only begins like telemetry', () => `fleet/${device.vehicle}/telemetri`, 'unknown_topic'],
  ] as const) {
    it(`a device that publishes to ${what} is disconnected, and nothing is stored`, async () => {
      device = await broker.addDevice()
      const denied = await broker.metric('publishes_denied_total', { reason })
      const client = await logInRaw(broker, device)
      const packet = { topic: topic(), payload: '{"speed":1}', messageId: 1, retain: false, dup: false }
      client.send({ cmd: 'publish', qos: 1, ...packet })
      await client.closed
      expect(client.count('puback')).to.equal(0)
      expect(await broker.metric('publishes_denied_total', { reason })).to.equal(denied + 1)
      expect(broker.log.at(-1)).to.include({
        event: 'publish_denied',
        clientId: device.clientId,
        topic: topic(),
        reason,
      })
      const rows = await broker.db.sql`select from telemetry`
      expect(rows.length).to.equal(0)
    })
  }

  it('repeated violations of one device are logged once in a few seconds', async () => {
    const lines = () =>
      broker.log.filter((it) => it['event'] === 'publish_denied' && it['clientId'] === again.clientId)
    const again = await broker.addDevice()
    const denied = await broker.metric('publishes_denied_total', { reason: 'unknown_topic' })
    for (let n = 1; n <= 5; n++) {
      const client = await logInRaw(broker, again)
      client.send(publishPacket(`something/${n}`, 1, 1, ''))
      await client.closed
    }
    expect(lines()).to.have.length(1)
    expect(await broker.metric('publishes_denied_total', { reason: 'unknown_topic' })).to.equal(denied + 5)
  })

  it('neither an administrator nor a service may publish telemetry', async () => {
    const admin = { clientId: 'ui/1/p', token: broker.sign({ sub: '1', role: 'admin' }) }
    const service = { clientId: 'service/s/p', token: broker.sign({ sub: 's', role: 'service' }) }
    const denied = await broker.metric('publishes_denied_total', { reason: 'not_a_device' })
    const letters = await broker.db.sql`select from rejected_messages`
    for (const who of [admin, service]) {
      const client = await logInRaw(broker, { ...device, ...who })
      client.send(publishPacket(device.topic, 1, 1, '{"speed":1}'))
      await client.closed
      expect(client.count('puback')).to.equal(0)
    }
    expect(await broker.metric('publishes_denied_total', { reason: 'not_a_device' })).to.equal(denied + 2)
    expect(await broker.db.sql`select from rejected_messages`).to.have.length(letters.length)
  })

  it('a device may subscribe to its own rejections and commands, and nothing else', async () => {
    const client = await login(device)
    const own = `fleet/${device.vehicle}`
    expect(await granted(client, `${own}/rejected`)).to.equal(true)
    expect(await granted(client, `${own}/commands`)).to.equal(true)
    const denied = [
      `${own}/telemetry`,
      `fleet/${other.vehicle}/rejected`,
      'fleet/+/rejected',
      '#',
      '$SYS/#',
      'live/all',
    ]
    for (const topic of denied) expect(await granted(client, topic), topic).to.equal(false)
    expect(await broker.metric('subscriptions_denied_total')).to.be.greaterThanOrEqual(denied.length)
  })

  it('an administrator may subscribe to the committed readings of every vehicle', async () => {
    const admin = await loginAs('admin')
    const messages = collect(admin)
    expect(await granted(admin, 'fleet/+/telemetry')).to.equal(true)
    expect(await granted(admin, '#')).to.equal(false)
    const client = await login(device)
    for (const qos of [0, 1, 2] as const) await client.publishAsync(device.topic, `{"speed":${qos}}`, { qos })
    await eventually('three messages', () => messages.length === 3)
    expect(messages.map((it) => it.payload)).to.deep.include.members([
      { speed: 0 },
      { speed: 1 },
      { speed: 2 },
    ])
  })

  it('a user without vehicles gets no messages', async () => {
    const user = await loginAs('user')
    const messages = collect(user)
    expect(await granted(user, `fleet/${device.vehicle}/telemetry`)).to.equal(false)
    await user.subscribeAsync('fleet/+/telemetry')
    const admin = await login({ clientId: 'ui/1/x', token: broker.sign({ sub: '1', role: 'admin' }) })
    const seen = collect(admin)
    await admin.subscribeAsync('fleet/+/telemetry')
    const client = await login(device)
    await client.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
    await eventually("the administrator's copy", () => seen.length === 1)
    expect(messages).to.deep.equal([])
  })

  it('telemetry is never retained', async () => {
    const client = await login(device)
    await client.publishAsync(device.topic, '{"speed":1}', { qos: 1, retain: true })
    await client.publishAsync(device.topic, '{"speed":2}', { qos: 2, retain: true })
    const admin = await loginAs('admin')
    const messages = collect(admin)
    await admin.subscribeAsync('fleet/+/telemetry')
    await client.publishAsync(device.topic, '{"speed":3}', { qos: 1 })
    await eventually('the message', () => messages.length > 0)
    expect(messages.map((it) => it.payload)).to.deep.equal([{ speed: 3 }])
  })

  it('a last will with a reading is stored; on a foreign topic it becomes a dead letter', async () => {
    const rows = () => broker.db.sql`select from telemetry where vehicle_id = ${device.vehicleId}`
    const letters = () => broker.db.sql`
      select code from rejected_messages where vehicle_id = ${device.vehicleId}`
    device = await broker.addDevice()
    for (const topic of [device.topic, other.topic]) {
      const will = { topic, payload: Buffer.from('{"status":"lost"}'), qos: 1 as const, retain: false }
      const client = await logIn(broker, device, { will })
      client.stream.destroy()
      await eventually('the will is settled', async () =>
        topic === device.topic ? (await rows()).length === 1 : (await letters()).length === 1,
      )
    }
    expect([...(await letters())]).to.deep.equal([{ code: 'wrong_topic' }])
    expect(await rows()).to.have.length(1)
  })
})
