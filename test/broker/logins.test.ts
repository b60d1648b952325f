import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { makeClaims } from '../../contract/claims.ts'
import { createJwt } from '../../kit/jwt.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw, openRawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { failureOf } from '../support/failure.ts'
import { connectPacket } from '../support/packets.ts'

describe('a login', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
    device = await broker.addDevice()
  })
  after(() => broker.close())

  const nowS = () => Math.floor(Date.now() / 1000)
  const foreign = createJwt('a key that is not the broker’s own key')
  const refusals: {
    what: string
    reason: string
    code: number
    token: () => string
    clientId?: string
  }[] = [
    { what: 'without a token', reason: 'no_token', code: 4, token: () => '' },
    { what: 'with a text that is not a token', reason: 'token_invalid', code: 4, token: () => 'secret' },
    {
      what: 'with a token signed by another key',
      reason: 'token_invalid',
      code: 4,
      token: () =>
        foreign.sign(
          makeClaims({
            sub: device.clientId,
            role: 'device',
            aud: 'mqtt',
            jti: 'x',
            nowS: nowS(),
            lifetimeS: 60,
          }),
        ),
    },
    {
      what: 'with an unsigned token',
      reason: 'token_invalid',
      code: 4,
      token: () => {
        const [, payload] = broker.sign({ sub: device.clientId }).split('.')
        return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`
      },
    },
    {
      what: 'with a token that expired',
      reason: 'token_expired',
      code: 4,
      token: () => broker.sign({ sub: device.clientId, exp: nowS() - 61 }),
    },
    {
      what: 'with a token for the API',
      reason: 'token_invalid',
      code: 4,
      token: () => broker.sign({ sub: device.clientId, aud: 'api' }),
    },
    {
      what: 'with a token that is longer than 4 KiB',
      reason: 'token_invalid',
      code: 4,
      token: () => broker.sign({ sub: device.clientId, jti: 'x'.repeat(4096) }),
    },
    {
      what: 'of a device that nobody registered',
      reason: 'unknown_device',
      code: 5,
      token: () => broker.sign({ sub: 'stranger' }),
      clientId: 'stranger',
    },
    {
      what: "with another's client id",
      reason: 'client_id',
      code: 2,
      token: () => device.token,
      clientId: 'someone-else',
    },
    { what: 'with no client id', reason: 'client_id', code: 2, token: () => device.token, clientId: '' },
    {
      what: 'of a user with a client id that is not under its own prefix',
      reason: 'client_id',
      code: 2,
      token: () => broker.sign({ sub: '7', role: 'admin' }),
      clientId: 'ui/8/phone',
    },
  ]

  for (const { what, reason, code, token, clientId } of refusals) {
    it(`a login ${what} is refused with code ${code}, and counted and logged as ${reason}`, async () => {
      const counted = await broker.metric('logins_refused_total', { reason })
      const lines = broker.log.length
      const error = await failureOf(logIn(broker, { clientId: clientId ?? device.clientId, token: token() }))
      expect(error).to.have.property('code', code)
      expect(await broker.metric('logins_refused_total', { reason })).to.equal(counted + 1)
      const line = broker.log.slice(lines).find((it) => it['event'] === 'login_refused')
      expect(line).to.include({ reason, remoteAddress: '127.0.0.1' })
      if (token().length > 10) expect(JSON.stringify(line)).not.to.include(token())
    })
  }

  it('a login of a device without a vehicle is refused', async () => {
    const { clientId, token } = await broker.addDevice()
    await broker.db.sql`update devices set vehicle_id = null where key = ${clientId}`
    await eventually('the broker knows', async () => {
      const error = await logIn(broker, { clientId, token }).then(
        (it) => it.endAsync(),
        (it: unknown) => it,
      )
      return error instanceof Error
    })
  })

  it('a device can log in as soon as its row is committed', async () => {
    for (let n = 0; n < 20; n++) {
      const client = await logIn(broker, await broker.addDevice())
      await client.endAsync()
    }
  })

  it('a user can log in with client ids under their own prefix', async () => {
    const { id, token } = await broker.addUser('user')
    const client = await logIn(broker, { clientId: `ui/${id}/phone`, token })
    await client.endAsync()
  })

  it('a login of a nonexistent user, or with another role, is refused', async () => {
    const { id } = await broker.addUser('user')
    const refused = (reason: string) => broker.metric('logins_refused_total', { reason })
    for (const [sub, role, reason] of [
      [String(id), 'admin', 'account_changed'],
      ['999999', 'user', 'unknown_user'],
      ['ops', 'admin', 'unknown_user'],
    ] as const) {
      const before = await refused(reason)
      const login = { clientId: `ui/${sub}/x`, token: broker.sign({ sub, role }) }
      expect(await failureOf(logIn(broker, login))).to.have.property('code', 5)
      expect(await refused(reason), reason).to.equal(before + 1)
    }
  })

  it('a login whose connection ends meanwhile is counted as such, and not as a wrong token', async () => {
    const user = await broker.addUser('user')
    const limits = { connectTimeoutMs: 1000 }
    const hasty = await openTestBroker({}, broker.db, { limits })
    try {
      const client = await openRawClient(hasty.mqttPort)
      await broker.db.sql.begin(async (tx) => {
        // The login takes longer than its time limit.
        await tx`lock table users in access exclusive mode`
        client.send(connectPacket({ ...user, token: hasty.sign({ sub: String(user.id), role: 'user' }) }))
        await client.closed
      })
      const refused = (reason: string) => hasty.metric('logins_refused_total', { reason })
      await eventually(
        'the interrupted login is counted',
        async () => (await refused('connection_ended')) === 1,
      )
      expect(await hasty.metric('logins_refused_total')).to.equal(1)
    } finally {
      await hasty.close()
    }
  })

  it('a login with a connected client id takes over that session', async () => {
    const first = await logInRaw(broker, device)
    const second = await logInRaw(broker, device)
    await first.closed
    second.socket.destroy()
  })

  it('a connection ends when its token expires', async () => {
    const token = broker.sign({ sub: device.clientId, exp: nowS() - 59 })
    const client = await logInRaw(broker, { ...device, token })
    await client.closed
    expect(await broker.metric('connections_closed_total', { reason: 'token_expired' })).to.equal(1)
  })

  it('a connection ends when its token is revoked, and the token cannot be used again', async () => {
    const jti = randomUUID()
    const token = broker.sign({ sub: device.clientId, jti })
    await broker.db.sql`
      insert into device_tokens (jti, device_id, issued_at, expires_at)
      select ${jti}, id, now(), now() + interval '1 minute' from devices where key = ${device.clientId}`
    const client = await logInRaw(broker, { ...device, token })
    await broker.db.sql`update device_tokens set revoked_at = now() where jti = ${jti}`
    await client.closed
    expect(await failureOf(logIn(broker, { ...device, token }))).to.have.property('code', 4)
  })

  it('a connection ends when its device is deleted, or moved to another vehicle', async () => {
    const [moved, deleted] = [await broker.addDevice(), await broker.addDevice()]
    const clients = [await logInRaw(broker, moved), await logInRaw(broker, deleted)]
    await broker.db.sql`update devices set vehicle_id = ${device.vehicleId} where key = ${moved.clientId}`
    await broker.db.sql`delete from devices where key = ${deleted.clientId}`
    await Promise.all(clients.map((client) => client.closed))
    expect(await failureOf(logIn(broker, deleted))).to.have.property('code', 5)
  })

  it('a connection ends as soon as the broker learns of a deleted device after an interruption', async () => {
    const other = await broker.addDevice()
    const client = await logInRaw(broker, other)
    await broker.db.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'fleetwire registry'`
    await broker.db.sql`delete from devices where key = ${other.clientId}`
    await client.closed
  })

  it('a connection ends when it is silent for longer than one and a half times its keepalive', async () => {
    const client = await logInRaw(broker, device, { keepalive: 1 })
    await client.closed
    expect(await broker.metric('connections_closed_total', { reason: 'keepalive' })).to.equal(1)
  })

  it('bytes that are not MQTT, and a CONNECT of over 16 KiB, are refused', async () => {
    const garbage = await openRawClient(broker.mqttPort)
    garbage.socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01]))
    await garbage.closed
    const large = await openRawClient(broker.mqttPort)
    large.socket.write(Buffer.from([0x10, 0xff, 0xff, 0x03]))
    await large.closed
    expect(await broker.metric('connections_closed_total', { reason: 'malformed_length' })).to.equal(1)
  })

  it('a login beyond the allowed number of connections is refused until one ends', async () => {
    const small = await openTestBroker({ CONNECTIONS_MAX: '1' })
    const [one, two] = [await small.addDevice(), await small.addDevice()]
    const first = await logInRaw(small, one)
    const second = await openRawClient(small.mqttPort)
    await second.closed
    first.socket.destroy()
    const client = await eventually('room for another login', () => logIn(small, two).catch(() => undefined))
    await client.endAsync()
    await small.close()
  })

  it('a device can log in over WebSocket', async () => {
    const url = `ws://127.0.0.1:${broker.wsPort}/mqtt`
    const client = await logIn(broker, device, { url })
    await client.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
    await client.endAsync()
    const elsewhere = await failureOf(
      new Promise((_resolve, reject) => {
        new WebSocket(`ws://127.0.0.1:${broker.wsPort}/other`, 'mqtt').on('error', reject)
      }),
    )
    expect(elsewhere.message).to.include('404')
  })
})
