import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn, logInRaw } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'

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
    // MQTT.js turns a refused subscription into an error.
    client.subscribeAsync(topic).then(
      ([it]) => it?.qos !== 128,
      () => false,
    )

  for (const [what, topic] of [
    ["another vehicle's telemetry", () => other.topic],
    ['its own status', () => `fleet/${device.vehicle}/status`],
    ['its own commands', () => `fleet/${device.vehicle}/commands`],
    ['$SYS', () => '$SYS/x'],
    ['a topic of no table', () => 'something/else'],
  ] as const) {
    it(`let no device publish to ${what}: it is disconnected, and nothing is stored`, async () => {
      const denied = await broker.metric('publishes_denied_total')
      const client = await logInRaw(broker, device)
      const packet = { topic: topic(), payload: '{"speed":1}', messageId: 1, retain: false, dup: false }
      client.send({ cmd: 'publish', qos: 1, ...packet })
      await client.closed
      expect(client.count('puback')).to.equal(0)
      expect(await broker.metric('publishes_denied_total')).to.equal(denied + 1)
      expect(broker.log.at(-1)).to.include({
        event: 'publish_denied',
        clientId: device.clientId,
        topic: topic(),
      })
      const rows = await broker.db.sql`select from telemetry`
      expect(rows.length).to.equal(0)
    })
  }

  it('let a device follow its own rejections and commands, and nothing else', async () => {
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

  it('let an administrator follow the readings of every vehicle once they are committed', async () => {
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

  it('show a user without vehicles nothing', async () => {
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

  it('never retain telemetry', async () => {
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

  it('take a last will with a reading, and refuse one on a foreign topic', async () => {
    for (const [will, stored] of [
      [device, 1],
      [other, 0],
    ] as const) {
      const before = await broker.db.sql`select from telemetry`
      const denied = await broker.metric('publishes_denied_total')
      const client = await logIn(broker, device, {
        will: { topic: will.topic, payload: Buffer.from('{"status":"lost"}'), qos: 1, retain: false },
      })
      client.stream.destroy()
      await eventually('the will is settled', async () => {
        const rows = await broker.db.sql`select from telemetry`
        return (
          rows.length === before.length + stored &&
          (await broker.metric('publishes_denied_total')) > denied - stored
        )
      })
    }
  })
})
