import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy, type Proxy } from '../support/proxy.ts'

const TIME = '2026-01-01T00:00:10Z'

describe('different readings of one vehicle and instant', () => {
  let db: TestDatabase
  let proxy: Proxy
  let broker: TestBroker
  let other: TestBroker
  const clients: MqttClient[] = []
  before(async () => {
    db = await openTestDatabase()
    proxy = await openProxy(Number(new URL(db.url).port))
    const DATABASE_URL = proxy.urlOf(db.url)
    broker = await openTestBroker({ DATABASE_URL }, db)
    other = await openTestBroker({}, db)
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.endAsync(true)
  })
  after(async () => {
    await broker.close()
    await other.close()
    await proxy.close()
    await db.drop()
  })

  async function connect(vehicleId?: number, at = broker) {
    const device = await broker.addDevice(vehicleId === undefined ? {} : { vehicleId })
    const client = await logIn(at, device)
    clients.push(client)
    return {
      ...device,
      send: (payload: unknown, qos: 1 | 2 = 1) =>
        client.publishAsync(device.topic, JSON.stringify(payload), { qos }),
    }
  }

  const rowsOf = (vehicleId: number) => db.sql<Record<string, unknown>[]>`
    select nth, lat, rpm, speed, status, seq, extra from telemetry where vehicle_id = ${vehicleId} order by time, nth`
  const speedsOf = async (vehicleId: number) =>
    (await rowsOf(vehicleId)).map(({ nth, speed }) => [nth, speed])

  it('readings of two devices are both stored with their values', async () => {
    const tracker = await connect()
    const dongle = await connect(tracker.vehicleId)
    await tracker.send({ time: TIME, lat: 59, lon: 18, speed: 50 })
    await dongle.send({ time: TIME, rpm: 1500, status: 'sos' })
    const rows = await rowsOf(tracker.vehicleId)
    expect(rows.map(({ nth, lat, rpm, status }) => ({ nth, lat, rpm, status }))).to.deep.equal([
      { nth: 0, lat: 59, rpm: null, status: null },
      { nth: 1, lat: null, rpm: 1500, status: 'sos' },
    ])
    const devices = await db.sql`
      select devices.key from telemetry join devices on devices.id = device_id
      where telemetry.vehicle_id = ${tracker.vehicleId} order by nth`
    expect(devices.map(({ key }) => key as string)).to.deep.equal([tracker.clientId, dongle.clientId])
  })

  it('readings of one message are all stored, in its order', async () => {
    const { send, vehicleId } = await connect()
    await send([3, 1, 2, 1].map((speed) => ({ time: TIME, speed })))
    expect(await speedsOf(vehicleId)).to.deep.equal([
      [0, 3],
      [1, 1],
      [2, 2],
    ])
  })

  it('resent readings are duplicates in any order, alone or with a new one', async () => {
    const { send, vehicleId } = await connect()
    await send([1, 2, 3].map((speed) => ({ time: TIME, speed })))
    const duplicates = await broker.metric('readings_duplicate_total')
    for (const speed of [3, 1, 2]) await send({ time: TIME, speed })
    await send([2, 4, 1, 3].map((speed) => ({ time: TIME, speed })))
    expect(await speedsOf(vehicleId)).to.deep.equal([1, 2, 3, 4].map((speed, nth) => [nth, speed]))
    expect(await broker.metric('readings_duplicate_total')).to.equal(duplicates + 6)
  })

  it('readings are different if any field differs or is missing', async () => {
    const { send, vehicleId } = await connect()
    const readings = [
      { speed: 0 },
      { speed: 0, heading: 0 },
      { speed: 0, status: 'ok' },
      { speed: 0, seq: 1 },
      { speed: 0, seq: 2 },
      { speed: 0, ignition: false },
      { speed: 0, extra: { a: 1 } },
      { speed: 0, extra: { a: 1, b: null } },
      { speed: 0, extra: { a: '1' } },
      { speed: 0, extra: {} },
      { lat: 0, lon: 0 },
    ]
    for (const qos of [1, 2] as const)
      for (const reading of readings) await send({ time: TIME, ...reading }, qos)
    expect(await rowsOf(vehicleId)).to.have.length(readings.length)
  })

  it('readings with the same values in another notation are one', async () => {
    const { vehicleId, topic } = await connect()
    const client = clients[0]
    const texts = [
      `{"time":"${TIME}","speed":1,"lat":0,"lon":0,"extra":{"a":1,"b":"x"}}`,
      `{"extra":{"b":"x","a":1.0},"lon":-0,"lat":0.0,"speed":1.0,"time":"2026-01-01T01:00:10.000+01:00"}`,
      `{"time":${Date.parse(TIME)},"speed":1e0,"lat":-0.0,"lon":0,"extra":{"a":10e-1,"b":"\\u0078"}}`,
    ]
    for (const text of texts) await client?.publishAsync(topic, text, { qos: 1 })
    await client?.publishAsync(topic, `[${texts.join(',')}]`, { qos: 1 })
    expect(await rowsOf(vehicleId)).to.have.length(1)
  })

  it('equal readings of two devices are one', async () => {
    const one = await connect()
    const two = await connect(one.vehicleId)
    await one.send({ time: TIME, speed: 1 })
    await two.send({ time: TIME, speed: 1 })
    expect(await speedsOf(one.vehicleId)).to.deep.equal([[0, 1]])
  })

  it('readings sent to two brokers at the same time are each stored once', async () => {
    const one = await connect()
    const two = await connect(one.vehicleId, other)
    const speeds = Array.from({ length: 30 }, (_, n) => n)
    await Promise.all(
      speeds.flatMap((speed) => [one, two].map(({ send }) => send({ time: TIME, speed: speed % 10 }))),
    )
    const stored = await speedsOf(one.vehicleId)
    expect(stored.map(([nth]) => nth)).to.deep.equal(stored.map((_, n) => n))
    expect(stored.map(([, speed]) => speed as number).toSorted((a, b) => a - b)).to.deep.equal(
      speeds.slice(0, 10),
    )
  })

  it('spooled readings are each stored once', async () => {
    const one = await connect()
    const two = await connect(one.vehicleId)
    await one.send({ time: TIME, speed: 1 })
    await proxy.refuse()
    try {
      await one.send([{ time: TIME, speed: 2 }])
      await two.send([
        { time: TIME, speed: 1 },
        { time: TIME, speed: 3 },
      ])
      await one.send({ time: TIME, speed: 2 })
      expect(await broker.metric('spool_messages')).to.equal(3)
    } finally {
      await proxy.forward()
    }
    await eventually('an empty spool', async () => (await broker.metric('spool_messages')) === 0)
    expect(await speedsOf(one.vehicleId)).to.deep.equal([
      [0, 1],
      [1, 2],
      [2, 3],
    ])
  })

  it('a reading the database refuses becomes a dead letter, and the other readings are stored', async () => {
    const { send, vehicleId } = await connect()
    await send({ time: TIME, speed: 1 })
    await db.sql`alter table telemetry add constraint unlucky check (speed <> 13)`
    try {
      await send([13, 1, 2].map((speed) => ({ time: TIME, speed })))
    } finally {
      await db.sql`alter table telemetry drop constraint unlucky`
    }
    expect(await speedsOf(vehicleId)).to.deep.equal([
      [0, 1],
      [1, 2],
    ])
    const letters = await db.sql`select code from rejected_messages where vehicle_id = ${vehicleId}`
    expect(letters.map(({ code }) => code as string)).to.deep.equal(['storage_refused'])
  })
})
