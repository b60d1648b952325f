import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { INTAKE_PATHS } from '../../contract/intake.ts'
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

  /** The newest status by topic. */
  async function followAll(at: TestBroker): Promise<Map<string, Status>> {
    const token = at.sign({ sub: '1', role: 'admin' })
    const admin = await connect(at, { ...device, clientId: 'ui/1/all', token })
    const got = new Map<string, Status>()
    admin.on('message', (topic, payload) => got.set(topic, JSON.parse(payload.toString()) as Status))
    await admin.subscribeAsync('fleet/+/status', { qos: 1 })
    return got
  }

  it('a device that was never connected has no presence, even after a refused login', async () => {
    await logIn(broker, { ...device, token: 'x' }).catch(() => {})
    const other = await broker.addDevice()
    await connect(broker, other)
    await isOnline(other)
    expect(await row()).to.equal(undefined)
  })

  it('a device is online since it connected, and offline since its connection was cut', async () => {
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

  it('a device that reconnects before its absence is noticed stays online', async () => {
    await connect()
    await isOnline()
    const first = await row()
    await connect()
    await eventually(
      "the new connection's time is stored",
      async () => ((await row())?.sinceMs ?? 0) > (first?.sinceMs ?? 0),
    )
    const other = await broker.addDevice()
    await connect(broker, other)
    await isOnline(other)
    expect(await row()).to.include({ online: true })
  })

  it('presence is published to current subscribers and retained for later ones', async () => {
    const early = await follow()
    const startMs = Date.now()
    const client = await connect()
    await eventually('online', () => early.length === 1)
    expect(early[0]).to.have.all.keys('online', 'since')
    expect(early[0]?.online).to.equal(true)
    expect(Date.parse(early[0]?.since ?? '')).to.be.within(startMs, Date.now())
    const late = await follow()
    await eventually('the retained message', () => late.length === 1)
    expect(late[0]).to.deep.equal(early[0])
    client.stream.destroy()
    await eventually('offline', () => late.length === 2)
    expect(late[1]?.online).to.equal(false)
  })

  it('a vehicle is online while one of its devices is', async () => {
    const other = await broker.addDevice({ vehicleId: device.vehicleId })
    const [one, two] = [await connect(), await connect(broker, other)]
    const statuses = await follow()
    await eventually('the retained message', () => statuses.length === 1)
    await one.endAsync()
    await isOffline()
    await two.endAsync()
    await eventually('offline', () => statuses.length > 1)
    expect(statuses.map(({ online }) => online)).to.deep.equal([true, false])
    expect(await isOffline(other)).to.equal(true)
  })

  for (const qos of [0, 1, 2] as const) {
    it(`only the broker publishes a status: a last will with QoS ${qos} does not reach subscribers`, async () => {
      const statuses = await follow()
      const topic = `fleet/${device.vehicle}/status`
      const will = { topic, payload: Buffer.from('{"online":"lost"}'), qos, retain: true }
      const client = await connect(broker, device, { will })
      await eventually('online', () => statuses.length > 0)
      client.stream.destroy()
      await eventually('offline', () => statuses.length > 1)
      await connect()
      await eventually('online again', () => statuses.length > 2)
      expect(statuses.map(({ online }) => online)).to.deep.equal([true, false, true])
      const late = await follow()
      await eventually('the retained message', () => late.length > 0)
      expect(late).to.deep.equal([statuses[2]])
    })
  }

  it('a status follows its vehicle to another key, and is removed with the vehicle', async () => {
    const [old, renamed] = [`fleet/${device.vehicle}/status`, `fleet/${device.vehicle}-b/status`]
    await connect()
    await isOnline()
    await db.sql`update vehicles set key = key || '-b' where id = ${device.vehicleId}`
    const retained = async () => {
      const got = await followAll(broker)
      const marker = await broker.addDevice()
      await connect(broker, marker)
      // The retained message comes first.
      await eventually("the marker's status", () => got.has(`fleet/${marker.vehicle}/status`))
      return got
    }
    await eventually(
      'the status under the new key',
      async () => (await retained()).get(renamed)?.online === false,
    )
    expect((await retained()).has(old)).to.equal(false)
    // The old key is free again.
    const [next] = await db.sql<
      { id: number }[]
    >`insert into vehicles (key) values (${device.vehicle}) returning id`
    const other = await broker.addDevice({ vehicleId: next?.id ?? 0 })
    await connect(broker, other)
    await connect()
    const both = await retained()
    expect([both.get(old)?.online, both.get(renamed)?.online]).to.deep.equal([true, true])
    await db.sql`delete from vehicles where id = ${device.vehicleId}`
    await eventually('the retained status is removed', async () => !(await retained()).has(renamed))
    expect((await retained()).get(old)?.online).to.equal(true)
  })

  it('presence ends with the permissions of a device', async () => {
    await connect()
    await isOnline()
    await db.sql`update devices set vehicle_id = null where key = ${device.clientId}`
    await isOffline()
  })

  describe('presence of a device that reports over HTTP', () => {
    const STALE_AFTER_MS = 3000
    let hasty: TestBroker
    const openHasty = () => openTestBroker({ STALE_AFTER_S: String(STALE_AFTER_MS / 1000) }, db)
    beforeEach(async () => (hasty = await openHasty()))
    afterEach(() => hasty.close())

    async function report(who = device): Promise<number> {
      const answer = await fetch(`http://127.0.0.1:${hasty.statusPort}${INTAKE_PATHS.telemetry}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hasty.sign({ sub: who.clientId })}` },
        body: '{"speed":1}',
      })
      expect(answer.status).to.equal(200)
      return Date.now()
    }
    const reportRow = async () => {
      const [found] = await db.sql<{ sinceMs: number; seenMs: number }[]>`
        select floor(extract(epoch from since) * 1000)::bigint as "sinceMs",
          floor(extract(epoch from seen_at) * 1000)::bigint as "seenMs"
        from device_reports join devices on devices.id = device_id where key = ${device.clientId}`
      return found
    }

    it('the device is online for STALE_AFTER_S after its last report', async () => {
      const statuses = await follow(hasty)
      const firstMs = await report()
      await eventually('online', () => statuses.length === 1)
      expect(Date.parse(statuses[0]?.since ?? '')).to.be.within(firstMs - 1000, firstMs)
      await eventually('the report is written', reportRow)
      const lastMs = await report()
      await eventually('offline', () => statuses.length > 1)
      expect(Date.now() - lastMs).to.be.within(STALE_AFTER_MS - 1000, STALE_AFTER_MS + 3000)
      expect(statuses.map(({ online }) => online)).to.deep.equal([true, false])
      const { seenMs = 0 } = (await reportRow()) ?? {}
      // The last report is also known, although it came soon after another.
      expect(seenMs).to.be.within(lastMs - 1000, lastMs)
      expect(Date.parse(statuses[1]?.since ?? '')).to.equal(seenMs + STALE_AFTER_MS)
    })

    it('the device stays online when its connection ends, until its reports end', async () => {
      const statuses = await follow(hasty)
      const client = await connect(hasty)
      await eventually('online', () => statuses.length === 1)
      await eventually('the report is written', async () => (await report()) && reportRow())
      const lastMs = await report()
      client.stream.destroy()
      await isOffline()
      await eventually('offline', () => statuses.length > 1)
      expect(Date.now() - lastMs).to.be.greaterThan(STALE_AFTER_MS - 1000)
      expect(statuses.map(({ online }) => online)).to.deep.equal([true, false])
    })

    it('the status is retained again after a restart, and ends in time', async () => {
      const [ended, reporting] = [await broker.addDevice(), device]
      await report(ended)
      const all = await followAll(hasty)
      const of = (who: TestDevice) => all.get(`fleet/${who.vehicle}/status`)
      await eventually('offline', () => of(ended)?.online === false)
      const since = of(ended)?.since
      await report()
      await hasty.close()
      hasty = await openHasty()
      const again = await followAll(hasty)
      const now = (who: TestDevice) => again.get(`fleet/${who.vehicle}/status`)
      await eventually('the statuses of both devices', () => now(ended) && now(reporting))
      const { sinceMs = 0 } = (await reportRow()) ?? {}
      expect(now(ended)).to.deep.equal({ online: false, since })
      expect(now(reporting)).to.deep.equal({ online: true, since: new Date(sinceMs).toISOString() })
      await eventually('offline', () => now(reporting)?.online === false)
    })

    it('the status is retained within a heartbeat when the device reports to another broker', async function () {
      this.timeout(40_000)
      const other = await openHasty()
      try {
        const got = await followAll(other)
        await report()
        const status = () => got.get(`fleet/${device.vehicle}/status`)
        await eventually('the status arrives', () => status(), 15_000)
        await eventually('offline', () => status()?.online === false, 15_000)
      } finally {
        await other.close()
      }
    })
  })

  describe('presence with two brokers', () => {
    let second: TestBroker
    beforeEach(async () => (second = await openTestBroker({}, db)))
    afterEach(() => second.close())

    it('presence follows a device from one broker to the other, even if the first notices late', async () => {
      const client = await connect()
      await isOnline()
      const first = await row()
      await connect(second)
      await eventually(
        'the second broker has the device',
        async () => (await row())?.broker !== first?.broker,
      )
      const other = await broker.addDevice()
      const there = await connect(broker, other)
      client.stream.destroy()
      await isOnline(other)
      there.stream.destroy()
      // Written by the first broker after its write about the other device.
      await isOffline(other)
      expect(await row()).to.include({ online: true })
    })

    it('a status is retained again after a start, even if the device is at another broker', async () => {
      const never = await broker.addDevice()
      const [gone, moved] = [await broker.addDevice(), await broker.addDevice()]
      await (await connect(broker, gone)).endAsync()
      await (await connect(broker, moved)).endAsync()
      await Promise.all([isOffline(gone), isOffline(moved)])
      await db.sql`update devices set vehicle_id = ${device.vehicleId} where key = ${moved.clientId}`
      await connect()
      await isOnline()
      const third = await openTestBroker({}, db)
      try {
        const got = await followAll(third)
        const has = (who: TestDevice) => got.get(`fleet/${who.vehicle}/status`)
        await eventually('online at another broker', () => has(device))
        const known = await row()
        expect(has(device)).to.deep.equal({
          online: true,
          since: new Date(known?.sinceMs ?? 0).toISOString(),
        })
        const left = await row(gone)
        await eventually('offline', () => has(gone) && has(moved))
        expect(has(gone)).to.deep.equal({ online: false, since: new Date(left?.sinceMs ?? 0).toISOString() })
        expect(has(moved)).to.include({ online: false })
        expect(has(never)).to.equal(undefined)
      } finally {
        await third.close()
      }
    })

    it('the status of a device at another broker is retained within a heartbeat', async () => {
      const got = await followAll(second)
      await connect()
      await eventually('online', () => got.get(`fleet/${device.vehicle}/status`)?.online, 15_000)
    })

    it('devices of a broker that has closed, and is no longer known, are offline', async () => {
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
