import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw } from '../support/clients.ts'
import { failureOf } from '../support/failure.ts'
import { deviceClaims, deviceToken, makeKeyPair, signToken } from '../support/signing.ts'

describe('a device with a key pair', () => {
  const [ec, otherEc, rsa] = [makeKeyPair(), makeKeyPair(), makeKeyPair(2048)]
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  /** A device that the broker knows of: of one that nobody vouches for it hears a moment later. */
  async function addDevice(pair = ec): Promise<TestDevice> {
    const device = await broker.addDevice({ publicKey: pair.publicKey })
    await (await logIn(broker, device)).endAsync()
    return device
  }
  const setKey = (device: TestDevice, pem: string | null) =>
    broker.db.sql`update devices set public_key = ${pem} where key = ${device.clientId}`
  const loginWith = (device: TestDevice, token: string) => logIn(broker, { ...device, token })

  for (const [what, pair] of [
    ['EC', ec],
    ['RSA', rsa],
  ] as const) {
    it(`logs in with a token that its ${what} key signed, and publishes`, async () => {
      const device = await addDevice(pair)
      const client = await loginWith(device, deviceToken(device.clientId, pair))
      await client.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
      await client.endAsync()
      const rows = await broker.db.sql`select from telemetry where vehicle_id = ${device.vehicleId}`
      expect(rows).to.have.length(1)
    })
  }

  it('may use our tokens as well', async () => {
    const device = await addDevice()
    await (await logIn(broker, device)).endAsync()
  })

  it('is refused with the token of another, with an HMAC of its public key, and as another device', async () => {
    const [device, other] = [await addDevice(), await addDevice(otherEc)]
    const claims = deviceClaims(device.clientId)
    const zeros = `${deviceToken(device.clientId, ec).split('.', 2).join('.')}.${'A'.repeat(86)}`
    for (const [clientId, token] of [
      [device.clientId, deviceToken(device.clientId, otherEc)],
      [device.clientId, signToken({ alg: 'HS256', typ: 'JWT' }, claims, ec.publicKey)],
      [device.clientId, zeros],
      [other.clientId, deviceToken(device.clientId, ec)],
    ] as const) {
      expect(await failureOf(logIn(broker, { clientId, token }))).to.have.property('code', 4)
    }
  })

  it('is told of a bad token while too many unknown devices are looked up, which is counted as that', async () => {
    const refused = (reason: string) => broker.metric('logins_refused_total', { reason })
    const before = await refused('token_invalid')
    const strangers = ['stranger-1', 'stranger-2'].map((clientId) => ({
      clientId,
      token: deviceToken(clientId, ec),
    }))
    const attempts: Promise<unknown>[] = []
    await broker.db.sql.begin(async (tx) => {
      // The look-up of the first one waits, and there is one at a time.
      await tx`lock table devices in access exclusive mode`
      for (const it of strangers) attempts.push(failureOf(logIn(broker, it)))
      expect(await Promise.race(attempts)).to.have.property('code', 4)
      expect(await refused('too_many_lookups')).to.equal(1)
    })
    for (const it of await Promise.all(attempts)) expect(it).to.have.property('code', 4)
    expect(await refused('token_invalid')).to.equal(before + 1)
  })

  it('is disconnected when its key is replaced or removed; a connection with our token stays', async () => {
    for (const pem of [otherEc.publicKey, null]) {
      const device = await addDevice()
      const other = await addDevice()
      const stays = await logInRaw(broker, other)
      const token = deviceToken(device.clientId, ec)
      const ends = await logInRaw(broker, { ...device, token })
      await setKey(other, pem)
      await setKey(device, pem)
      await ends.closed
      stays.send({ cmd: 'pingreq' })
      await stays.next('pingresp')
      stays.socket.destroy()
      expect(await failureOf(loginWith(device, token))).to.have.property('code', 4)
    }
    expect(await broker.metric('connections_closed_total', { reason: 'public_key_changed' })).to.equal(2)
  })

  it('is disconnected when it loses its vehicle', async () => {
    const device = await addDevice()
    const client = await logInRaw(broker, { ...device, token: deviceToken(device.clientId, ec) })
    await broker.db.sql`update devices set vehicle_id = null where key = ${device.clientId}`
    await client.closed
  })

  it('is disconnected when its token is over, a minute after exp', async () => {
    const device = await addDevice()
    const nowS = Math.floor(Date.now() / 1000)
    const token = deviceToken(device.clientId, ec, { iat: nowS - 59, exp: nowS - 58 })
    const client = await logInRaw(broker, { ...device, token })
    await client.closed
    expect(Date.now() / 1000 - (nowS + 2)).to.be.within(0, 2)
    expect(await failureOf(loginWith(device, token))).to.have.property('code', 4)
  })

  it('whose key in the database is none that is allowed cannot log in with it', async () => {
    const small = makeKeyPair(1024)
    const device = await addDevice(small)
    expect(await failureOf(loginWith(device, deviceToken(device.clientId, small)))).to.have.property(
      'code',
      4,
    )
  })

  it('can log in as soon as its row is committed', async () => {
    const device = await broker.addDevice({ publicKey: ec.publicKey })
    await (await loginWith(device, deviceToken(device.clientId, ec))).endAsync()
  })
})
