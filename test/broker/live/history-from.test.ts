import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice, type TestUser } from '../../support/broker.ts'
import { collect, logIn } from '../../support/clients.ts'
import { openDashboard, type Dashboard } from '../../support/dashboard.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'

const HOUR_MS = 3_600_000

describe('subscriptions under grants with a history start', () => {
  let db: TestDatabase
  let broker: TestBroker
  let user: TestUser
  let device: TestDevice
  let fromMs: number
  const open: MqttClient[] = []
  before(async () => {
    db = await openTestDatabase()
    broker = await openTestBroker({ LIVE_INTERVAL_MS: '100' }, db)
  })
  beforeEach(async () => {
    user = await broker.addUser('user')
    device = await broker.addDevice()
    fromMs = Date.now() - HOUR_MS
  })
  afterEach(async () => {
    for (const client of open.splice(0)) await client.endAsync(true)
  })
  after(async () => {
    await broker.close()
    await db.drop()
  })

  const timeAt = (ms: number) => new Date(fromMs + ms).toISOString()
  const grant = (from: string | null) => db.sql`
    insert into grants (user_id, vehicle_id, history_from)
    values (${user.id}, ${device.vehicleId}, ${from}::text::timestamptz)`
  const change = (from: string | null) => db.sql`
    update grants set history_from = ${from}::text::timestamptz where user_id = ${user.id}`
  async function dashboard(as: TestUser | undefined): Promise<Dashboard> {
    const opened = await openDashboard(broker, as && { ...as, scope: String(as.id) })
    open.push(opened.client)
    return opened
  }
  async function connect(): Promise<(message: object) => Promise<unknown>> {
    const client = await logIn(broker, device)
    open.push(client)
    return (message) => client.publishAsync(device.topic, JSON.stringify(message), { qos: 1 })
  }
  const place = (ms: number) => ({ time: timeAt(ms), lat: 1, lon: 1, speed: 5 })
  const timesOf = ({ recordsOf }: Dashboard) =>
    recordsOf(device.vehicleId).map(({ timeMs }) => timeMs - fromMs)

  it("a late position from before the grant's start is not in the frames", async () => {
    await grant(timeAt(0))
    const [theirs, all] = [await dashboard(user), await dashboard(undefined)]
    const publish = await connect()
    await publish(place(-1))
    await all.see(device.vehicleId, { timeMs: fromMs - 1 })
    await publish(place(0))
    await theirs.see(device.vehicleId, { timeMs: fromMs })
    expect(new Set(timesOf(theirs))).to.deep.equal(new Set([0]))
  })

  it("a position from before the grant's start is not sent when a dashboard subscribes or the device disconnects", async () => {
    await grant(timeAt(0))
    const all = await dashboard(undefined)
    const publish = await connect()
    const tracker = open.at(-1)
    await publish(place(-1))
    await all.see(device.vehicleId)
    const theirs = await dashboard(user)
    // Disconnecting changes the vehicle's state. The frame that reports it also has the earlier position.
    const seen = all.recordsOf(device.vehicleId).length
    await tracker?.endAsync()
    await eventually('a frame with the changed state', () => all.recordsOf(device.vehicleId).length > seen)
    await eventually('two frames', () => theirs.frames.length > 1)
    expect(timesOf(theirs)).to.deep.equal([])
  })

  it('a changed start of the grant takes effect, with a new epoch', async () => {
    await grant(timeAt(0))
    const theirs = await dashboard(user)
    const publish = await connect()
    await publish(place(-1))
    const first = await eventually('a frame', () => theirs.frames[0])
    await change(timeAt(-1))
    await eventually('a frame with a new epoch', () =>
      theirs.frames.find(({ epoch }) => epoch !== first.epoch),
    )
    await theirs.see(device.vehicleId, { timeMs: fromMs - 1 })
    await change(timeAt(HOUR_MS / 2))
    const epochs = new Set(theirs.frames.map(({ epoch }) => epoch))
    await eventually('a second new epoch', () => theirs.frames.find(({ epoch }) => !epochs.has(epoch)))
    const count = timesOf(theirs).length
    await publish(place(HOUR_MS / 4))
    await publish(place(HOUR_MS / 2))
    await theirs.see(device.vehicleId, { timeMs: fromMs + HOUR_MS / 2 })
    expect(new Set(timesOf(theirs).slice(count))).to.deep.equal(new Set([HOUR_MS / 2]))
  })

  it("the grant's start is kept when the vehicle is renamed; with several grants, the earliest one applies", async () => {
    await grant(timeAt(0))
    const theirs = await dashboard(user)
    const first = await eventually('a frame', () => theirs.frames[0])
    await db.sql`update vehicles set key = ${`${device.vehicle}-b`}, group_key = 'early' where id = ${device.vehicleId}`
    await eventually('a frame with a new epoch', () =>
      theirs.frames.find(({ epoch }) => epoch !== first.epoch),
    )
    const all = await dashboard(undefined)
    const publish = await connect()
    await publish(place(-10))
    await all.see(device.vehicleId, { timeMs: fromMs - 10 })
    await db.sql`insert into grants (user_id, group_key, history_from) values (${user.id}, 'early', ${timeAt(-5)}::text::timestamptz)`
    const epochs = new Set(theirs.frames.map(({ epoch }) => epoch))
    await eventually('a second new epoch', () => theirs.frames.find(({ epoch }) => !epochs.has(epoch)))
    await publish(place(-5))
    await theirs.see(device.vehicleId, { timeMs: fromMs - 5 })
    expect(new Set(timesOf(theirs))).to.deep.equal(new Set([-5]))
  })

  it("an alert after the grant's start begins an epoch if an earlier alert is hidden, and reveals no earlier position", async () => {
    const publish = await connect()
    const all = await dashboard(undefined)
    await publish(place(-3))
    await publish({ time: timeAt(-2), status: 'sos' })
    await all.see(device.vehicleId, { lastState: 'alert' })
    await grant(timeAt(0))
    const theirs = await dashboard(user)
    await eventually('a frame', () => theirs.frames[0])
    // A change from just before the subscription may not be stored yet, and causes a frame.
    await eventually('a frame with the sequence number 1', () => theirs.frames.find(({ seq }) => seq === 1))
    const epochs = new Set(theirs.frames.map(({ epoch }) => epoch))
    await publish({ time: timeAt(1), status: 'sos' })
    await eventually('a frame with a new epoch', () => theirs.frames.find(({ epoch }) => !epochs.has(epoch)))
    expect(theirs.recordsOf(device.vehicleId)).to.deep.equal([])
  })

  it("raw telemetry omits readings from before the grant's start, and leaves the others unchanged", async () => {
    await grant(timeAt(0))
    const client = await logIn(broker, user)
    open.push(client)
    const messages = collect(client)
    await client.subscribeAsync('fleet/+/telemetry')
    const publish = await connect()
    await publish(place(-1))
    await publish([place(-2), { ...place(1), seq: 7 }, place(-3), { speed: 9 }])
    await publish(place(2))
    await eventually('the last message', () => messages.length > 1)
    expect(messages.map(({ payload }) => payload)).to.deep.equal([
      [{ ...place(1), seq: 7 }, { speed: 9 }],
      place(2),
    ])
  })

  it("the status shows whether the vehicle is online, but not since when if that is before the grant's start", async () => {
    await grant('2100-01-01T00:00:00Z')
    const publish = await connect()
    const client = await logIn(broker, user)
    open.push(client)
    const messages = collect(client)
    await client.subscribeAsync(['fleet/+/status', 'fleet/+/rejected', 'fleet/+/telemetry'])
    const status = await eventually('a status', () => messages.find(({ topic }) => topic.endsWith('/status')))
    expect(status.payload).to.deep.equal({ online: true, since: null })
    await publish({ speed: 'fast' })
    await publish({ speed: 5 })
    await change(timeAt(0))
    await eventually('a status with its time', async () => {
      await client.unsubscribeAsync('fleet/+/status')
      await client.subscribeAsync('fleet/+/status')
      return messages.some(
        ({ topic, payload }) => topic.endsWith('/status') && (payload as { since: unknown }).since,
      )
    })
    expect(messages.filter(({ topic }) => !topic.endsWith('/status'))).to.deep.equal([])
    await publish({ speed: 'fast' })
    await eventually('a rejection', () => messages.some(({ topic }) => topic.endsWith('/rejected')))
  })
})
