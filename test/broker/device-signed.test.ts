import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw } from '../support/clients.ts'
import { failureOf } from '../support/failure.ts'
import { deviceClaims, deviceToken, makeKeyPair, signToken } from '../support/signing.ts'

describe('devices with a key pair', () => {
  const [ec, otherEc, rsa] = [makeKeyPair(), makeKeyPair(), makeKeyPair(2048)]
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  /** Adds a device, and logs in with an issued token, so that the broker knows the device from then on. */
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
    it(`a device logs in with a token its ${what} key signed, and publishes`, async () => {
      const device = await addDevice(pair)
      const client = await loginWith(device, deviceToken(device.clientId, pair))
      await client.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
      await client.endAsync()
      const rows = await broker.db.sql`select from telemetry where vehicle_id = ${device.vehicleId}`
      expect(rows).to.have.length(1)
    })
  }

  it('a device with a key pair may also use issued tokens', async () => {
    const device = await addDevice()
    await (await logIn(broker, device)).endAsync()
  })

  it("a token of another key, an HMAC of the public key, or another device's name is refused", async () => {
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

  it('a login beyond the look-ups of unknown devices is answered like an invalid token, and counted by its actual reason', async () => {
    const refused = (reason: string) => broker.metric('logins_refused_total', { reason })
    const before = await refused('token_invalid')
    const strangers = ['stranger-1', 'stranger-2'].map((clientId) => ({
      clientId,
      token: deviceToken(clientId, ec),
    }))
    const attempts: Promise<unknown>[] = []
    await broker.db.sql.begin(async (tx) => {
      // The look-up of the first one waits, and only one runs at a time.
      await tx`lock table devices in access exclusive mode`
      for (const it of strangers) attempts.push(failureOf(logIn(broker, it)))
      expect(await Promise.race(attempts)).to.have.property('code', 4)
      expect(await refused('too_many_lookups')).to.equal(1)
    })
    for (const it of await Promise.all(attempts)) expect(it).to.have.property('code', 4)
    expect(await refused('token_invalid')).to.equal(before + 1)
  })

  it('replacing or removing a key ends connections with its tokens, and no others', async () => {
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

  it('a device that loses its vehicle is disconnected', async () => {
    const device = await addDevice()
    const client = await logInRaw(broker, { ...device, token: deviceToken(device.clientId, ec) })
    await broker.db.sql`update devices set vehicle_id = null where key = ${device.clientId}`
    await client.closed
  })

  it('a device is disconnected a minute after the exp of its token', async () => {
    const device = await addDevice()
    const nowS = Math.floor(Date.now() / 1000)
    const token = deviceToken(device.clientId, ec, { iat: nowS - 59, exp: nowS - 58 })
    const client = await logInRaw(broker, { ...device, token })
    await client.closed
    expect(Date.now() / 1000 - (nowS + 2)).to.be.within(0, 2)
    expect(await failureOf(loginWith(device, token))).to.have.property('code', 4)
  })

  it('a device cannot log in with a key that is not allowed', async () => {
    const small = makeKeyPair(1024)
    const device = await addDevice(small)
    expect(await failureOf(loginWith(device, deviceToken(device.clientId, small)))).to.have.property(
      'code',
      4,
    )
  })

  it('a device can log in as soon as its row is committed', async () => {
    const device = await broker.addDevice({ publicKey: ec.publicKey })
    await (await loginWith(device, deviceToken(device.clientId, ec))).endAsync()
  })
})
