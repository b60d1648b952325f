import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openApi, type Api } from '../../api/server.ts'
import { createJwt } from '../../kit/jwt.ts'
import { addUser, callApi, optionsFor } from '../api/fixture.ts'
import { openTestBroker, secret, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy, type Proxy } from '../support/proxy.ts'

const HOUR_MS = 3_600_000
/** The hour before the last full one. */
const START_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS

describe('completeness of received readings', () => {
  let db: TestDatabase
  let proxy: Proxy
  let broker: TestBroker
  let api: Api
  let url: string
  let device: TestDevice
  let client: MqttClient

  before(async () => {
    db = await openTestDatabase()
    proxy = await openProxy(Number(new URL(db.url).port))
    await addUser(db.sql, 'admin')
    api = await openApi({ ...optionsFor(db.sql), jwt: createJwt(secret) })
    url = `http://127.0.0.1:${api.port}`
  })
  beforeEach(async () => {
    const DATABASE_URL = proxy.urlOf(db.url)
    broker = await openTestBroker({ DATABASE_URL, COMMIT_TIMEOUT_MS: '200' }, db)
    device = await broker.addDevice()
    client = await logIn(broker, device)
  })
  after(async () => {
    await api.close()
    await proxy.close()
    await db.drop()
  })

  const reading = (seq: number, second = seq) => ({ time: START_MS + second * 1000, speed: seq, seq })
  const publish = (payload: object | string) =>
    client.publishAsync(device.topic, typeof payload === 'string' ? payload : JSON.stringify(payload), {
      qos: 1,
    })
  /** Closes the broker, which writes its counts, and requests the completeness from START_MS until now. */
  async function ask(path: string) {
    await client.endAsync()
    await broker.close()
    const token = broker.sign({ sub: '1', role: 'admin', aud: 'api' })
    const from = new Date(START_MS).toISOString()
    const to = new Date(Date.now() + HOUR_MS).toISOString()
    const answer = await callApi(url, 'GET', `/api/${path}/completeness?from=${from}&to=${to}`, { token })
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
    return answer.body
  }

  it('each reading is counted by its result, and missing ones are listed', async () => {
    await publish([1, 2, 3, 6, 7].map((seq) => reading(seq)))
    await publish(reading(3))
    await publish([reading(7), reading(8), { ...reading(9), speed: -1 }, reading(8)])
    await publish('no JSON')
    await publish([reading(0, 20), reading(1, 21), reading(3, 23)])
    await publish({ speed: 1 })
    const counts = { received: 15, stored: 10, duplicates: 3, rejected: 2, late: 9 }
    const body = await ask(`devices/${device.clientId}`)
    expect(body.counts).to.deep.equal(counts)
    expect(body).to.include({ first_seq: 1, last_seq: 3, restarts: 1, missing_total: 3, missing_cut: false })
    const timeOf = (second: number) => new Date(START_MS + second * 1000).toISOString()
    expect(body.missing).to.deep.equal([
      { from_seq: 4, to_seq: 5, count: 2, after: timeOf(3), before: timeOf(6) },
      { from_seq: 2, to_seq: 2, count: 1, after: timeOf(21), before: timeOf(23) },
    ])
  })

  it('readings from the spool and earlier ones are counted', async () => {
    await publish([1, 2, 3].map((seq) => reading(seq)))
    await proxy.refuse()
    await publish([2, 3, 4].map((seq) => reading(seq)))
    await publish(reading(6))
    await publish(reading(4))
    expect(await broker.metric('spool_messages')).to.equal(3)
    await proxy.forward()
    await eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
    const body = await ask(`devices/${device.clientId}`)
    expect(body.counts).to.deep.equal({ received: 8, stored: 5, duplicates: 3, rejected: 0, late: 5 })
    expect(body.missing.map((it: { from_seq: number }) => it.from_seq)).to.deep.equal([5])
  })

  it('a duplicate counts for its sender, and the vehicle has the counts of both devices', async () => {
    await publish([1, 2].map((seq) => reading(seq)))
    const other = await broker.addDevice({ vehicleId: device.vehicleId })
    const second = await logIn(broker, other)
    await second.publishAsync(device.topic, JSON.stringify([reading(2), reading(3)]), { qos: 1 })
    await second.endAsync()
    const { counts, devices } = await ask(`vehicles/${device.vehicle}`)
    expect(counts).to.deep.equal({ received: 4, stored: 3, duplicates: 1, rejected: 0, late: 3 })
    expect(devices).to.deep.equal([
      { device: device.clientId, counts: { received: 2, stored: 2, duplicates: 0, rejected: 0, late: 2 } },
      { device: other.clientId, counts: { received: 2, stored: 1, duplicates: 1, rejected: 0, late: 1 } },
    ])
  })
})
