import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy, type Proxy } from '../support/proxy.ts'

const COMMIT_TIMEOUT_MS = 100
const COPY_CONNECTIONS = 2
/** Milliseconds after which a stalled server is away. */
const SILENCE_MAX_MS = 1500
const reading = (n: number) => JSON.stringify({ time: 1_767_225_600_000 + n, speed: n % 200 })

describe('short stalls of the database', () => {
  let db: TestDatabase
  let proxy: Proxy
  let broker: TestBroker
  beforeEach(async () => {
    db = await openTestDatabase()
    proxy = await openProxy(Number(new URL(db.url).port))
    const DATABASE_URL = proxy.urlOf(db.url)
    const settings = { DATABASE_URL, COMMIT_TIMEOUT_MS: String(COMMIT_TIMEOUT_MS), COPY_CONNECTIONS: '2' }
    broker = await openTestBroker(settings, db, {}, { silenceMaxMs: SILENCE_MAX_MS })
  })
  afterEach(async () => {
    await broker.close()
    await proxy.close()
    await db.drop()
  })

  const backends = async () =>
    db.sql<{ pid: number; application: string }[]>`
      select pid, application_name as application from pg_stat_activity
      where datname = current_database() and application_name like 'fleetwire %' order by application_name`
  const lanePids = async () =>
    (await backends()).filter(({ application }) => /copy \d/.test(application)).map(({ pid }) => pid)
  /**
   * Waits until all lanes have their connections and nothing is late: a first batch that waits for its login is itself
   * late.
   */
  const lanesOpened = async () => {
    await eventually('the lanes have their connections, and nothing is late', async () => {
      const isQuiet = (await broker.metric('spool_messages')) === 0
      return isQuiet && (await lanePids()).length === COPY_CONNECTIONS
    })
    return lanePids()
  }
  const count = (event: string) => broker.log.filter((it) => it['event'] === event).length

  it('repeated stalls are one episode of slowness, without lost connections or double writes', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    await client.publishAsync(device.topic, reading(0), { qos: 1 })
    await lanesOpened()
    const before = await backends()
    let late = await broker.metric('batches_late_total')
    let sent = 1
    for (let pulse = 0; pulse < 5; pulse++) {
      proxy.freeze()
      late++
      await eventually('a batch is late, and others behind it are acknowledged', async () => {
        await client.publishAsync(device.topic, reading(sent++), { qos: 1 })
        return (await broker.metric('batches_late_total')) >= late
      })
      await proxy.forward()
      await eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
    }
    const after = (await backends()).map(({ pid }) => pid)
    for (const { pid, application } of before) expect(after, application).to.include(pid)
    expect((await db.sql`select from telemetry`).length).to.equal(sent)
    expect(await broker.metric('messages_rewritten_total')).to.equal(0)
    expect(await broker.metric('readings_duplicate_total')).to.equal(0)
    expect([count('database_slow'), count('database_slow_over'), count('database_away')]).to.deep.equal([
      1, 0, 0,
    ])
    await client.endAsync()
  })

  it('a stall of one backend is no outage, and its connection is kept', async function () {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    for (let n = 0; n < 2; n++) await client.publishAsync(device.topic, reading(n), { qos: 1 })
    const lane = (await lanesOpened())[device.vehicleId % COPY_CONNECTIONS]
    if (lane === undefined) throw new Error('no connection of a lane')
    try {
      process.kill(lane, 'SIGSTOP')
    } catch {
      return this.skip()
    }
    try {
      await client.publishAsync(device.topic, reading(2), { qos: 1 })
      expect(await broker.metric('spool_messages')).to.equal(1)
      // No event reports that something does not happen.
      await delay(SILENCE_MAX_MS + 500)
      await client.publishAsync(device.topic, reading(3), { qos: 1 })
      expect([count('database_slow'), count('database_away')]).to.deep.equal([1, 0])
    } finally {
      process.kill(lane, 'SIGCONT')
    }
    await eventually('everything is stored', async () => (await broker.metric('spool_messages')) === 0)
    expect((await db.sql`select from telemetry`).length).to.equal(4)
    expect(await broker.metric('readings_duplicate_total')).to.equal(0)
    expect((await backends()).map(({ pid }) => pid)).to.include(lane)
    await client.endAsync()
  })

  it('a longer stall is an outage: connections are cut, and each reading is stored once', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    await client.publishAsync(device.topic, reading(0), { qos: 1 })
    const lanes = await lanesOpened()
    proxy.freeze()
    await client.publishAsync(device.topic, reading(1), { qos: 1 })
    expect(await broker.metric('database_slow')).to.equal(1)
    await eventually('the database is away', async () => (await broker.metric('database_away')) === 1)
    expect(await broker.metric('database_slow')).to.equal(0)
    expect(broker.log.find((it) => it['event'] === 'database_away')).to.deep.include({ level: 'error' })
    await client.publishAsync(device.topic, reading(2), { qos: 1 })
    // The broker cuts late batches at its next check, every 50 ms. Its timer is in this event loop, and fires before
    // this one.
    await delay(200)
    const dialed = proxy.accepted
    await eventually('the drain has connected three times', () => proxy.accepted >= dialed + 3, 30_000)
    await proxy.forward()
    await eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
    expect((await db.sql`select from telemetry`).length).to.equal(3)
    expect(await broker.metric('database_away')).to.equal(0)
    // Attempts during the outage are not failures of the messages, after which the drain would pause.
    expect(count('drain_failed')).to.equal(0)
    await eventually('the backend of the late batch has ended', async () => {
      const left = await lanePids()
      return lanes.some((pid) => !left.includes(pid))
    })
    await client.endAsync()
  })
})
