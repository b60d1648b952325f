import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { publishPacket } from '../support/packets.ts'
import { openBlocker, type Blocker } from '../support/blocker.ts'

const COMMIT_TIMEOUT_MS = 300
const reading = (n: number) => ({ time: 1_767_225_600_000 + n, speed: n })

describe('a slow database', () => {
  let db: TestDatabase
  let dataDir: string
  let settings: Record<string, string>
  let broker: TestBroker
  let device: TestDevice
  let client: MqttClient
  let blocker: Blocker

  beforeEach(async () => {
    db = await openTestDatabase()
    blocker = await openBlocker(db)
    dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-slow-'))
    settings = { DATA_DIR: dataDir, COMMIT_TIMEOUT_MS: String(COMMIT_TIMEOUT_MS) }
    await openHere()
  })
  afterEach(async () => {
    client.end(true)
    await blocker.close()
    await broker.close()
    await db.drop()
    rmSync(dataDir, { recursive: true })
  })

  async function openHere(more: Record<string, string> = {}): Promise<void> {
    broker = await openTestBroker({ ...settings, ...more }, db)
    device = await broker.addDevice()
    client = await logIn(broker, device)
  }

  const publish = (payload: unknown) => client.publishAsync(device.topic, JSON.stringify(payload), { qos: 1 })
  const speeds = async () =>
    (await db.sql<{ speed: number }[]>`select speed from telemetry order by time`).map((it) => it.speed)
  const spooled = () => broker.metric('spool_messages')
  const isEmpty = () => eventually('the spool is empty', async () => (await spooled()) === 0)
  /** Events that the broker logged as a warning or an error. */
  const alarms = () => broker.log.filter((it) => it['level'] !== 'info').map((it) => it['event'])
  const copyPids = async () => {
    const rows = await db.sql<{ pid: number }[]>`
      select pid from pg_stat_activity
      where datname = current_database() and application_name like 'fleetwire %' order by pid`
    return rows.map(({ pid }) => pid)
  }
  /** The broker's count of messages written twice. */
  const writtenTwice = async () =>
    (await broker.metric('messages_rewritten_total')) + (await broker.metric('readings_duplicate_total'))

  for (const [what, block] of Object.entries({
    start: () => blocker.lock('telemetry'),
    end: () => blocker.insert(device.vehicleId, reading(1).time),
  })) {
    it(`a batch late at its ${what} is acknowledged from the spool, and written once`, async () => {
      await publish(reading(0))
      const pids = await copyPids()
      await block()
      await publish(reading(1))
      expect(await spooled()).to.equal(1)
      expect(await broker.metric('database_slow')).to.equal(1)
      expect(await broker.metric('batches_late_total')).to.equal(1)
      await blocker.letGo()
      await isEmpty()
      expect(await speeds()).to.deep.equal([0, 1])
      expect(await broker.metric('messages_late_total')).to.equal(1)
      expect(await broker.metric('messages_drained_total')).to.equal(0)
      expect(await broker.metric('messages_settled_total')).to.equal(2)
      expect(await broker.metric('readings_stored_total')).to.equal(2)
      expect(await writtenTwice()).to.equal(0)
      expect(await copyPids()).to.deep.equal(pids)
      expect(await broker.metric('database_away')).to.equal(0)
      expect(alarms()).to.deep.equal(['database_slow'])
    })
  }

  it('slowness is reported by /readyz and the status report, not as an outage', async () => {
    const ready = async () => (await fetch(`http://127.0.0.1:${broker.statusPort}/readyz`)).text()
    const report = async () =>
      (await fetch(`http://127.0.0.1:${broker.statusPort}/status.json`)).json() as Promise<object>
    expect(await ready()).to.equal('ready\n')
    await blocker.lock('telemetry')
    await publish(reading(1))
    expect(await ready()).to.match(/^ready: the database is slow \(\d+ s\); 1 messages/)
    expect(await report()).to.deep.include({ ready: true, database_slow: true, database_away: false })
    await blocker.letGo()
    await isEmpty()
  })

  it('messages behind a late batch are spooled without each waiting, and stored once', async () => {
    await blocker.lock('telemetry')
    await publish(reading(0))
    for (let n = 1; n <= 20; n++) await publish(reading(n))
    expect(await spooled()).to.equal(21)
    expect(await broker.metric('batches_late_total')).to.equal(1)
    await blocker.letGo()
    await isEmpty()
    await publish(reading(21))
    expect(await speeds()).to.deep.equal(Array.from({ length: 22 }, (_, n) => n))
    expect(await broker.metric('messages_drained_total')).to.equal(20)
    expect(await writtenTwice()).to.equal(0)
    expect(await broker.metric('messages_spooled_total')).to.equal(21)
  })

  it('one slow row delays neither other lanes nor the rest of the spool', async function () {
    this.timeout(40_000)
    await blocker.insert(device.vehicleId, reading(1).time)
    await publish(reading(1))
    await publish(reading(2))
    const other = await broker.addDevice()
    const itsClient = await logIn(broker, other)
    await itsClient.publishAsync(other.topic, JSON.stringify(reading(3)), { qos: 1 })
    expect((await speeds()).includes(3)).to.equal(true)
    await eventually('the rest is drained', async () => (await spooled()) === 1, 15_000)
    expect(await speeds()).to.deep.equal([2, 3])
    await blocker.letGo()
    await isEmpty()
    expect(await speeds()).to.deep.equal([1, 2, 3])
    expect(await writtenTwice()).to.equal(0)
    await itsClient.endAsync()
  })

  it('the position of a late batch is written once it is stored', async () => {
    await blocker.lock('telemetry')
    await publish({ ...reading(1), lat: 59, lon: 18 })
    await blocker.letGo()
    const row = await eventually(
      'the position',
      async () =>
        (
          await db.sql<{ lat: number }[]>`select lat from positions where vehicle_id = ${device.vehicleId}`
        )[0],
    )
    expect(row.lat).to.equal(59)
  })

  it('a late batch that meets stored readings is stored through staging', async () => {
    await blocker.insert(device.vehicleId, reading(1).time)
    await publish([reading(0), reading(1)])
    await blocker.commit()
    await isEmpty()
    expect((await db.sql`select from telemetry where speed = 0`).length).to.equal(1)
    expect(await broker.metric('messages_late_total')).to.equal(1)
    expect(await broker.metric('messages_rewritten_total')).to.equal(0)
  })

  it('a late batch whose backend is killed is stored once, from the spool', async () => {
    await blocker.lock('telemetry')
    await publish(reading(1))
    // The batch is retried at once, and once more, before it is left to the drain.
    const isGivenUp = async () => (await broker.metric('messages_rewritten_total')) === 1
    await eventually(
      'the batch is abandoned',
      async () => (await isGivenUp()) || (await blocker.kill(), undefined),
    )
    await blocker.letGo()
    await isEmpty()
    expect(await speeds()).to.deep.equal([1])
    expect(await broker.metric('messages_drained_total')).to.equal(1)
    expect(await broker.metric('database_away')).to.equal(0)
    expect(alarms()).to.not.include('database_away')
  })

  it('a full spool acknowledges when late batches commit, and nothing is written twice', async function () {
    this.timeout(40_000)
    client.end(true)
    await broker.close()
    await openHere({ SPOOL_MAX_BYTES: '1048576', COPY_CONNECTIONS: '1' })
    const extra = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`s${n}`, 'x'.repeat(250)]))
    const large = (n: number, count: number) =>
      JSON.stringify(Array.from({ length: count }, (_, k) => ({ ...reading(n * 100 + k), speed: k, extra })))
    const { topic, ...other } = await broker.addDevice()
    const raw = await logInRaw(broker, other)
    await blocker.lock('telemetry')
    // Four messages of 251 KiB fill the spool so far that another 23 KiB find no room, over either connection.
    for (let n = 0; n < 4; n++) {
      raw.send(publishPacket(topic, n + 1, 1, large(n, 33)))
      await raw.next('puback', n + 1)
    }
    const published = client.publishAsync(device.topic, large(9, 3), { qos: 1 })
    await eventually('no further message is accepted', async () => {
      const text = await (await fetch(`http://127.0.0.1:${broker.statusPort}/readyz`)).text()
      return (
        /^not ready: .*the database is slow/.test(text) && (await broker.metric('batches_late_total')) === 2
      )
    })
    raw.send(publishPacket(topic, 5, 1, large(4, 33)))
    await blocker.letGo()
    await published
    await raw.next('puback', 5)
    await isEmpty()
    expect((await speeds()).length).to.equal(5 * 33 + 3)
    expect(await writtenTwice()).to.equal(0)
    expect(await broker.metric('database_away')).to.equal(0)
    raw.socket.destroy()
  })

  it('late dead letters are spooled with their message, and removed once they are stored', async () => {
    await blocker.lock('rejected_messages')
    await publish([reading(1), { speed: 'fast' }])
    expect(await spooled()).to.equal(1)
    expect(await speeds()).to.deep.equal([1])
    // Not sent, because that connection is still busy.
    await publish([reading(2), { speed: 'faster' }])
    expect(await spooled()).to.equal(2)
    await blocker.letGo()
    await isEmpty()
    const letters = await db.sql<{ payload: Buffer }[]>`select payload from rejected_messages order by id`
    expect(letters.map((it) => it.payload.toString())).to.deep.equal([
      '{"speed":"fast"}',
      '{"speed":"faster"}',
    ])
    expect(await speeds()).to.deep.equal([1, 2])
    expect(await broker.metric('messages_late_total')).to.equal(1)
    expect(await broker.metric('messages_drained_total')).to.equal(1)
    expect(alarms()).to.deep.equal(['database_slow'])
  })

  it('late dead letters whose backend is killed are stored from the spool', async () => {
    await blocker.lock('rejected_messages')
    await publish([reading(1), { speed: 'fast' }])
    await eventually(
      'the backend is killed',
      async () => (await blocker.kill('rejected_messages')) || undefined,
    )
    await eventually(
      'the batch is left to the drain',
      async () => (await broker.metric('messages_rewritten_total')) > 0,
    )
    await blocker.letGo()
    await isEmpty()
    const letters = await db.sql<{ payload: Buffer }[]>`select payload from rejected_messages`
    expect(letters.map((it) => it.payload.toString())).to.deep.equal(['{"speed":"fast"}'])
    expect(await speeds()).to.deep.equal([1])
  })

  it('a late message stays in the spool while its dead letters are refused', async () => {
    await db.sql`alter table rejected_messages rename to elsewhere`
    await blocker.insert(device.vehicleId, reading(1).time)
    await publish([reading(1), { speed: 'fast' }])
    await blocker.letGo()
    await eventually('the valid reading is stored', async () => (await speeds()).length === 1)
    await eventually(
      'the drain has the message',
      async () => (await broker.metric('messages_rewritten_total')) === 1,
    )
    expect(await spooled()).to.equal(1)
    await db.sql`alter table elsewhere rename to rejected_messages`
    await isEmpty()
    expect((await db.sql`select from rejected_messages`).length).to.equal(1)
    expect(await speeds()).to.deep.equal([1])
  })

  it('closing the broker does not wait for a late batch, which the next broker stores', async () => {
    await blocker.lock('telemetry')
    await publish(reading(1))
    client.end(true)
    // It fails if it takes longer than its deadline.
    await broker.close()
    await blocker.letGo()
    await openHere()
    await isEmpty()
    expect(await speeds()).to.deep.equal([1])
  })

  it('a late batch is stored once after a crash between its commit and its removal', async () => {
    await blocker.lock('telemetry')
    await publish([reading(1), { speed: 2 }])
    const crashed = `${dataDir}-crashed`
    cpSync(join(dataDir, 'spool'), join(crashed, 'spool'), { recursive: true })
    await blocker.letGo()
    await isEmpty()
    expect((await speeds()).length).to.equal(2)
    const next = await openTestBroker({ DATA_DIR: crashed }, db)
    expect(await next.metric('messages_spooled_total')).to.equal(0)
    await eventually(
      'the reading is drained',
      async () => (await next.metric('messages_drained_total')) === 1,
    )
    expect((await speeds()).length).to.equal(2)
    expect(await next.metric('readings_duplicate_total')).to.equal(2)
    await next.close()
    rmSync(crashed, { recursive: true })
  })
})
