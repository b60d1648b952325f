import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openSpool } from '../../broker/ingest/spool/spool.ts'
import type { RejectedNotice } from '../../contract/problems.ts'
import { startMaintenance } from '../../sql/maintain.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const silent = { info() {}, warn() {} }
const aged = (ms: number, speed: number) => ({ time: Date.now() - ms, lat: 59, lon: 18, speed })

interface Letter {
  code: string
  problems: { pointer: string; detail: string }[]
  reading_index: number | null
  payload: Buffer
}

describe('readings with RETENTION_DAYS=30', () => {
  let broker: TestBroker
  let device: TestDevice
  let client: MqttClient
  before(async () => {
    broker = await openTestBroker({ RETENTION_DAYS: '30' })
  })
  after(() => broker.close())
  beforeEach(async () => {
    device = await broker.addDevice()
    client = await logIn(broker, device)
  })
  afterEach(() => client.endAsync())

  const publish = (payload: unknown) => client.publishAsync(device.topic, JSON.stringify(payload), { qos: 1 })
  const letters = () => lettersOf(broker.db, device)
  const speeds = () => speedsOf(broker.db, device)
  const positions = () => broker.db.sql`select from positions where vehicle_id = ${device.vehicleId}`

  it('a reading of 2007 is a dead letter whose notice names the setting', async () => {
    const messages = collect(client)
    await client.subscribeAsync(`fleet/${device.vehicle}/rejected`)
    const reading = { time: '2007-04-06T23:59:47Z', lat: 59, lon: 18, speed: 50 }
    await publish(reading)
    const [letter] = await letters()
    expect(letter?.code).to.equal('time_too_old')
    expect(letter?.problems[0]).to.deep.include({
      pointer: '/time',
      detail: '2007-04-06T23:59:47.000Z is older than RETENTION_DAYS=30 allows',
    })
    expect(JSON.parse(letter?.payload.toString() ?? '')).to.deep.equal(reading)
    const notice = await eventually('the notice', () => messages[0]?.payload as RejectedNotice | undefined)
    expect(notice.rejected[0]?.problems).to.deep.equal(letter?.problems)
    expect(await speeds()).to.deep.equal([])
  })

  it('an array loses only its old readings, each reported with its index', async () => {
    await publish([aged(31 * DAY_MS, 0), aged(29 * DAY_MS, 1), aged(400 * DAY_MS, 2), aged(0, 3)])
    expect(await speeds()).to.deep.equal([1, 3])
    expect((await letters()).map((it) => [it.code, it.reading_index])).to.deep.equal([
      ['time_too_old', 0],
      ['time_too_old', 2],
    ])
  })

  it('a reading just young enough survives the next retention run, with its position', async () => {
    await publish(aged(30 * DAY_MS - MINUTE_MS, 7))
    await publish(aged(30 * DAY_MS + 1, 8))
    await eventually('the position', async () => (await positions()).length === 1)
    await startMaintenance({ sql: broker.db.sql, retentionDays: 30, log: silent }).stop()
    expect(await speeds()).to.deep.equal([7])
    expect(await positions()).to.have.length(1)
    expect((await letters()).map(({ code }) => code)).to.deep.equal(['time_too_old'])
  })
})

describe('deletions by retention', () => {
  it('deleted rows are counted in a broker metric that is 0 from the start', async () => {
    const db = await openTestDatabase()
    const kinds = ['readings', 'rejected_messages', 'positions', 'duplicate_counts']
    const metrics = (broker: TestBroker) =>
      Promise.all(kinds.map((what) => broker.metric('retention_deleted_total', { what })))
    try {
      await db.sql`
        insert into telemetry (vehicle_id, time, received_at)
        select n, now() - interval '40 days', now() from generate_series(1, 3) as n`
      await db.sql`
        insert into rejected_messages (received_at, code, problems, payload)
        select now() - interval '40 days', 'x', '[]', '' from generate_series(1, 2)`
      const keeping = await openTestBroker({ REJECTED_RETENTION_DAYS: '0' }, db)
      expect(await metrics(keeping)).to.deep.equal([0, 0, 0, 0])
      const text = await (await fetch(`http://127.0.0.1:${keeping.statusPort}/metrics`)).text()
      for (const what of kinds) expect(text).to.include(`fleetwire_retention_deleted_total{what="${what}"} 0`)
      await keeping.close()
      const dropping = await openTestBroker({ RETENTION_DAYS: '30' }, db)
      await eventually('a retention run is logged', () =>
        dropping.log.some(({ event }) => event === 'telemetry_maintained'),
      )
      expect(await metrics(dropping)).to.deep.equal([3, 2, 0, 0])
      const line = dropping.log.find(({ event }) => event === 'telemetry_maintained')
      expect(line?.['deleted']).to.deep.equal({ readings: 3, rejected_messages: 2 })
      await dropping.close()
    } finally {
      await db.drop()
    }
  })
})

describe('readings with READING_AGE_MAX_DAYS', () => {
  for (const [settings, bound] of [
    [{ READING_AGE_MAX_DAYS: '7' }, 'READING_AGE_MAX_DAYS=7'],
    [{ READING_AGE_MAX_DAYS: '7', RETENTION_DAYS: '30' }, 'READING_AGE_MAX_DAYS=7'],
    [{ READING_AGE_MAX_DAYS: '30', RETENTION_DAYS: '7' }, 'RETENTION_DAYS=7'],
  ] as const) {
    it(`a reading of eight days is a dead letter, one of six is stored: ${JSON.stringify(settings)}`, async () => {
      const broker = await openTestBroker(settings)
      try {
        const device = await broker.addDevice()
        const client = await logIn(broker, device)
        const payload = JSON.stringify([aged(8 * DAY_MS, 8), aged(6 * DAY_MS, 6)])
        await client.publishAsync(device.topic, payload, { qos: 1 })
        await client.endAsync()
        expect(await speedsOf(broker.db, device)).to.deep.equal([6])
        const [letter] = await lettersOf(broker.db, device)
        expect(letter?.problems[0]?.detail).to.include(`older than ${bound} allows`)
      } finally {
        await broker.close()
      }
    })
  }
})

describe('messages spooled for longer than the retention', () => {
  let db: TestDatabase
  let dataDir: string
  let settings: Record<string, string>
  beforeEach(async () => {
    db = await openTestDatabase()
    dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-age-'))
    settings = { DATA_DIR: dataDir, RETENTION_DAYS: '1' }
  })
  afterEach(async () => {
    await db.drop()
    rmSync(dataDir, { recursive: true })
  })

  it('readings that are too old by now become dead letters, which the next retention run keeps', async () => {
    const first = await openTestBroker(settings, db)
    const device = await first.addDevice()
    await first.close()
    const [row] = await db.sql<{ id: number }[]>`select id from devices where key = ${device.clientId}`
    const young = DAY_MS - MINUTE_MS
    const [single, untimed, array] = [
      aged(2.1 * DAY_MS, 1),
      { speed: 2 },
      [aged(25 * 3_600_000, 3), aged(young, 4)],
    ]
    const log = { info() {}, warn() {}, error() {} } as never
    const spool = await openSpool({ dataDir, bytesMax: 1e9, log })
    const spooled = (payload: unknown, receivedAtMs: number) => ({
      vehicleId: device.vehicleId,
      deviceId: row?.id ?? 0,
      receivedAtMs,
      receivedUs: receivedAtMs * 1000,
      payload: Buffer.from(JSON.stringify(payload)),
    })
    const twoDaysAgoMs = Date.now() - 2 * DAY_MS
    const messages = [
      spooled(single, twoDaysAgoMs),
      spooled(untimed, twoDaysAgoMs),
      spooled(array, Date.now() - young),
    ]
    expect(await spool.append(messages)).to.equal(true)
    await spool.close()

    const broker = await openTestBroker(settings, db)
    await eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
    await broker.close()
    await startMaintenance({ sql: db.sql, retentionDays: 1, log: silent }).stop()
    expect(await speedsOf(db, device)).to.deep.equal([4])
    const letters = await lettersOf(db, device)
    const found = letters.map((it) => [it.code, it.problems[0]?.pointer, it.reading_index])
    expect(found).to.have.deep.members([
      ['time_too_old', '/time', null],
      ['time_too_old', '', null],
      ['time_too_old', '/time', 0],
    ])
    const sent = letters.map((it) => JSON.parse(it.payload.toString()) as unknown)
    expect(sent).to.have.deep.members([single, untimed, array[0]])
  })
})

function lettersOf({ sql }: TestDatabase, { vehicleId }: TestDevice) {
  return sql<Letter[]>`
    select code, problems, reading_index, payload from rejected_messages
    where vehicle_id = ${vehicleId} order by reading_index nulls first, id`
}

async function speedsOf({ sql }: TestDatabase, { vehicleId }: TestDevice): Promise<number[]> {
  const rows = await sql<{ speed: number }[]>`
    select speed from telemetry where vehicle_id = ${vehicleId} order by speed`
  return rows.map(({ speed }) => speed)
}
