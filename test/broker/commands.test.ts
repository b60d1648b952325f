import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn, logInRaw, openRawClient } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { connectPacket, publishPacket } from '../support/packets.ts'

interface Received {
  id: number
  name: string
  params: unknown
  expires_at: string
}

describe('commands', () => {
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

  const topic = () => `fleet/${device.vehicle}/commands`

  async function command(
    name: string,
    options: { params?: unknown; expiresIn?: string } = {},
  ): Promise<number> {
    const { params = {}, expiresIn = '1 hour' } = options
    const [row] = await db.sql<{ id: number }[]>`
      insert into commands (vehicle_id, name, params, expires_at)
      values (${device.vehicleId}, ${name}, ${JSON.stringify(params)}::text::json, now() + ${expiresIn}::text::interval)
      returning id`
    return row?.id ?? 0
  }

  async function stateOf(id: number) {
    const [row] = await db.sql<
      { state: string; result: unknown; device: number | null; delivered: boolean }[]
    >`
      select state, result, device_id as device, delivered_at is not null as delivered from commands where id = ${id}`
    return row
  }
  const reaches = (id: number, state: string) =>
    eventually(`${id} is ${state}`, async () => (await stateOf(id))?.state === state)

  /** A device's client, and the commands that it gets. */
  async function connect(
    options: { at?: TestBroker; who?: TestDevice; clean?: boolean; qos?: 0 | 1 | 2 | undefined } = {},
  ): Promise<{ client: MqttClient; received: Received[] }> {
    const { at = broker, who = device, clean = true, qos } = options
    const client = await logIn(at, who, { clean, resubscribe: false })
    client.on('error', () => {})
    open.push(client)
    const messages = collect(client)
    const received: Received[] = []
    client.on('message', () => received.push(messages.at(-1)?.payload as Received))
    if (qos !== undefined) await client.subscribeAsync(`fleet/${who.vehicle}/commands`, { qos })
    return { client, received }
  }

  /** One that confirms nothing, and is subscribed. */
  async function connectSilent(who = device, clean = true) {
    const client = await openRawClient(broker.mqttPort)
    client.send({ ...connectPacket(who), clean } as Parameters<typeof client.send>[0])
    await client.next('connack')
    client.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: `fleet/${who.vehicle}/commands`, qos: 1 }],
    })
    await client.next('suback')
    return client
  }

  const answer = (client: MqttClient, payload: unknown, qos: 1 | 2 = 1) =>
    client.publishAsync(`${topic()}/ack`, typeof payload === 'string' ? payload : JSON.stringify(payload), {
      qos,
    })

  it('wait for a device that is offline, and are delivered with its PUBACK', async () => {
    const id = await command('lock', { params: { doors: [1, 2], ü: '\u0000' } })
    const { received } = await connect({ qos: 1 })
    await reaches(id, 'delivered')
    expect(received).to.have.length(1)
    expect(received[0]).to.deep.include({ id, name: 'lock', params: { doors: [1, 2], ü: '\u0000' } })
    const leftMs = Date.parse(received[0]?.expires_at ?? '') - Date.now()
    expect(leftMs).to.be.within(3_590_000, 3_600_000)
    expect(await stateOf(id)).to.include({ delivered: true })
  })

  it('go at once to a device that is connected and has subscribed, in the order in which they came', async () => {
    const { received } = await connect({ qos: 1 })
    const ids = []
    for (let n = 0; n < 5; n++) ids.push(await command(`n${n}`))
    await eventually('all', () => received.length === 5)
    expect(received.map(({ id }) => id)).to.deep.equal(ids)
  })

  it('arrive all when many have waited, also with QoS 2, which is lowered', async () => {
    const ids = []
    for (let n = 0; n < 35; n++) ids.push(await command('n'))
    const { received } = await connect({ qos: 2 })
    await eventually('all', () => received.length === 35)
    expect(received.map(({ id }) => id)).to.deep.equal(ids)
    await reaches(ids.at(-1) ?? 0, 'delivered')
  })

  it('are not sent to who has not subscribed, nor to who has unsubscribed', async () => {
    const id = await command('lock')
    const { client, received } = await connect()
    await client.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
    expect(await stateOf(id)).to.include({ state: 'queued' })
    await client.subscribeAsync(topic(), { qos: 1 })
    await reaches(id, 'delivered')
    await client.unsubscribeAsync(topic())
    const later = await command('unlock')
    const other = await broker.addDevice({ vehicleId: device.vehicleId })
    const there = await connect({ who: other, qos: 1 })
    await reaches(later, 'delivered')
    expect(received.map((it) => it.id)).to.deep.equal([id])
    expect(there.received.map((it) => it.id)).to.deep.equal([later])
  })

  it('are not sent when they have expired or were cancelled', async () => {
    const expired = await command('lock', { expiresIn: '-1 second' })
    const cancelled = await command('lock')
    await db.sql`update commands set state = 'cancelled' where id = ${cancelled}`
    const id = await command('unlock')
    const { received } = await connect({ qos: 1 })
    await reaches(id, 'delivered')
    expect(received.map((it) => it.id)).to.deep.equal([id])
    expect(await stateOf(expired)).to.include({ state: 'queued', delivered: false })
  })

  for (const qos of [1, 2] as const) {
    it(`are acknowledged or failed with the device's answer, which is stored before it is acknowledged, with QoS ${qos}`, async () => {
      const [good, bad] = [await command('lock'), await command('unlock')]
      const { client } = await connect({ qos: 1 })
      await reaches(bad, 'delivered')
      await answer(client, { id: good, ok: true }, qos)
      expect(await stateOf(good)).to.deep.include({ state: 'acknowledged', result: null })
      await answer(client, { id: bad, ok: false, result: { why: ['stuck', '"\\\u0000'] } }, qos)
      expect(await stateOf(bad)).to.deep.include({ state: 'failed', result: { why: ['stuck', '"\\\u0000'] } })
      expect((await stateOf(bad))?.device).to.be.a('number')
    })
  }

  it('are acknowledged by an answer that comes before the PUBACK, and after the time is over; the first one stays', async () => {
    const client = await connectSilent()
    const id = await command('lock')
    await client.next('publish')
    await db.sql`update commands set expires_at = now() - interval '1 second' where id = ${id}`
    const ignored = await broker.metric('command_answers_total', { result: 'ignored' })
    client.send(publishPacket(`${topic()}/ack`, 7, 1, JSON.stringify({ id, ok: true })))
    await client.next('puback')
    expect(await stateOf(id)).to.include({ state: 'acknowledged', delivered: true })
    client.send(publishPacket(`${topic()}/ack`, 8, 1, JSON.stringify({ id, ok: false })))
    await client.next('puback', 2)
    expect(await stateOf(id)).to.include({ state: 'acknowledged' })
    expect(await broker.metric('command_answers_total', { result: 'ignored' })).to.equal(ignored + 1)
    client.socket.destroy()
  })

  it('are answered without a PUBACK for as long as the database does not take it', async () => {
    const client = await connectSilent()
    const id = await command('lock')
    await client.next('publish')
    await db.sql`alter table commands rename to away`
    try {
      client.send(publishPacket(`${topic()}/ack`, 7, 1, JSON.stringify({ id, ok: true })))
      // What comes behind it is not held up, as far as it is telemetry.
      client.send(publishPacket(device.topic, 8, 1, '{"speed":1}'))
      await client.next('puback')
      await eventually('a failure', () =>
        broker.log.some(({ event, what }) => event === 'write_failed' && what === 'answers to commands'),
      )
    } finally {
      await db.sql`alter table away rename to commands`
    }
    await client.next('puback', 2)
    expect(client.received.flatMap((it) => (it.cmd === 'puback' ? [it.messageId] : []))).to.deep.equal([8, 7])
    expect(await stateOf(id)).to.include({ state: 'acknowledged' })
    client.socket.destroy()
  })

  it('are not harmed by bad answers, nor by those to the commands of another vehicle', async () => {
    const foreign = await command('lock')
    device = await broker.addDevice()
    const id = await command('lock')
    const { client } = await connect({ qos: 1 })
    await reaches(id, 'delivered')
    const before = await broker.metric('command_answers_total', { result: 'bad' })
    const bad = [
      '',
      'nonsense',
      '[]',
      '{}',
      { id },
      { id: String(id), ok: true },
      { id: 0, ok: true },
      { id: 2 ** 53, ok: true },
      { id, ok: 'true' },
      { id, ok: true, more: 1 },
      { id, ok: true, result: 'x'.repeat(16 * 1024) },
      `{"id":${id},"ok":true,"result":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    ]
    for (const payload of bad) await answer(client, payload)
    expect(await broker.metric('command_answers_total', { result: 'bad' })).to.equal(before + bad.length)
    await answer(client, { id: foreign, ok: true })
    await answer(client, { id: 999_999_999, ok: true })
    expect(await stateOf(foreign)).to.include({ state: 'queued' })
    expect(await stateOf(id)).to.include({ state: 'delivered' })
    await answer(client, { id, ok: true })
    expect(await stateOf(id)).to.include({ state: 'acknowledged' })
  })

  for (const clean of [true, false]) {
    it(`are sent once more when the connection was cut before the PUBACK, in a session that ${clean ? 'ends' : 'is kept'}`, async () => {
      const client = await connectSilent(device, clean)
      const id = await command('lock')
      await client.next('publish')
      client.socket.destroy()
      await client.closed
      expect(await stateOf(id)).to.include({ state: 'queued' })
      // A session that is kept is still subscribed.
      const { client: again, received } = await connect({ clean, ...(clean && { qos: 1 }) })
      await reaches(id, 'delivered')
      await again.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
      expect(received.map((it) => it.id)).to.deep.equal([id])
      await again.endAsync()
      const third = await connect({ clean, ...(clean && { qos: 1 }) })
      const next = await command('unlock')
      await reaches(next, 'delivered')
      expect(third.received.map((it) => it.id)).to.deep.equal([next])
    })
  }

  it('that are sent again have DUP and their packet identifiers [MQTT-4.4.0-1], in a session that is kept', async () => {
    const client = await connectSilent(device, false)
    const ids = [await command('lock'), await command('unlock'), await command('horn')]
    const sent = await Promise.all([1, 2, 3].map((n) => client.next('publish', n)))
    client.send({ cmd: 'puback', messageId: sent[1]?.messageId ?? 0 })
    await reaches(ids[1] ?? 0, 'delivered')
    client.socket.destroy()
    await client.closed
    const next = await command('next')
    const resume = async () => {
      const again = await openRawClient(broker.mqttPort)
      again.send({ ...connectPacket(device), clean: false } as Parameters<typeof again.send>[0])
      const got = await Promise.all([1, 2, 3].map((n) => again.next('publish', n)))
      return { again, seen: got.map((it) => [idOf(it), it.messageId, 'dup' in it && it.dup]) }
    }
    const idOf = (packet: object) =>
      (JSON.parse(String('payload' in packet && packet.payload)) as Received).id
    const { again, seen } = await resume()
    expect(seen.slice(0, 2)).to.deep.equal([
      [ids[0], sent[0]?.messageId, true],
      [ids[2], sent[2]?.messageId, true],
    ])
    expect(seen[2]).to.deep.equal([next, seen[2]?.[1], false])
    expect([sent[0]?.messageId, sent[2]?.messageId]).not.to.include(seen[2]?.[1])
    again.socket.destroy()
    await again.closed
    const third = await resume()
    expect(third.seen.map(([id, packetId, isAgain]) => [id, packetId, isAgain])).to.deep.equal(
      seen.map(([id, packetId]) => [id, packetId, true]),
    )
    // A session that begins has none of it.
    third.again.socket.destroy()
    await third.again.closed
    const fresh = await connectSilent(device, true)
    const first = await fresh.next('publish')
    expect([idOf(first), 'dup' in first && first.dup]).to.deep.equal([ids[0], false])
  })

  it('are sent to a subscription with QoS 0 without a PUBACK: only the answer tells', async () => {
    const { client, received } = await connect({ qos: 0 })
    const id = await command('lock')
    await eventually('the command', () => received.length === 1)
    expect(await stateOf(id)).to.include({ state: 'queued' })
    await answer(client, { id, ok: true })
    expect(await stateOf(id)).to.include({ state: 'acknowledged', delivered: true })
  })

  it('of which the device confirms none are sent up to a bound', async () => {
    const client = await connectSilent()
    const sent = await broker.metric('commands_sent_total')
    for (let n = 0; n < 10; n++) await command('n')
    await client.next('publish', 10)
    // The window moves on when what is in it expires, and so it could for ever.
    for (let turn = 0; turn < 3; turn++) {
      await db.sql`update commands set expires_at = now() where vehicle_id = ${device.vehicleId}`
      for (let n = 0; n < 10; n++) await command('n')
    }
    await client.next('publish', 20)
    const last = await command('last')
    const other = await broker.addDevice({ vehicleId: device.vehicleId })
    await connect({ who: other, qos: 1 })
    await reaches(last, 'delivered')
    expect(client.count('publish')).to.equal(20)
    expect(await broker.metric('commands_sent_total')).to.be.greaterThan(sent + 20)
    client.socket.destroy()
  })

  it('are found again when the listening connection was lost and they were announced meanwhile', async () => {
    const { received } = await connect({ qos: 1 })
    await db.sql.begin(async (tx) => {
      await tx`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'fleetwire commands' and datname = current_database()`
      // Announces nothing, as if the notification were lost.
      await tx`set local session_replication_role = replica`
      await tx`
        insert into commands (vehicle_id, name, params, expires_at)
        values (${device.vehicleId}, 'lost', '{}', now() + interval '1 hour')`
    })
    await eventually('the command', () => received.length === 1)
  })

  it('wait while the broker is down, and survive that', async () => {
    const first = await openTestBroker({}, db)
    const { client, received } = await connect({ at: first, qos: 1 })
    await client.endAsync()
    const id = await command('lock')
    await first.close()
    const second = await openTestBroker({}, db)
    try {
      const there = await connect({ at: second, qos: 1 })
      await reaches(id, 'delivered')
      expect(there.received.map((it) => it.id)).to.deep.equal([id])
      expect(received).to.deep.equal([])
    } finally {
      await second.close()
    }
  })

  it('whose answer cannot be stored end the connection, so that the device keeps it', async () => {
    const full = { attach() {}, detach() {}, answer: async () => false }
    const other = await openTestBroker({}, db, { commands: full })
    try {
      const client = await logInRaw(other, device)
      client.send(publishPacket(`${topic()}/ack`, 7, 1, '{"id":1,"ok":true}'))
      await client.closed
      expect(client.count('puback')).to.equal(0)
    } finally {
      await other.close()
    }
  })

  describe('with two brokers', () => {
    let second: TestBroker
    before(async () => (second = await openTestBroker({}, db)))
    after(() => second.close())

    it('are sent by the one that holds the connection', async () => {
      const { client, received } = await connect({ at: second, qos: 1 })
      const id = await command('lock')
      await reaches(id, 'delivered')
      expect(received.map((it) => it.id)).to.deep.equal([id])
      await client.endAsync()
      const there = await connect({ at: broker, qos: 1 })
      const next = await command('unlock')
      await reaches(next, 'delivered')
      expect(there.received.map((it) => it.id)).to.deep.equal([next])
    })

    it('are counted as delivered once when both have sent them', async () => {
      const count = async () =>
        (await broker.metric('commands_delivered_total')) + (await second.metric('commands_delivered_total'))
      const before = await count()
      const other = await broker.addDevice({ vehicleId: device.vehicleId })
      const clients = [await connect({ qos: 1 }), await connect({ at: second, who: other, qos: 1 })]
      const ids = []
      for (let n = 0; n < 5; n++) ids.push(await command('n'))
      for (const id of ids) await reaches(id, 'delivered')
      for (const { client } of clients) await client.endAsync()
      // Receipts are written in the order in which they came, so that those above are by now.
      for (const at of [broker, second]) {
        device = await broker.addDevice()
        const id = await command('n')
        await connect({ at, qos: 1 })
        await reaches(id, 'delivered')
      }
      expect(await count()).to.equal(before + 7)
    })
  })
})
