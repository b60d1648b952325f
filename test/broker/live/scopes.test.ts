import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice, type TestUser } from '../../support/broker.ts'
import { collect, logIn } from '../../support/clients.ts'
import { openDashboard, type Dashboard } from '../../support/dashboard.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { failureOf } from '../../support/failure.ts'

const EFFECT_MS_MAX = 2000

describe('subscriptions of a user', () => {
  let db: TestDatabase
  let broker: TestBroker
  let user: TestUser
  let own: TestDevice
  let foreign: TestDevice
  const open: MqttClient[] = []
  before(async () => {
    db = await openTestDatabase()
    broker = await openTestBroker({ LIVE_INTERVAL_MS: '100' }, db)
  })
  beforeEach(async () => {
    user = await broker.addUser('user')
    own = await broker.addDevice()
    foreign = await broker.addDevice()
    await db.sql`update vehicles set created_by = ${user.id} where id = ${own.vehicleId}`
  })
  afterEach(async () => {
    for (const client of open.splice(0)) await client.endAsync(true)
  })
  after(async () => {
    await broker.close()
    await db.drop()
  })

  async function dashboard(login = user): Promise<Dashboard> {
    const opened = await openDashboard(broker, { ...login, scope: String(login.id) })
    open.push(opened.client)
    return opened
  }
  async function connect(device: TestDevice): Promise<(reading?: object) => Promise<unknown>> {
    const client = await logIn(broker, device)
    open.push(client)
    return (reading = {}) =>
      client.publishAsync(device.topic, JSON.stringify({ lat: 1, lon: 1, ...reading }), { qos: 1 })
  }
  async function isGranted(client: MqttClient, topic: string): Promise<boolean> {
    return client.subscribeAsync(topic).then(
      ([it]) => it?.qos !== 128,
      () => false,
    )
  }
  const grant = (what: { vehicle_id: number } | { group_key: string }) =>
    db.sql`insert into grants ${db.sql({ user_id: user.id, ...what })}`
  const revoke = () => db.sql`delete from grants where user_id = ${user.id}`

  it('a user may subscribe to the feed of their own vehicles, and no other', async () => {
    const { see, recordsOf } = await dashboard()
    const [mine, theirs] = [await connect(own), await connect(foreign)]
    await theirs()
    await mine()
    await see(own.vehicleId)
    expect(recordsOf(foreign.vehicleId)).to.deep.equal([])
  })

  it('a user may subscribe to their own topics, but not to those of others or the whole feed', async () => {
    const { client } = await dashboard()
    for (const topic of ['live/all', 'live/all/json', `live/${user.id + 1}`, 'live/+', 'fleet/+/commands']) {
      expect(await isGranted(client, topic), topic).to.equal(false)
    }
    for (const kind of ['telemetry', 'status', 'rejected', 'alerts', 'events']) {
      expect(await isGranted(client, `fleet/${own.vehicle}/${kind}`), kind).to.equal(true)
      expect(await isGranted(client, `fleet/${foreign.vehicle}/${kind}`), kind).to.equal(false)
    }
  })

  it('a user gets raw telemetry and status of their own vehicles only', async () => {
    const client = await logIn(broker, user)
    open.push(client)
    const messages = collect(client)
    const [mine, theirs] = [await connect(own), await connect(foreign)]
    await client.subscribeAsync(['fleet/+/telemetry', 'fleet/+/status'])
    await theirs()
    await mine()
    await eventually('the reading', () => messages.some(({ topic }) => topic === own.topic))
    await eventually('the status', () =>
      messages.some(({ topic }) => topic === `fleet/${own.vehicle}/status`),
    )
    expect(messages.filter(({ topic }) => !topic.includes(own.vehicle))).to.deep.equal([])
  })

  for (const by of ['vehicle', 'group'] as const) {
    it(`a subscription covers a granted ${by} from its grant to the end of the grant, each with a new epoch`, async () => {
      await db.sql`update vehicles set group_key = ${`g-${foreign.vehicleId}`} where id = ${foreign.vehicleId}`
      const { see, recordsOf, frames, client } = await dashboard()
      const messages: { topic: string }[] = []
      client.on('message', (topic) => topic.startsWith('fleet/') && messages.push({ topic }))
      const publish = await connect(foreign)
      const first = await eventually('a frame', () => frames[0])
      await client.subscribeAsync('fleet/+/telemetry')

      await grant(
        by === 'vehicle' ? { vehicle_id: foreign.vehicleId } : { group_key: `g-${foreign.vehicleId}` },
      )
      const granted = await eventually(
        'an epoch',
        () => frames.find(({ epoch }) => epoch !== first.epoch),
        EFFECT_MS_MAX,
      )
      await publish()
      await see(foreign.vehicleId)
      await eventually('the reading', () => messages.length === 1)

      await revoke()
      const epochs = new Set([first.epoch, granted.epoch])
      await eventually(
        'a frame with a new epoch',
        () => frames.find(({ epoch }) => !epochs.has(epoch)),
        EFFECT_MS_MAX + 500,
      )
      const seen = recordsOf(foreign.vehicleId).length
      await publish()
      await (
        await connect(own)
      )()
      await see(own.vehicleId)
      expect(recordsOf(foreign.vehicleId)).to.have.length(seen)
      await eventually('the own reading', () => messages.length === 2)
      expect(messages.map(({ topic }) => topic)).to.deep.equal([foreign.topic, own.topic])
    })
  }

  it('messages stop within 2 s of the end of a grant, even for vehicles that move all the time', async () => {
    await grant({ vehicle_id: foreign.vehicleId })
    const { see, recordsOf } = await dashboard()
    const publish = await connect(foreign)
    // The last one may be under way when the connection is closed.
    const timer = setInterval(() => void publish().catch(() => {}), 50)
    try {
      await see(foreign.vehicleId)
      await revoke()
      let [count, sinceMs] = [-1, 0]
      await eventually(
        'no record for a second',
        () => {
          const now = recordsOf(foreign.vehicleId).length
          if (now !== count) [count, sinceMs] = [now, Date.now()]
          return Date.now() - sinceMs > 1000
        },
        EFFECT_MS_MAX + 1000,
      )
    } finally {
      clearInterval(timer)
    }
  })

  it('permissions follow a vehicle to its new key, its new group and its new owner', async () => {
    const client = await logIn(broker, user)
    open.push(client)
    await client.subscribeAsync(`fleet/${own.vehicle}/telemetry`)
    const renamed = `${own.vehicle}-b`
    await db.sql`update vehicles set key = ${renamed} where id = ${own.vehicleId}`
    await eventually('topics of the renamed vehicle are granted', () =>
      isGranted(client, `fleet/${renamed}/telemetry`),
    )
    expect(await isGranted(client, `fleet/${own.vehicle}/status`)).to.equal(false)
    await db.sql`update vehicles set created_by = null where id = ${own.vehicleId}`
    await eventually(
      'the status topic is no longer granted',
      async () => !(await isGranted(client, `fleet/${renamed}/status`)),
    )
    await grant({ group_key: 'north' })
    await db.sql`update vehicles set group_key = 'north' where id = ${own.vehicleId}`
    await eventually('the status topic is granted by the group', () =>
      isGranted(client, `fleet/${renamed}/status`),
    )
    await db.sql`delete from vehicles where id = ${own.vehicleId}`
    await eventually(
      'the permission has ended',
      async () => !(await isGranted(client, `fleet/${renamed}/alerts`)),
    )
  })

  it('permissions are current again after the connection for notifications was lost', async () => {
    const client = await logIn(broker, user)
    open.push(client)
    expect(await isGranted(client, `fleet/${foreign.vehicle}/status`)).to.equal(false)
    const [{ pid } = { pid: 0 }] = await db.sql<{ pid: number }[]>`
      select pid from pg_stat_activity where datname = current_database() and query = 'listen "scopes"'`
    await db.sql.begin(async (tx) => {
      // Both at once: an announcement is lost while nobody listens.
      await tx`select pg_terminate_backend(${pid})`
      await tx`insert into grants (user_id, vehicle_id) values (${user.id}, ${foreign.vehicleId})`
    })
    await eventually('the status topic is granted', () =>
      isGranted(client, `fleet/${foreign.vehicle}/status`),
    )
  })

  const ends: [what: string, change: () => Promise<unknown>][] = [
    ['is deleted', () => db.sql`delete from users where id = ${user.id}`],
    ['has another role', () => db.sql`update users set role = 'admin' where id = ${user.id}`],
    [
      'logs out everywhere',
      () => db.sql`
        update users set tokens_valid_from = date_trunc('second', clock_timestamp()) + interval '1 s' where id = ${user.id}`,
    ],
  ]
  for (const [what, change] of ends) {
    it(`a connection ends when the user ${what}, and a login with the token is refused`, async () => {
      const { client } = await dashboard()
      const reason = 'account_changed'
      const before = await broker.metric('connections_closed_total', { reason })
      let isClosed = false
      client.once('close', () => (isClosed = true))
      await change()
      await eventually('the connection is closed', () => isClosed, EFFECT_MS_MAX)
      expect(await broker.metric('connections_closed_total', { reason })).to.equal(before + 1)
      expect(await failureOf(logIn(broker, user))).to.have.property('code', 5)
    })
  }

  it('connections of an administrator end in the same way', async () => {
    const admin = await broker.addUser('admin')
    const client = await logIn(broker, admin)
    open.push(client)
    let isClosed = false
    client.once('close', () => (isClosed = true))
    await db.sql`update users set role = 'user' where id = ${admin.id}`
    await eventually('the connection is closed', () => isClosed, EFFECT_MS_MAX)
  })

  it('connections do not end when only the name or the password hash changes', async () => {
    const { client, see } = await dashboard()
    await db.sql`update users set name = 'Kim', password_hash = 'x' where id = ${user.id}`
    await (
      await connect(own)
    )()
    await see(own.vehicleId)
    expect(client.connected).to.equal(true)
  })
})
