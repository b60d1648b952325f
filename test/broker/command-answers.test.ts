import { expect } from 'chai'
import { openTestBroker } from '../support/broker.ts'
import { logInRaw } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { publishPacket } from '../support/packets.ts'
import { useCommands } from './commands-fixture.ts'

describe('answers to commands', () => {
  const commands = useCommands()
  const { answer, command, connect, connectSilent, reaches, stateOf, topic } = commands

  for (const qos of [1, 2] as const) {
    it(`a device's answer is stored as acknowledged or failed before its acknowledgement, with QoS ${qos}`, async () => {
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

  it('the first answer counts, even before the PUBACK of the command or after its expiry', async () => {
    const client = await connectSilent()
    const id = await command('lock')
    await client.next('publish')
    await commands.db.sql`update commands set expires_at = now() - interval '1 second' where id = ${id}`
    const ignored = await commands.broker.metric('command_answers_total', { result: 'ignored' })
    client.send(publishPacket(`${topic()}/ack`, 7, 1, JSON.stringify({ id, ok: true })))
    await client.next('puback')
    expect(await stateOf(id)).to.include({ state: 'acknowledged', delivered: true })
    client.send(publishPacket(`${topic()}/ack`, 8, 1, JSON.stringify({ id, ok: false })))
    await client.next('puback', 2)
    expect(await stateOf(id)).to.include({ state: 'acknowledged' })
    expect(await commands.broker.metric('command_answers_total', { result: 'ignored' })).to.equal(ignored + 1)
    client.socket.destroy()
  })

  it('an answer is not acknowledged until the database accepts it', async () => {
    const client = await connectSilent()
    const id = await command('lock')
    await client.next('publish')
    await commands.db.sql`alter table commands rename to away`
    try {
      client.send(publishPacket(`${topic()}/ack`, 7, 1, JSON.stringify({ id, ok: true })))
      // Telemetry after the answer is not delayed.
      client.send(publishPacket(commands.device.topic, 8, 1, '{"speed":1}'))
      await client.next('puback')
      await eventually('a failure', () =>
        commands.broker.log.some(
          ({ event, what }) => event === 'write_failed' && what === 'answers to commands',
        ),
      )
    } finally {
      await commands.db.sql`alter table away rename to commands`
    }
    await client.next('puback', 2)
    expect(client.received.flatMap((it) => (it.cmd === 'puback' ? [it.messageId] : []))).to.deep.equal([8, 7])
    expect(await stateOf(id)).to.include({ state: 'acknowledged' })
    client.socket.destroy()
  })

  it('malformed answers, and answers to commands of another vehicle, change nothing', async () => {
    const foreign = await command('lock')
    commands.device = await commands.broker.addDevice()
    const id = await command('lock')
    const { client } = await connect({ qos: 1 })
    await reaches(id, 'delivered')
    const before = await commands.broker.metric('command_answers_total', { result: 'bad' })
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
    expect(await commands.broker.metric('command_answers_total', { result: 'bad' })).to.equal(
      before + bad.length,
    )
    await answer(client, { id: foreign, ok: true })
    await answer(client, { id: 999_999_999, ok: true })
    expect(await stateOf(foreign)).to.include({ state: 'queued' })
    expect(await stateOf(id)).to.include({ state: 'delivered' })
    await answer(client, { id, ok: true })
    expect(await stateOf(id)).to.include({ state: 'acknowledged' })
  })

  it('an answer that cannot be stored ends the connection, so that the device keeps it', async () => {
    const full = { attach() {}, detach() {}, answer: async () => false }
    const other = await openTestBroker({}, commands.db, { commands: full })
    try {
      const client = await logInRaw(other, commands.device)
      client.send(publishPacket(`${topic()}/ack`, 7, 1, '{"id":1,"ok":true}'))
      await client.closed
      expect(client.count('puback')).to.equal(0)
    } finally {
      await other.close()
    }
  })
})
