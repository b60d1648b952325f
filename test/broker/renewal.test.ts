import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { vehicleTopic } from '../../contract/topics.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw, type RawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { deviceToken, makeKeyPair } from '../support/signing.ts'

describe('renewals of tokens', () => {
  const ec = makeKeyPair()
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => {
    device = await broker.addDevice({ publicKey: ec.publicKey })
  })
  after(() => broker.close())

  const nowS = () => Math.floor(Date.now() / 1000)
  /** A token that expires about two seconds from now. */
  const almostOver = () => broker.sign({ sub: device.clientId, exp: nowS() - 58 })
  const session = () => vehicleTopic(device.vehicle, 'session')
  function publish(client: RawClient, payload: string, options: { qos?: 0 | 1 | 2; retain?: boolean } = {}) {
    const { qos = 1, retain = false } = options
    client.send({ cmd: 'publish', topic: session(), payload, qos, retain, dup: false, messageId: 7 })
  }
  async function revocable(): Promise<{ token: string; revoke: () => Promise<unknown> }> {
    const jti = randomUUID()
    await broker.db.sql`
      insert into device_tokens (jti, device_id, issued_at, expires_at)
      select ${jti}, id, now(), now() + interval '1 minute' from devices where key = ${device.clientId}`
    const revoke = async () => broker.db.sql`update device_tokens set revoked_at = now() where jti = ${jti}`
    return { token: broker.sign({ sub: device.clientId, jti }), revoke }
  }
  async function isAlive(client: RawClient): Promise<void> {
    const answered = client.count('pingresp')
    client.send({ cmd: 'pingreq' })
    await client.next('pingresp', answered + 1)
  }

  for (const qos of [0, 1] as const) {
    it(`a renewal with QoS ${qos} keeps the connection beyond the expiry of its first token`, async () => {
      const renewed = await logInRaw(broker, { ...device, token: almostOver() })
      const other = await broker.addDevice()
      const witness = await logInRaw(broker, {
        ...other,
        token: broker.sign({ sub: other.clientId, exp: nowS() - 57 }),
      })
      publish(renewed, broker.sign({ sub: device.clientId }), { qos })
      if (qos === 1) expect(await renewed.next('puback')).to.have.property('messageId', 7)
      // The control connection started with a later expiry.
      await witness.closed
      await isAlive(renewed)
      renewed.socket.destroy()
    })
  }

  it('a renewal may change between issued and device-signed tokens', async () => {
    const client = await logInRaw(broker, { ...device, token: almostOver() })
    publish(client, deviceToken(device.clientId, ec))
    await client.next('puback')
    publish(client, broker.sign({ sub: device.clientId }))
    await client.next('puback', 2)
    // The connection now depends on the issued token, and no longer on the key.
    await broker.db.sql`update devices set public_key = null where key = ${device.clientId}`
    const other = await broker.addDevice({ publicKey: ec.publicKey })
    const signed = await logInRaw(broker, { ...other, token: deviceToken(other.clientId, ec) })
    await broker.db.sql`update devices set public_key = null where key = ${other.clientId}`
    await signed.closed
    await isAlive(client)
    client.socket.destroy()
  })

  it('a renewed connection ends when the new token is revoked, not the old one', async () => {
    const [first, second] = [await revocable(), await revocable()]
    const client = await logInRaw(broker, { ...device, token: first.token })
    publish(client, second.token)
    await client.next('puback')
    const other = await broker.addDevice()
    const witness = await logInRaw(broker, other)
    await first.revoke()
    await broker.db.sql`delete from devices where key = ${other.clientId}`
    await witness.closed
    await isAlive(client)
    await second.revoke()
    await client.closed
  })

  it('a renewal with an earlier expiry ends the connection earlier', async () => {
    const client = await logInRaw(broker, device)
    publish(client, almostOver())
    await client.next('puback')
    await client.closed
  })

  const refused: [what: string, result: string, token: () => Promise<string> | string][] = [
    ['of another device', 'client_id', async () => (await broker.addDevice()).token],
    ['that expired', 'token_expired', () => broker.sign({ sub: device.clientId, exp: nowS() - 61 })],
    ['for the API', 'token_invalid', () => broker.sign({ sub: device.clientId, aud: 'api' })],
    ['of a user', 'client_id', () => broker.sign({ sub: device.clientId, role: 'user' })],
    ['of an administrator', 'client_id', () => broker.sign({ sub: device.clientId, role: 'admin' })],
    ['with a changed signature', 'token_invalid', () => `${device.token.slice(0, -4)}AAAA`],
    ['signed by another key', 'token_invalid', () => deviceToken(device.clientId, makeKeyPair())],
    ['that is invalid', 'token_invalid', () => 'hello'],
    ['that is empty', 'no_token', () => ''],
    ['of over 4 KiB', 'token_invalid', () => broker.sign({ sub: device.clientId, jti: 'x'.repeat(4096) })],
    [
      'that was revoked',
      'token_revoked',
      async () => {
        const { token, revoke } = await revocable()
        await revoke()
        // The broker knows of the revocation once the token is refused at a login.
        await eventually('the broker knows', async () => {
          const client = await logIn(broker, { ...device, token }).catch(() => undefined)
          await client?.endAsync()
          return client === undefined
        })
        return token
      },
    ],
  ]
  for (const [what, result, token] of refused) {
    it(`a renewal with a token ${what} ends the connection, unacknowledged, as renewal_refused`, async () => {
      const bad = await token()
      const reason = 'renewal_refused'
      const before = await broker.metric('connections_closed_total', { reason })
      const counted = await broker.metric('session_renewals_total', { result })
      const client = await logInRaw(broker, device)
      publish(client, bad)
      await client.closed
      expect(client.count('puback')).to.equal(0)
      expect(await broker.metric('connections_closed_total', { reason })).to.equal(before + 1)
      expect(await broker.metric('session_renewals_total', { result })).to.equal(counted + 1)
      const line = await eventually('the log line of the refusal', () =>
        broker.log.findLast((it) => it['event'] === reason),
      )
      expect(line).to.include({ reason: result, clientId: device.clientId })
      if (bad.length > 10) expect(JSON.stringify(broker.log)).not.to.include(bad)
    })
  }

  it('a renewal with QoS 2, as a last will, or by a user is denied', async () => {
    const denied = () => broker.metric('publishes_denied_total')
    const before = await denied()
    const client = await logInRaw(broker, device)
    publish(client, broker.sign({ sub: device.clientId }), { qos: 2 })
    await client.closed
    const will = { topic: session(), payload: Buffer.from(device.token), qos: 1 as const, retain: false }
    const mortal = await logIn(broker, device, { will })
    mortal.stream.destroy()
    const user = { clientId: 'ui/1/x', token: broker.sign({ sub: '1', role: 'admin' }) }
    const admin = await logInRaw(broker, { ...device, ...user })
    publish(admin, broker.sign({ sub: '1', role: 'admin' }))
    await admin.closed
    await eventually('three publishes are denied', async () => (await denied()) === before + 3)
  })

  it('a renewal is visible to nobody, at once or later', async () => {
    const user = { clientId: 'ui/1/x', token: broker.sign({ sub: '1', role: 'admin' }) }
    const admin = await logInRaw(broker, { ...device, ...user })
    const filters = [session(), 'fleet/+/session', '#', 'fleet/+/+', 'fleet/#']
    const subscribe = (client: RawClient) => {
      const subscriptions = filters.map((topic) => ({ topic, qos: 1 as const }))
      client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [...subscriptions] })
      return client.next('suback')
    }
    expect(await subscribe(admin))
      .to.have.property('granted')
      .that.deep.equals([128, 128, 128, 128, 128])
    const client = await logInRaw(broker, device)
    expect(await subscribe(client))
      .to.have.property('granted')
      .that.deep.equals([128, 128, 128, 128, 128])
    publish(client, broker.sign({ sub: device.clientId }), { retain: true })
    await client.next('puback')
    const late = await logInRaw(broker, { ...device, ...user, clientId: 'ui/1/y' })
    await subscribe(late)
    for (const each of [admin, client, late]) {
      await isAlive(each)
      expect(each.count('publish')).to.equal(0)
      each.socket.destroy()
    }
    const kept = await broker.db.sql`select from rejected_messages`
    expect(kept).to.have.length(0)
  })
})
