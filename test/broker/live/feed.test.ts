import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import type { LiveFeedInput } from '../../../broker/live-link.ts'
import { forgetDeadBrokers } from '../../../broker/presence/queries.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { collect, logIn, logInRaw } from '../../support/clients.ts'
import { openDashboard, type Dashboard } from '../../support/dashboard.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'

/** Within the 49 days that a frame can represent. */
const START_MS = Date.now() - 3_600_000
/** Nothing in these tests is stale. */
const SETTINGS = { LIVE_INTERVAL_MS: '100', STALE_AFTER_S: '86400' }

describe('the live feed', () => {
  let db: TestDatabase
  let broker: TestBroker
  let device: TestDevice
  const open: MqttClient[] = []
  before(async () => {
    db = await openTestDatabase()
    broker = await openTestBroker(SETTINGS, db)
  })
  beforeEach(async () => (device = await broker.addDevice()))
  afterEach(async () => {
    for (const client of open.splice(0)) await client.endAsync(true)
  })
  after(async () => {
    await broker.close()
    await db.drop()
  })

  async function dashboard(): Promise<Dashboard> {
    const opened = await openDashboard(broker)
    open.push(opened.client)
    return opened
  }
  async function connect(who = device, at = broker): Promise<MqttClient> {
    const client = await logIn(at, who)
    open.push(client)
    return client
  }
  const at = (n: number, more: object = {}) => ({ time: START_MS + n, lat: n / 100, lon: -n / 100, ...more })
  const publish = (client: MqttClient, readings: object, topic = device.topic) =>
    client.publishAsync(topic, JSON.stringify(readings), { qos: 1 })

  it('a stored reading is in the feed', async () => {
    const { see } = await dashboard()
    await publish(await connect(), at(1234, { speed: 62.5, heading: 271.25 }))
    const seen = await see(device.vehicleId)
    const { lastStateMs } = seen
    expect(seen).to.deep.equal({
      vehicleId: device.vehicleId,
      lat: 12.34,
      lon: -12.34,
      timeMs: START_MS + 1234,
      speed: 62.5,
      heading: 271.25,
      state: 'moving',
      lastState: 'moving',
      lastStateMs,
      isStale: false,
    })
    expect(lastStateMs).to.be.within(START_MS + 234, START_MS + 1234)
  })

  it('subscribers of the JSON topic get the same content as JSON', async () => {
    const client = await logIn(broker, {
      clientId: 'ui/1/json',
      token: broker.sign({ sub: '1', role: 'admin' }),
    })
    open.push(client)
    const messages = collect(client)
    await client.subscribeAsync('live/all/json')
    await publish(await connect(), at(1234, { speed: 1.25, ignition: true }))
    const vehicle = await eventually('the vehicle', () =>
      messages
        .flatMap(({ payload }) => (payload as { vehicles: { id: number }[] }).vehicles)
        .find(({ id }) => id === device.vehicleId),
    )
    expect(vehicle).to.deep.equal({
      id: device.vehicleId,
      lat: 12.34,
      lon: -12.34,
      time: new Date(START_MS + 1234).toISOString(),
      speed: 1.3,
      state: 'idling',
      last_state: 'idling',
      last_state_time: new Date(START_MS + 1234).toISOString(),
      is_stale: false,
    })
    const first = messages[0]?.payload as { epoch: number; seq: number; time: string }
    expect(first.seq).to.equal(2)
    expect(Date.parse(first.time)).to.be.within(Date.now() - 10_000, Date.now())
  })

  it('only the newest of many readings is in the feed, whatever their order', async () => {
    const { see, recordsOf } = await dashboard()
    const readings = Array.from({ length: 500 }, (_, n) => at(n))
    await publish(await connect(), [...readings.slice(250), ...readings.slice(0, 250)])
    await see(device.vehicleId)
    expect(recordsOf(device.vehicleId).map(({ timeMs }) => timeMs)).to.deep.equal([START_MS + 499])
  })

  it('older and resent readings, and readings without a position, are not in the feed', async () => {
    const { see, recordsOf } = await dashboard()
    const client = await connect()
    await publish(client, [at(1), { ...at(1), lat: 80 }])
    await see(device.vehicleId, { lat: 80 })
    await publish(client, [at(0), at(1), { time: START_MS + 5, speed: 9 }])
    const other = await broker.addDevice()
    await publish(await connect(other), at(1), other.topic)
    await see(other.vehicleId)
    for (const it of recordsOf(device.vehicleId)) expect(it).to.include({ timeMs: START_MS + 1, lat: 80 })
  })

  it('another reading of the same instant is in the feed, and an earlier one that is resent is not', async () => {
    const { see, recordsOf } = await dashboard()
    const client = await connect()
    await publish(client, at(1))
    await see(device.vehicleId, { lat: 0.01 })
    await publish(client, { ...at(1), lat: 80 })
    await see(device.vehicleId, { lat: 80 })
    await publish(client, at(1))
    const other = await broker.addDevice()
    await publish(await connect(other), at(1), other.topic)
    await see(other.vehicleId)
    expect(recordsOf(device.vehicleId).at(-1)).to.include({ timeMs: START_MS + 1, lat: 80 })
  })

  it('a reading that the database refuses is not in the feed', async () => {
    const { see, recordsOf } = await dashboard()
    const client = await connect()
    await db.sql`alter table telemetry add constraint unlucky check (speed <> 13)`
    try {
      await publish(client, [at(1, { speed: 50 }), at(2, { speed: 13 })])
    } finally {
      await db.sql`alter table telemetry drop constraint unlucky`
    }
    await see(device.vehicleId, { timeMs: START_MS + 1 })
    await publish(client, at(3))
    await see(device.vehicleId, { timeMs: START_MS + 3 })
    expect(recordsOf(device.vehicleId).map(({ timeMs }) => timeMs)).to.not.include(START_MS + 2)
  })

  it('a reading whose commit was not reported is in the feed', async () => {
    const { see } = await dashboard()
    const { vehicleId } = device
    await db.sql`
      insert into telemetry (vehicle_id, time, received_at, lat, lon)
      values (${vehicleId}, ${new Date(START_MS + 1)}, now(), 0.01, -0.01)`
    await publish(await connect(), at(1))
    await see(vehicleId, { timeMs: START_MS + 1, lat: 0.01 })
  })

  it('the time of a device whose clock is ahead is unchanged in the feed', async () => {
    const { see } = await dashboard()
    const time = Date.now() + 200_000
    await publish(await connect(), { time, lat: 1, lon: 1 })
    await see(device.vehicleId, { timeMs: time })
  })

  it('frames are numbered without gaps, in one epoch that did not begin with the first subscriber', async () => {
    const { frames, see } = await dashboard()
    const client = await connect()
    for (let n = 1; n <= 5; n++) {
      await publish(client, at(n))
      await see(device.vehicleId, { timeMs: START_MS + n })
    }
    expect(new Set(frames.map(({ epoch }) => epoch)).size).to.equal(1)
    expect(frames.map(({ seq }) => seq)).to.deep.equal(frames.map((_, n) => n + 2))
  })

  it('no frames are built without subscribers', async () => {
    await eventually('there are no subscribers', async () => (await broker.metric('live_listeners')) === 0)
    const made = () => broker.metric('live_frames_total')
    const before = await made()
    const client = await connect()
    await publish(client, at(1))
    await eventually('the position is stored', async () => {
      const rows = await db.sql`select from positions where vehicle_id = ${device.vehicleId}`
      return rows.length === 1
    })
    expect(await made()).to.equal(before)

    const { client: subscriber, see } = await dashboard()
    await see(device.vehicleId)
    expect(await broker.metric('live_listeners')).to.equal(1)
    expect(await made()).to.be.greaterThan(before)
    await subscriber.unsubscribeAsync('live/all')
    expect(await broker.metric('live_listeners')).to.equal(0)
    const after = await made()
    await publish(client, at(2))
    await eventually('the new position is stored', async () => {
      const [row] = await db.sql<
        { lat: number }[]
      >`select lat from positions where vehicle_id = ${device.vehicleId}`
      return row?.lat === 0.02
    })
    expect(await made()).to.equal(after)
  })

  it('a late subscriber gets the changes from just before', async () => {
    const early = await dashboard()
    await publish(await connect(), at(1))
    await early.see(device.vehicleId)
    const late = await dashboard()
    await late.see(device.vehicleId, { timeMs: START_MS + 1 })
    expect(late.frames.findIndex(({ records }) => records.length > 0)).to.equal(0)
  })

  it('a vehicle that goes offline and comes back keeps its time and place', async () => {
    const { see, recordsOf } = await dashboard()
    const client = await connect()
    await publish(client, at(1, { speed: 50 }))
    await see(device.vehicleId, { state: 'moving' })
    client.stream.destroy()
    await see(device.vehicleId, { state: 'offline', timeMs: START_MS + 1, lat: 0.01 })
    await connect()
    await eventually(
      'the vehicle is moving again',
      () => recordsOf(device.vehicleId).at(-1)?.state === 'moving',
    )
    expect(recordsOf(device.vehicleId).at(-1)).to.include({ state: 'moving', timeMs: START_MS + 1 })
  })

  it('a vehicle is offline only if none of its devices is connected', async () => {
    const { see, recordsOf } = await dashboard()
    const second = await broker.addDevice({ vehicleId: device.vehicleId })
    const [one, other] = [await connect(), await connect(second)]
    await publish(one, at(1))
    await see(device.vehicleId)
    await one.endAsync(true)
    await publish(other, at(2))
    await see(device.vehicleId, { timeMs: START_MS + 2 })
    await other.endAsync(true)
    await see(device.vehicleId, { state: 'offline' })
    expect(recordsOf(device.vehicleId).map(({ state }) => state)).to.deep.equal([
      'unknown',
      'unknown',
      'offline',
    ])
  })

  it('a vehicle that goes offline keeps its alert', async () => {
    const { see, recordsOf } = await dashboard()
    const client = await connect()
    await publish(client, at(1, { speed: 50, status: 'CRASH' }))
    await see(device.vehicleId, { state: 'alert' })
    client.stream.destroy()
    await eventually('a second record of the vehicle', () => recordsOf(device.vehicleId).length === 2)
    expect(recordsOf(device.vehicleId).at(-1)?.state).to.equal('alert')
  })

  it('vehicles that have not moved since a restart keep their positions', async () => {
    const client = await connect()
    await publish(client, at(1, { speed: 0, heading: 90, ignition: true }))
    await eventually('the position is stored', async () => {
      const rows = await db.sql`select from positions where vehicle_id = ${device.vehicleId}`
      return rows.length === 1
    })
    await client.endAsync()
    const other = await openTestBroker(SETTINGS, db)
    const subscriber = await openDashboard(other)
    await connect(device, other)
    expect(await subscriber.see(device.vehicleId)).to.include({
      timeMs: START_MS + 1,
      speed: 0,
      heading: 90,
      state: 'idling',
    })
    await subscriber.client.endAsync(true)
    await other.close()
  })

  const changes: [what: string, change: () => Promise<unknown>][] = [
    ['is created', () => db.sql`insert into vehicles (key) values ('made')`],
    ['has another name', () => db.sql`update vehicles set name = 'Ada' where id = ${device.vehicleId}`],
    ['is in another group', () => db.sql`update vehicles set group_key = 'x' where id = ${device.vehicleId}`],
    ['is deleted', () => db.sql`delete from vehicles where id = ${device.vehicleId}`],
  ]
  for (const [what, change] of changes) {
    it(`a new epoch begins when a vehicle ${what}, although none moves`, async () => {
      const { frames } = await dashboard()
      const first = await eventually('a frame', () => frames[0])
      await change()
      const fresh = await eventually(
        'an epoch',
        () => frames.find(({ epoch }) => epoch !== first.epoch),
        2000,
      )
      expect(fresh.seq).to.equal(1)
    })
  }

  it('a new epoch begins when the devices of a dead broker go offline, because no frame reports that', async () => {
    const { frames } = await dashboard()
    const first = await eventually('a frame', () => frames[0])
    await db.sql`insert into brokers (id, seen_at) values (gen_random_uuid(), now() - interval '31 s')`
    await forgetDeadBrokers(db.sql, 30)
    await eventually('an epoch', () => frames.some(({ epoch }) => epoch !== first.epoch))
  })

  it('no new epoch begins for a change that a page does not show', async () => {
    const { frames, see } = await dashboard()
    await db.sql`update vehicles set vin = 'WVWZZZ1JZXW000001' where id = ${device.vehicleId}`
    await publish(await connect(), at(1))
    await see(device.vehicleId)
    expect(new Set(frames.map(({ epoch }) => epoch)).size).to.equal(1)
  })

  it('devices may not subscribe to the feed, and nobody may publish to it', async () => {
    const client = await connect()
    for (const topic of ['live/all', 'live/all/json', 'live/1']) {
      const denied = await client.subscribeAsync(topic).then(
        ([it]) => it?.qos === 128,
        () => true,
      )
      expect(denied, topic).to.equal(true)
    }
    const { client: admin } = await dashboard()
    const closed = new Promise((resolve) => {
      admin.once('close', () => resolve(true))
    })
    admin.publish('live/all', 'x')
    await closed
  })
})

describe('a subscriber of the live feed that does not read', () => {
  const FRAME_BYTES = 240_024
  const FRAMES = 30

  it('a subscriber that does not read misses frames, and takes the memory of only a few', async () => {
    let send: ((payload: Uint8Array) => void) | undefined
    let joined = 0
    const live: LiveFeedInput = {
      open: (subscribers) => (send = (payload) => subscribers.send('all', 'binary', [payload, payload])),
      joined: () => joined++,
      left: () => {},
      online: () => {},
      reported: () => {},
    }
    const broker = await openTestBroker({}, undefined, { live })
    const login = { clientId: 'ui/1/slow', token: broker.sign({ sub: '1', role: 'admin' }) }
    const slow = await logInRaw(broker, { ...(await broker.addDevice()), ...login })
    slow.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'live/all', qos: 0 }] })
    await slow.next('suback')
    const quick = await logIn(broker, { ...login, clientId: 'ui/1/quick' })
    let received = 0
    quick.on('message', () => received++)
    await quick.subscribeAsync('live/all')
    await eventually('both subscribers have joined', () => joined === 2)

    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const bytesInUse = () => {
      collectGarbage()
      return process.memoryUsage().arrayBuffers
    }
    slow.socket.pause()
    const before = bytesInUse()
    for (let n = 1; n <= FRAMES; n++) {
      send?.(new Uint8Array(FRAME_BYTES))
      // Both frames of one interval, although the first alone exceeds what a slow client may have unsent.
      await eventually('the fast client has read them', () => received === 2 * n)
    }
    const dropped = await broker.metric('messages_dropped_total')
    expect(dropped).to.be.greaterThan(FRAMES)
    // The fast client has not always received its frames at once.
    await eventually('little is in memory', () => bytesInUse() - before < 5 * FRAME_BYTES)

    slow.socket.resume()
    await eventually(
      'the pending messages have arrived',
      () => slow.count('publish') + dropped === 2 * FRAMES,
    )
    send?.(new Uint8Array(FRAME_BYTES))
    await eventually(
      'the slow client has the next messages',
      () => slow.count('publish') + dropped === 2 * FRAMES + 2,
    )
    slow.socket.destroy()
    await quick.endAsync(true)
    await broker.close()
  })
})
