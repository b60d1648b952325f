import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice, type TestUser } from '../../support/broker.ts'
import { collect, logIn } from '../../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'

describe('events over MQTT', function () {
  this.timeout(60_000)
  let db: TestDatabase
  let broker: TestBroker
  let user: TestUser
  let own: TestDevice
  let foreign: TestDevice
  let channel = 0
  const open: MqttClient[] = []
  before(async () => {
    db = await openTestDatabase()
    broker = await openTestBroker({}, db)
  })
  beforeEach(async () => {
    user = await broker.addUser('user')
    own = await broker.addDevice()
    foreign = await broker.addDevice()
    await db.sql`update vehicles set created_by = ${user.id} where id = ${own.vehicleId}`
    const [row] = await db.sql<{ id: number }[]>`
      insert into channels (key, kind) values (${randomUUID()}, 'mqtt') returning id`
    channel = row?.id ?? 0
  })
  afterEach(async () => {
    for (const client of open.splice(0)) await client.endAsync(true)
    await db.sql`truncate channels cascade`
  })
  after(async () => {
    await broker.close()
    await db.drop()
  })

  async function follow(login: { clientId: string; token: string }, topic: string, at = broker) {
    const client = await logIn(at, login)
    open.push(client)
    const messages = collect(client)
    await client.subscribeAsync(topic, { qos: 1 })
    return messages
  }
  /** Returns its id. */
  async function add(vehicleId: number, more: Record<string, unknown> = {}) {
    const payload = db.sql.json({ started_at: '2026-11-30T08:00:00Z' })
    const row = { channel_id: channel, vehicle_id: vehicleId, reason: 'raised', ...more, payload }
    const [delivery] = await db.sql<
      { id: string }[]
    >`insert into deliveries ${db.sql(row as never)} returning id`
    return delivery?.id ?? ''
  }
  const until = (id: string, state: string) =>
    eventually(`${id} is ${state}`, async () => {
      const [row] = await db.sql<{ state: string }[]>`select state from deliveries where id = ${id}`
      return row?.state === state
    })

  it('a delivery is published on the topic of its vehicle, to those who may see it, and noted as sent', async () => {
    const messages = await follow(user, 'fleet/+/events')
    const unseen = await add(foreign.vehicleId)
    const id = await add(own.vehicleId, { event_id: 7, reason: 'ended' })
    await until(unseen, 'sent')
    await until(id, 'sent')
    await eventually('a message', () => messages.length > 0)
    expect(messages).to.have.length(1)
    expect(messages[0]?.topic).to.equal(`fleet/${own.vehicle}/events`)
    expect(messages[0]?.payload).to.include({ id, type: 'event.ended' })
    expect(messages[0]?.payload).to.have.deep.property('data', { started_at: '2026-11-30T08:00:00Z' })
    const attempts = await db.sql`select result from delivery_attempts where delivery_id = ${id}`
    expect(attempts).to.deep.equal([{ result: 'ok' }])
  })

  it('each of several brokers publishes it to its own subscribers, once', async () => {
    const other = await openTestBroker({}, db)
    try {
      const here = await follow(user, 'fleet/+/events')
      const there = await follow({ ...user, clientId: `${user.clientId}-2` }, 'fleet/+/events', other)
      const ids = []
      for (let n = 0; n < 20; n++) ids.push(await add(own.vehicleId))
      await eventually('all messages', () => here.length >= 20 && there.length >= 20)
      await until(ids.at(-1) ?? '', 'sent')
      for (const messages of [here, there])
        expect(messages.map(({ payload }) => (payload as { id: string }).id)).to.have.members(ids)
    } finally {
      for (const client of open.splice(0)) await client.endAsync(true)
      await other.close()
    }
  })

  it('what the owner of the channel may not see, and what has no vehicle, is cancelled', async () => {
    await db.sql`update channels set created_by = ${user.id}`
    const messages = await follow(await broker.addUser('admin'), 'fleet/+/events')
    const [denied, gone] = [await add(foreign.vehicleId), await add(999_999)]
    const allowed = await add(own.vehicleId)
    await until(denied, 'cancelled')
    await until(gone, 'cancelled')
    await until(allowed, 'sent')
    await eventually('a message', () => messages.length > 0)
    expect(messages.map(({ payload }) => (payload as { id: string }).id)).to.deep.equal([allowed])
  })

  it('webhooks and disabled channels are left alone', async () => {
    await db.sql`update channels set enabled = false`
    const disabled = await add(own.vehicleId)
    const [row] = await db.sql<{ id: number }[]>`
      insert into channels (key, kind, secret) values (${randomUUID()}, 'webhook', '') returning id`
    const webhook = await add(own.vehicleId, { channel_id: row?.id })
    await db.sql`insert into channels (key, kind) values ('enabled', 'mqtt')`
    const [enabled] = await db.sql<{ id: number }[]>`select id from channels where key = 'enabled'`
    await until(await add(own.vehicleId, { channel_id: enabled?.id }), 'sent')
    const left = await db.sql`select id from deliveries where state = 'waiting' order by seq`
    expect(left.map(({ id }) => id as string)).to.deep.equal([disabled, webhook])
  })
})
