import { expect } from 'chai'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logInRaw } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { useCommands, type Received } from './commands-fixture.ts'

describe('commands', () => {
  const commands = useCommands()
  const { answer, command, connect, connectSilent, reaches, stateOf, topic } = commands

  it('a command waits for an offline device, and is delivered with its PUBACK', async () => {
    const id = await command('lock', { params: { doors: [1, 2], ü: '\u0000' } })
    const { received } = await connect({ qos: 1 })
    await reaches(id, 'delivered')
    expect(received).to.have.length(1)
    expect(received[0]).to.deep.include({ id, name: 'lock', params: { doors: [1, 2], ü: '\u0000' } })
    const leftMs = Date.parse(received[0]?.expires_at ?? '') - Date.now()
    expect(leftMs).to.be.within(3_590_000, 3_600_000)
    expect(await stateOf(id)).to.include({ delivered: true })
  })

  it('commands are sent immediately to a subscribed device, in the order of their arrival', async () => {
    const { received } = await connect({ qos: 1 })
    const ids = []
    for (let n = 0; n < 5; n++) ids.push(await command(`n${n}`))
    await eventually('all five commands arrive', () => received.length === 5)
    expect(received.map(({ id }) => id)).to.deep.equal(ids)
  })

  it('many waiting commands all arrive, even if QoS 2 is requested and lowered', async () => {
    const ids = []
    for (let n = 0; n < 35; n++) ids.push(await command('n'))
    const { received } = await connect({ qos: 2 })
    await eventually('all 35 commands arrive', () => received.length === 35)
    expect(received.map(({ id }) => id)).to.deep.equal(ids)
    await reaches(ids.at(-1) ?? 0, 'delivered')
  })

  it('a command is sent only to subscribed devices', async () => {
    const id = await command('lock')
    const { client, received } = await connect()
    await client.publishAsync(commands.device.topic, '{"speed":1}', { qos: 1 })
    expect(await stateOf(id)).to.include({ state: 'queued' })
    await client.subscribeAsync(topic(), { qos: 1 })
    await reaches(id, 'delivered')
    await client.unsubscribeAsync(topic())
    const later = await command('unlock')
    const other = await commands.broker.addDevice({ vehicleId: commands.device.vehicleId })
    const there = await connect({ who: other, qos: 1 })
    await reaches(later, 'delivered')
    expect(received.map((it) => it.id)).to.deep.equal([id])
    expect(there.received.map((it) => it.id)).to.deep.equal([later])
  })

  it('an expired or cancelled command is not sent', async () => {
    const expired = await command('lock', { expiresIn: '-1 second' })
    const cancelled = await command('lock')
    await commands.db.sql`update commands set state = 'cancelled' where id = ${cancelled}`
    const id = await command('unlock')
    const { received } = await connect({ qos: 1 })
    await reaches(id, 'delivered')
    expect(received.map((it) => it.id)).to.deep.equal([id])
    expect(await stateOf(expired)).to.include({ state: 'queued', delivered: false })
  })

  for (const clean of [true, false]) {
    it(`a command whose PUBACK is lost is sent once more, in a session that ${clean ? 'ends' : 'is kept'}`, async () => {
      const client = await connectSilent(commands.device, clean)
      const id = await command('lock')
      await client.next('publish')
      client.socket.destroy()
      await client.closed
      expect(await stateOf(id)).to.include({ state: 'queued' })
      // A session that is kept is still subscribed.
      const { client: again, received } = await connect({ clean, ...(clean && { qos: 1 }) })
      await reaches(id, 'delivered')
      await again.publishAsync(commands.device.topic, '{"speed":1}', { qos: 1 })
      expect(received.map((it) => it.id)).to.deep.equal([id])
      await again.endAsync()
      const third = await connect({ clean, ...(clean && { qos: 1 }) })
      const next = await command('unlock')
      await reaches(next, 'delivered')
      expect(third.received.map((it) => it.id)).to.deep.equal([next])
    })
  }

  it('a resent command has DUP and its packet identifier [MQTT-4.4.0-1] in a kept session', async () => {
    const client = await connectSilent(commands.device, false)
    const ids = [await command('lock'), await command('unlock'), await command('horn')]
    const sent = await Promise.all([1, 2, 3].map((n) => client.next('publish', n)))
    client.send({ cmd: 'puback', messageId: sent[1]?.messageId ?? 0 })
    await reaches(ids[1] ?? 0, 'delivered')
    client.socket.destroy()
    await client.closed
    const next = await command('next')
    const resume = async () => {
      const again = await logInRaw(commands.broker, commands.device, { clean: false })
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
    // A new session starts without all of this.
    third.again.socket.destroy()
    await third.again.closed
    const fresh = await connectSilent(commands.device, true)
    const first = await fresh.next('publish')
    expect([idOf(first), 'dup' in first && first.dup]).to.deep.equal([ids[0], false])
  })

  it('a command to a QoS 0 subscription has no PUBACK, only an answer', async () => {
    const { client, received } = await connect({ qos: 0 })
    const id = await command('lock')
    await eventually('the command arrives', () => received.length === 1)
    expect(await stateOf(id)).to.include({ state: 'queued' })
    await answer(client, { id, ok: true })
    expect(await stateOf(id)).to.include({ state: 'acknowledged', delivered: true })
  })

  it('a device that confirms no commands is sent only a limited number', async () => {
    const client = await connectSilent()
    const sent = await commands.broker.metric('commands_sent_total')
    for (let n = 0; n < 10; n++) await command('n')
    await client.next('publish', 10)
    // The window advances as its commands expire, which could continue forever.
    for (let turn = 0; turn < 3; turn++) {
      await commands.db
        .sql`update commands set expires_at = now() where vehicle_id = ${commands.device.vehicleId}`
      for (let n = 0; n < 10; n++) await command('n')
    }
    await client.next('publish', 20)
    const last = await command('last')
    const other = await commands.broker.addDevice({ vehicleId: commands.device.vehicleId })
    await connect({ who: other, qos: 1 })
    await reaches(last, 'delivered')
    expect(client.count('publish')).to.equal(20)
    expect(await commands.broker.metric('commands_sent_total')).to.be.greaterThan(sent + 20)
    client.socket.destroy()
  })

  it('commands whose announcement is lost with the listening connection are found', async () => {
    const { received } = await connect({ qos: 1 })
    await commands.db.sql.begin(async (tx) => {
      await tx`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'fleetwire commands' and datname = current_database()`
      // Inserts without an announcement, as if the notification were lost.
      await tx`set local session_replication_role = replica`
      await tx`
        insert into commands (vehicle_id, name, params, expires_at)
        values (${commands.device.vehicleId}, 'lost', '{}', now() + interval '1 hour')`
    })
    await eventually('the command arrives', () => received.length === 1)
  })

  it('waiting commands survive a restart of the broker', async () => {
    const first = await openTestBroker({}, commands.db)
    const { client, received } = await connect({ at: first, qos: 1 })
    await client.endAsync()
    const id = await command('lock')
    await first.close()
    const second = await openTestBroker({}, commands.db)
    try {
      const there = await connect({ at: second, qos: 1 })
      await reaches(id, 'delivered')
      expect(there.received.map((it) => it.id)).to.deep.equal([id])
      expect(received).to.deep.equal([])
    } finally {
      await second.close()
    }
  })

  describe('commands with two brokers', () => {
    let second: TestBroker
    before(async () => (second = await openTestBroker({}, commands.db)))
    after(() => second.close())

    it('a command is sent by the broker that has the connection', async () => {
      const { client, received } = await connect({ at: second, qos: 1 })
      const id = await command('lock')
      await reaches(id, 'delivered')
      expect(received.map((it) => it.id)).to.deep.equal([id])
      await client.endAsync()
      const there = await connect({ at: commands.broker, qos: 1 })
      const next = await command('unlock')
      await reaches(next, 'delivered')
      expect(there.received.map((it) => it.id)).to.deep.equal([next])
    })

    it('a command sent by both brokers is counted as delivered once', async () => {
      const count = async () =>
        (await commands.broker.metric('commands_delivered_total')) +
        (await second.metric('commands_delivered_total'))
      const before = await count()
      const other = await commands.broker.addDevice({ vehicleId: commands.device.vehicleId })
      const clients = [await connect({ qos: 1 }), await connect({ at: second, who: other, qos: 1 })]
      const ids = []
      for (let n = 0; n < 5; n++) ids.push(await command('n'))
      for (const id of ids) await reaches(id, 'delivered')
      for (const { client } of clients) await client.endAsync()
      // Receipts are written in the order of their arrival, so those above have been written by now.
      for (const at of [commands.broker, second]) {
        commands.device = await commands.broker.addDevice()
        const id = await command('n')
        await connect({ at, qos: 1 })
        await reaches(id, 'delivered')
      }
      expect(await count()).to.equal(before + 7)
    })
  })
})
