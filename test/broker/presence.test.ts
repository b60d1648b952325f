import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'

interface Status {
  online: boolean
  since: string
}

describe('presence', () => {
  let db: TestDatabase
  let broker: TestBroker
  let device: TestDevice
  const open: MqttClient[] = []
  before(async () => {
    db = await openTestDatabase()
    broker = await openTestBroker({}, db)
  })
  beforeEach(async () => (device = await broker.addDevice()))
  afterEach(async () => {
    for (const client of open.splice(0)) await client.endAsync(true)
  })
  after(async () => {
    await broker.close()
    await db.drop()
  })

  async function connect(at = broker, who = device, options: Parameters<typeof logIn>[2] = {}) {
    const client = await logIn(at, who, options)
    client.on('error', () => {})
    open.push(client)
    return client
  }

  async function row(who = device) {
    const [found] = await db.sql<
      { online: boolean; broker: string | null; sinceMs: number; seenMs: number }[]
    >`
      select broker_id is not null as online, broker_id as broker,
        floor(extract(epoch from since) * 1000)::bigint as "sinceMs",
        floor(extract(epoch from last_seen_at) * 1000)::bigint as "seenMs"
      from device_presence join devices on devices.id = device_id where key = ${who.clientId}`
    return found
  }
  const isOnline = (who = device) => eventually('online', async () => (await row(who))?.online)
  const isOffline = (who = device) => eventually('offline', async () => (await row(who))?.online === false)

  /** An administrator's view of the vehicle's status; the retained one comes first. */
  async function follow(at = broker): Promise<Status[]> {
    const admin = await connect(at, {
      ...device,
      clientId: 'ui/1/x',
      token: at.sign({ sub: '1', role: 'admin' }),
    })
    const messages = collect(admin)
    const statuses: Status[] = []
    admin.on('message', () => statuses.push(messages.at(-1)?.payload as Status))
    await admin.subscribeAsync(`fleet/${device.vehicle}/status`, { qos: 1 })
    return statuses
  }

  it('is not known of a device that was never connected, also when its login was refused', async () => {
    await logIn(broker, { ...device, token: 'x' }).catch(() => {})
    const other = await broker.addDevice()
    await connect(broker, other)
    await isOnline(other)
    expect(await row()).to.equal(undefined)
  })

  it('is online since a device has connected, and offline since its connection was cut', async () => {
    const startMs = Date.now()
    const client = await connect()
    await isOnline()
    const online = await row()
    expect(online?.sinceMs).to.be.within(startMs, Date.now())
    await client.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
    const cutMs = Date.now()
    client.stream.destroy()
    await isOffline()
    const offline = await row()
    expect(offline?.sinceMs).to.be.within(cutMs, Date.now())
    expect(offline?.seenMs).to.be.within(online?.seenMs ?? Infinity, cutMs)
  })

  it('stays online when a device connects again before it was missed', async () => {
    await connect()
    await isOnline()
    const first = await row()
    await connect()
    await eventually('the new one', async () => ((await row())?.sinceMs ?? 0) > (first?.sinceMs ?? 0))
    const other = await broker.addDevice()
    await connect(broker, other)
    await isOnline(other)
    expect(await row()).to.include({ online: true })
  })

  it('is told to whoever follows the status, and kept for whoever does so later', async () => {
    const early = await follow()
    const startMs = Date.now()
    const client = await connect()
    await eventually('online', () => early.length === 1)
    expect(early[0]).to.have.all.keys('online', 'since')
    expect(early[0]?.online).to.equal(true)
    expect(Date.parse(early[0]?.since ?? '')).to.be.within(startMs, Date.now())
    const late = await follow()
    await eventually('what is retained', () => late.length === 1)
    expect(late[0]).to.deep.equal(early[0])
    client.stream.destroy()
    await eventually('offline', () => late.length === 2)
    expect(late[1]?.online).to.equal(false)
  })

  it('of a vehicle is online while one of its devices is', async () => {
    const other = await broker.addDevice({ vehicleId: device.vehicleId })
    const [one, two] = [await connect(), await connect(broker, other)]
    const statuses = await follow()
    await eventually('what is retained', () => statuses.length === 1)
    await one.endAsync()
    await isOffline()
    await two.endAsync()
    await eventually('offline', () => statuses.length > 1)
    expect(statuses.map(({ online }) => online)).to.deep.equal([true, false])
    expect(await isOffline(other)).to.equal(true)
  })

  it("is the broker's word: a device's last will is told, but not kept", async () => {
    const statuses = await follow()
    const topic = `fleet/${device.vehicle}/status`
    const will = { topic, payload: Buffer.from('{"online":"lost"}'), qos: 1 as const, retain: true }
    const client = await connect(broker, device, { will })
    client.stream.destroy()
    await eventually('all', () => statuses.length === 3)
    expect(statuses.map(({ online }) => online)).to.have.members([true, false, 'lost'])
    const late = await follow()
    await eventually('what is retained', () => late.length > 0)
    expect(late.map(({ online }) => online)).to.deep.equal([false])
  })

  it('ends with the rights of a device', async () => {
    await connect()
    await isOnline()
    await db.sql`update devices set vehicle_id = null where key = ${device.clientId}`
    await isOffline()
  })

  describe('with two brokers', () => {
    let second: TestBroker
    beforeEach(async () => (second = await openTestBroker({}, db)))
    afterEach(() => second.close())

    it('follows a device from one to the other, also when the first notices late', async () => {
      const client = await connect()
      await isOnline()
      const first = await row()
      await connect(second)
      await eventually('at the second', async () => (await row())?.broker !== first?.broker)
      const other = await broker.addDevice()
      const there = await connect(broker, other)
      client.stream.destroy()
      await isOnline(other)
      there.stream.destroy()
      // Written by the first broker after what it wrote of the other device.
      await isOffline(other)
      expect(await row()).to.include({ online: true })
    })

    it('is offline when its broker has closed, which is known no more', async () => {
      const third = await openTestBroker({}, db)
      await connect(third)
      await isOnline()
      const there = (await row())?.broker ?? ''
      await third.close()
      expect(await row()).to.include({ online: false })
      expect(await db.sql`select from brokers where id = ${there}::uuid`).to.have.length(0)
      expect(await db.sql`select from brokers`).to.have.length(2)
    })
  })
})
