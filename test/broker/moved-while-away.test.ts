import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy, type Proxy } from '../support/proxy.ts'
import { storedSpeeds } from './stored-speeds.ts'

/** Milliseconds since 1970. */
const ago = (minutes: number) => Date.now() - minutes * 60_000

describe('devices moved while the database is away', () => {
  let db: TestDatabase
  let proxy: Proxy
  let dataDir: string
  let broker: TestBroker
  let device: TestDevice
  let next: TestDevice
  let client: MqttClient
  before(async () => {
    db = await openTestDatabase()
    proxy = await openProxy(Number(new URL(db.url).port))
  })
  after(async () => {
    await proxy.close()
    await db.drop()
  })
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-spool-'))
    await open()
    device = await broker.addDevice()
    next = await broker.addDevice()
    client = await logIn(broker, device)
    client.on('error', () => {})
    await proxy.refuse()
  })
  afterEach(async () => {
    client.end(true)
    await broker.close()
    await proxy.forward()
    rmSync(dataDir, { recursive: true })
  })

  async function open(): Promise<void> {
    const url = proxy.urlOf(db.url)
    broker = await openTestBroker({ DATABASE_URL: url, DATA_DIR: dataDir, COMMIT_TIMEOUT_MS: '200' }, db)
  }
  const own = () => db.sql`(select id from devices where key = ${device.clientId})`
  const publish = (payload: unknown) =>
    client.publishAsync(device.topic, JSON.stringify(payload), { qos: 1 }).then(() => {})
  /** Resolves with a time within the current stay, in milliseconds since 1970. */
  async function move(vehicleId: number | null): Promise<number> {
    await db.sql`update devices set vehicle_id = ${vehicleId} where key = ${device.clientId}`
    const [row] = await db.sql<{ ms: number }[]>`
      select ceil(extract(epoch from clock_timestamp()) * 1000)::bigint as ms`
    await eventually('the next millisecond', () => Date.now() > (row?.ms ?? 0))
    return row?.ms ?? 0
  }
  const drained = () =>
    eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
  async function drain(): Promise<void> {
    expect(await broker.metric('spool_messages')).to.be.greaterThan(0)
    await proxy.forward()
    await drained()
  }
  /** The stored speeds of the first vehicle, and of the next. */
  const stored = () => storedSpeeds(db.sql, device.vehicleId, next.vehicleId)
  const letters = async () => {
    const rows = await db.sql<{ code: string; text: string }[]>`
      select code, convert_from(payload, 'utf8') as text from rejected_messages
      where vehicle_id = any (${[device.vehicleId, next.vehicleId]}) order by id`
    return rows.map(({ code, text }) => `${code} ${text}`)
  }

  it('spooled readings are placed by their times', async () => {
    await publish({ time: ago(1), speed: 1 })
    const time = await move(next.vehicleId)
    await publish({ time, speed: 2 })
    await publish([
      { time: ago(2), speed: 3 },
      { time: time + 1, speed: 4 },
      { time: time + 2, speed: -1 },
    ])
    await publish({ speed: 5 })
    await drain()
    expect(await stored()).to.deep.equal([
      [1, 3],
      [2, 4, 5],
    ])
    expect(await letters()).to.have.length(1)
  })

  it('a device moved there and back was in the other vehicle only in between', async () => {
    await publish({ time: ago(1), speed: 1 })
    const there = await move(next.vehicleId)
    await publish({ time: there, speed: 2 })
    const back = await move(device.vehicleId)
    await publish([
      { time: back, speed: 3 },
      { time: there, speed: 4 },
    ])
    await drain()
    expect(await stored()).to.deep.equal([
      [1, 3],
      [2, 4],
    ])
  })

  it('readings are placed by an earlier move and by one during the outage', async () => {
    await proxy.forward()
    const there = await move(next.vehicleId)
    await eventually('the broker knows of it', () => !client.connected)
    client.end(true)
    client = await logIn(broker, device)
    client.on('error', () => {})
    await proxy.refuse()
    const back = await move(device.vehicleId)
    await publish([
      { time: ago(1), speed: 1 },
      { time: there, speed: 2 },
      { time: back, speed: 3 },
    ])
    await drain()
    expect(await stored()).to.deep.equal([[1, 3], [2]])
  })

  it('readings from a time without a vehicle become dead letters', async () => {
    const time = await move(null)
    await publish([
      { time: ago(1), speed: 1 },
      { time, speed: 2 },
    ])
    await publish({ time, speed: 3 })
    await drain()
    expect(await stored()).to.deep.equal([[1], []])
    expect(await letters()).to.deep.equal([
      `not_in_vehicle {"time":${time},"speed":2}`,
      `not_in_vehicle {"time":${time},"speed":3}`,
    ])
  })

  it('readings from a deleted vehicle become dead letters', async () => {
    await db.sql`delete from vehicles where id = ${device.vehicleId}`
    const time = await move(next.vehicleId)
    await publish([
      { time: ago(1), speed: 1 },
      { time, speed: 2 },
    ])
    await drain()
    expect(await stored()).to.deep.equal([[], [2]])
    expect(await letters()).to.have.length(1)
  })

  it('a reading with a future time belongs to the vehicle at its acknowledgement', async () => {
    await publish({ time: ago(-2), speed: 1 })
    await move(next.vehicleId)
    await publish({ time: ago(-1), speed: 2 })
    await drain()
    expect(await stored()).to.deep.equal([[1], [2]])
  })

  it('readings stay with a vehicle that is deleted after their acknowledgement', async () => {
    await publish({ time: ago(1), speed: 1 })
    const time = await move(next.vehicleId)
    await publish({ time, speed: 2 })
    await move(device.vehicleId)
    await db.sql`delete from vehicles where id = any (${[device.vehicleId, next.vehicleId]})`
    await drain()
    expect(await stored()).to.deep.equal([[1], [2]])
    expect(await letters()).to.deep.equal([])
  })

  it('readings of a deleted device stay where they were received', async () => {
    await publish({ time: ago(1), speed: 1 })
    await db.sql`delete from devices where key = ${device.clientId}`
    await drain()
    expect(await stored()).to.deep.equal([[1], []])
  })

  it('each reading is stored once if the broker dies between writing it and emptying the spool', async () => {
    const time = Date.now()
    await publish([
      { time: ago(1), speed: 1 },
      { time, speed: 2 },
      { time: time + 1, speed: 3 },
      { time: time + 1, speed: 4 },
    ])
    await publish({ time: time + 2, speed: 5 })
    cpSync(join(dataDir, 'spool'), join(dataDir, 'before'), { recursive: true })
    await drain()
    await broker.close()
    // Like the spool after a crash, with a move whose commit was not visible when the readings were placed.
    rmSync(join(dataDir, 'spool'), { recursive: true })
    cpSync(join(dataDir, 'before'), join(dataDir, 'spool'), { recursive: true })
    await db.sql`delete from telemetry where device_id = ${own()} and speed = 5`
    await move(next.vehicleId)
    const since = db.sql`${new Date(time).toISOString()}::timestamptz`
    await db.sql`update device_vehicles set until = ${since} where device_id = ${own()} and until is not null`
    await db.sql`update device_vehicles set since = ${since} where device_id = ${own()} and until is null`
    await open()
    await drained()
    expect(await stored()).to.deep.equal([[1, 2, 3, 4], [5]])
  })
})
