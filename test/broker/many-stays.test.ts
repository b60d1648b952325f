import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy, type Proxy } from '../support/proxy.ts'
import { storedSpeeds } from './stored-speeds.ts'

/** More than the broker keeps in memory. */
const STAYS = 150

describe('devices with more stays than the broker keeps in memory', () => {
  let db: TestDatabase
  let proxy: Proxy
  let broker: TestBroker
  let device: TestDevice
  let next: TestDevice
  before(async () => {
    db = await openTestDatabase()
    proxy = await openProxy(Number(new URL(db.url).port))
    const url = proxy.urlOf(db.url)
    broker = await openTestBroker({ DATABASE_URL: url }, db)
  })
  after(async () => {
    await broker.close()
    await proxy.close()
    await db.drop()
  })
  const startMs = Date.now() - 200 * 60_000
  /** A time in stay `n`, which took a minute: odd stays in the first vehicle, even stays in the next. */
  const during = (n: number) => startMs + n * 60_000 + 30_000
  beforeEach(async () => {
    device = await broker.addDevice()
    next = await broker.addDevice()
    const client = await logInRaw(broker, device)
    await db.sql`
      insert into device_vehicles (device_id, vehicle_id, since, until)
      select devices.id, case n % 2 when 1 then vehicle_id else ${next.vehicleId} end,
        start + n * interval '1 minute', start + (n + 1) * interval '1 minute'
      from devices, generate_series(1, ${STAYS}) as n,
        (select ${new Date(startMs).toISOString()}::timestamptz as start) as given
      where key = ${device.clientId}`
    await db.sql`update devices set vehicle_id = ${next.vehicleId} where key = ${device.clientId}`
    await client.closed
  })

  const stored = () => storedSpeeds(db.sql, device.vehicleId, next.vehicleId)
  const letters = async () => {
    const rows = await db.sql<{ code: string }[]>`
      select code from rejected_messages where device_id = (select id from devices where key = ${device.clientId})`
    return rows.map(({ code }) => code)
  }
  /** The fifth reading is from a time without a vehicle, the last from before the first stay. */
  const readings = [10, 11, 149, 150, 160, -60].map((n, place) => ({ time: during(n), speed: place + 1 }))

  it('readings of the first stays are placed by their times', async () => {
    const client = await logIn(broker, device)
    await client.publishAsync(next.topic, JSON.stringify(readings), { qos: 1 })
    await client.publishAsync(next.topic, JSON.stringify({ time: during(12), speed: 7 }), { qos: 1 })
    expect(await stored()).to.deep.equal([
      [2, 3, 6],
      [1, 4, 7],
    ])
    expect(await letters()).to.deep.equal(['not_in_vehicle'])
    await client.endAsync()
  })

  it('spooled readings of the first stays are placed by their times', async () => {
    const client = await logIn(broker, device)
    await proxy.refuse()
    await client.publishAsync(next.topic, JSON.stringify(readings), { qos: 1 })
    expect(await broker.metric('spool_messages')).to.equal(1)
    await proxy.forward()
    await eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
    expect(await stored()).to.deep.equal([
      [2, 3, 6],
      [1, 4],
    ])
    expect(await letters()).to.deep.equal(['not_in_vehicle'])
    await client.endAsync()
  })

  it('replayed readings of the first stays are placed by their times', async () => {
    const [row] = await db.sql<{ id: number }[]>`select id from devices where key = ${device.clientId}`
    const token = broker.sign({ sub: 'api', role: 'service', aud: 'intake', jti: randomUUID() })
    const query = `vehicle_id=${next.vehicleId}&device_id=${row?.id}&received_us=${Date.now() * 1000}`
    const response = await fetch(`http://127.0.0.1:${broker.statusPort}/replay?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(readings),
    })
    expect(await response.json()).to.include({ stored: 5, refused: 1 })
    expect((await stored())[0]).to.deep.equal([2, 3, 6])
  })
})
