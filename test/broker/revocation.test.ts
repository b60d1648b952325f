import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect } from 'chai'
import { openApi, type Api } from '../../api/server.ts'
import { openTestBroker, secret, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw, type RawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { failureOf } from '../support/failure.ts'
import { addUser, callApi, optionsFor } from '../api/fixture.ts'
import { createJwt } from '../../kit/jwt.ts'

/** Maximum time from the commit of the revocation to the end of the connection: 2 s, and more on a busy machine. */
const WITHIN_MS = 10_000

describe('revocation', () => {
  let brokers: [TestBroker, TestBroker]
  let api: Api
  before(async () => {
    const first = await openTestBroker()
    brokers = [first, await openTestBroker({}, first.db)]
    // The administrator used by `call`.
    await addUser(first.db.sql, 'admin')
    api = await openApi({ ...optionsFor(first.db.sql), jwt: createJwt(secret) })
  })
  after(async () => {
    await api.close()
    await brokers[1].close()
    await brokers[0].close()
  })

  const sql = () => brokers[0].db.sql
  const call = (method: string, path: string, body?: unknown) => {
    const token = brokers[0].sign({ sub: '1', role: 'admin', aud: 'api' })
    return callApi(`http://127.0.0.1:${api.port}`, method, path, {
      token,
      ...(body !== undefined && { body }),
    })
  }
  /** A device with a token from the API. */
  async function addDevice(): Promise<TestDevice & { jti: string }> {
    const device = await brokers[0].addDevice()
    const { body } = await call('POST', `/api/devices/${device.clientId}/tokens`, {})
    return { ...device, token: body.token as string, jti: body.jti as string }
  }
  /** A connection to each broker; the brokers do not know each other. */
  async function connectBoth(device: TestDevice): Promise<RawClient[]> {
    return Promise.all(brokers.map((broker) => logInRaw(broker, device)))
  }
  async function endsEverywhere(device: TestDevice, take: () => Promise<unknown>): Promise<void> {
    const clients = await connectBoth(device)
    await take()
    const startMs = Date.now()
    await Promise.all(clients.map((client) => client.closed))
    expect(Date.now() - startMs).to.be.lessThan(WITHIN_MS)
    for (const broker of brokers) {
      expect(await failureOf(logIn(broker, device)))
        .to.have.property('code')
        .that.is.oneOf([4, 5])
    }
  }

  it('connections end on every broker when the API revokes their token', async () => {
    const device = await addDevice()
    await endsEverywhere(device, async () => {
      const { status } = await call('DELETE', `/api/devices/${device.clientId}/tokens/${device.jti}`)
      expect(status).to.equal(204)
    })
  })

  it('connections end on every broker when SQL revokes or deletes their token', async () => {
    const [one, two] = [await addDevice(), await addDevice()]
    await endsEverywhere(one, async () => {
      await sql()`update device_tokens set revoked_at = now() where jti = ${one.jti}`
    })
    await endsEverywhere(two, async () => {
      await sql()`delete from device_tokens where jti = ${two.jti}`
    })
  })

  it('connections end on every broker when their device or its vehicle is removed', async () => {
    const [one, two, three] = [await addDevice(), await addDevice(), await addDevice()]
    await endsEverywhere(one, async () => {
      await sql()`update devices set vehicle_id = null where key = ${one.clientId}`
    })
    await endsEverywhere(two, async () => {
      await sql()`delete from devices where key = ${two.clientId}`
    })
    await endsEverywhere(three, async () => {
      await sql()`delete from vehicles where id = ${three.vehicleId}`
    })
  })

  it('connections end on every broker when their token expires, a minute after exp', async () => {
    const device = await brokers[0].addDevice()
    const exp = Math.floor(Date.now() / 1000) - 58
    const token = brokers[0].sign({ sub: device.clientId, exp })
    const clients = await connectBoth({ ...device, token })
    await Promise.all(clients.map((client) => client.closed))
    expect(Date.now() - (exp + 60) * 1000).to.be.within(0, WITHIN_MS)
    for (const broker of brokers) {
      expect(await failureOf(logIn(broker, { ...device, token }))).to.have.property('code', 4)
    }
  })

  it('an old token does not work for a device re-created under the same key', async () => {
    const device = await brokers[0].addDevice()
    const hourAgo = Math.floor(Date.now() / 1000) - 3600
    const token = brokers[0].sign({ sub: device.clientId, iat: hourAgo })
    await sql()`update devices set created_at = now() - interval '2 hours' where key = ${device.clientId}`
    // A new broker, without memory of the old device: the vehicle is the same.
    const third = await openTestBroker({}, brokers[0].db)
    await (await logIn(third, { ...device, token })).endAsync()
    await sql()`delete from devices where key = ${device.clientId}`
    await sql()`insert into devices (key, vehicle_id) values (${device.clientId}, ${device.vehicleId})`
    await eventually('the old token is refused', async () => {
      const client = await logIn(third, { ...device, token }).catch(() => undefined)
      await client?.endAsync()
      return third.log.some((it) => it['detail'] === 'the token is older than its device')
    })
    await third.close()
  })

  it('an unlisted token from just before its device is refused, but a listed token is accepted', async () => {
    const [device, listed] = [await brokers[0].addDevice(), await brokers[0].addDevice()]
    const iat = Math.floor(Date.now() / 1000) - 30
    const jti = randomUUID()
    const token = brokers[0].sign({ sub: device.clientId, iat })
    const listedToken = brokers[0].sign({ sub: listed.clientId, iat, jti })
    await sql()`
      insert into device_tokens (jti, device_id, issued_at, expires_at)
      select ${jti}, id, now(), now() + interval '1 day' from devices where key = ${listed.clientId}`
    await sql()`delete from devices where key = ${device.clientId}`
    await sql()`insert into devices (key, vehicle_id) values (${device.clientId}, ${device.vehicleId})`
    const fresh = await openTestBroker({}, brokers[0].db)
    expect(await failureOf(logIn(fresh, { ...device, token }))).to.have.property('code', 4)
    expect(fresh.log.map((it) => it['detail'])).to.include('the token is older than its device')
    // Clocks differ: this token also seems to be older than its device.
    await (await logIn(fresh, { ...listed, token: listedToken })).endAsync()
    await fresh.close()
  })

  it('a revocation takes effect although the registry listeners are killed at the same moment', async () => {
    const [revoked, unassigned, stays] = [await addDevice(), await addDevice(), await addDevice()]
    const ending = [...(await connectBoth(revoked)), ...(await connectBoth(unassigned))]
    const [staying] = await connectBoth(stays)
    await sql().begin(async (tx) => {
      await tx`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'fleetwire registry'`
      await tx`update device_tokens set revoked_at = now() where jti = ${revoked.jti}`
      await tx`update devices set vehicle_id = null where key = ${unassigned.clientId}`
    })
    await Promise.all(ending.map((client) => client.closed))
    staying?.send({ cmd: 'pingreq' })
    await staying?.next('pingresp')
    staying?.socket.destroy()
  })

  it('a revocation during a long outage takes effect as soon as the database is back', async () => {
    const way = await openWay(brokers[0].db.url)
    const cutOff = await openTestBroker({ DATABASE_URL: way.url }, brokers[0].db)
    const [revoked, stays] = [await addDevice(), await addDevice()]
    const [ending, staying] = [await logInRaw(cutOff, revoked), await logInRaw(cutOff, stays)]
    way.cut()
    await eventually('several attempts have failed', () => way.refused() >= 5)
    await call('DELETE', `/api/devices/${revoked.clientId}/tokens/${revoked.jti}`)
    const startMs = Date.now()
    way.open()
    await ending.closed
    expect(Date.now() - startMs).to.be.lessThan(WITHIN_MS)
    staying.send({ cmd: 'pingreq' })
    await staying.next('pingresp')
    await cutOff.close()
    await way.close()
  })
})

/** A proxy to a database. Cutting it ends every connection, and each new one at once. */
async function openWay(url: string) {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let isOpen = true
  let refused = 0
  const server = createServer((socket) => {
    socket.on('error', () => {})
    if (!isOpen) {
      refused++
      socket.destroy()
      return
    }
    const database = connect(Number(port), hostname)
    database.on('error', () => socket.destroy()).on('close', () => socket.destroy())
    socket.on('close', () => database.destroy())
    socket.pipe(database).pipe(socket)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const here = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: Object.assign(new URL(url), { host: here }).href,
    refused: () => refused,
    cut() {
      isOpen = false
      for (const socket of sockets) socket.destroy()
    },
    open: () => void (isOpen = true),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
