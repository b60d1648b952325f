import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { openProxy, type Proxy } from '../../support/proxy.ts'
import { openSession, speedsOf, type QosClient } from '../../support/qos2.ts'

const READING = '{"speed":1}'

describe('QoS 2 messages unreleased at a restart of the broker', () => {
  let db: TestDatabase
  let proxy: Proxy
  let dataDir: string
  let settings: Record<string, string>
  let broker: TestBroker
  let device: TestDevice

  beforeEach(async () => {
    db = await openTestDatabase()
    proxy = await openProxy(Number(new URL(db.url).port))
    dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-qos2-'))
    const url = proxy.urlOf(db.url)
    settings = { DATABASE_URL: url, DATA_DIR: dataDir }
    broker = await openTestBroker(settings, db)
    device = await broker.addDevice()
  })
  afterEach(async () => {
    await broker.close()
    await proxy.close()
    await db.drop()
    rmSync(dataDir, { recursive: true })
  })

  const journal = () => join(dataDir, 'qos2-receipts.log')

  async function restart(): Promise<void> {
    await broker.close()
    broker = await openTestBroker(settings, db)
  }

  /** Exchanges PUBLISH and PUBREC, without a PUBREL. */
  async function begin(payload = READING): Promise<QosClient> {
    const client = await openSession(broker, device)
    client.publish(1, payload)
    await client.next('pubrec')
    return client
  }

  async function send(payload: string, { dup = true } = {}): Promise<void> {
    const client = await openSession(broker, device)
    expect(client.sessionPresent).to.equal(false)
    client.publish(1, payload, { dup })
    await client.next('pubrec')
    client.release(1)
    await client.next('pubcomp')
    await client.die()
  }

  const letters = () => db.sql`select from rejected_messages`.then((it) => it.length)

  for (const payload of [
    READING,
    '[{"speed":1},{"speed":2}]',
    '[{"time":1767225600000,"speed":1},{"speed":2}]',
  ]) {
    it(`a message resent after the restart is stored once: ${payload}`, async () => {
      await begin(payload)
      const before = await speedsOf(broker, device)
      await restart()
      await send(payload)
      expect(await speedsOf(broker, device)).to.deep.equal(before)
    })
  }

  it('a resent message keeps the time of its first receipt', async () => {
    const untilMs = (await begin(), Date.now())
    await restart()
    await send(READING)
    const [row] = await db.sql<{ at: Date }[]>`select time as at from telemetry`
    expect(Number(row?.at)).to.be.at.most(untilMs)
  })

  it('a message rejected before the restart has one dead letter', async () => {
    for (const payload of ['no JSON', '{"speed":-1}', '{"time":1767225600000,"speed":-1}']) {
      await begin(payload)
      await restart()
      const before = await letters()
      await send(payload)
      expect(await letters(), payload).to.equal(before)
    }
  })

  it('a message with DUP 0, other bytes or after a clean session is a new one', async () => {
    await begin()
    await restart()
    await send(READING, { dup: false })
    expect(await speedsOf(broker, device)).to.deep.equal([1, 1])
    await begin()
    await restart()
    await send('{"speed":2}')
    expect(await speedsOf(broker, device)).to.deep.equal([1, 1, 1, 2])
    await begin()
    await restart()
    await (await openSession(broker, device, { clean: true })).die()
    await send(READING)
    expect(await speedsOf(broker, device)).to.deep.equal([1, 1, 1, 2, 1, 1])
  })

  it('a PUBREL after the restart frees the identifier for the same bytes', async () => {
    await begin()
    await restart()
    const client = await openSession(broker, device)
    client.release(1)
    await client.next('pubcomp')
    await restart()
    await send(READING)
    expect(await speedsOf(broker, device)).to.deep.equal([1, 1])
  })

  it('a message spooled while the database is away is stored once when it is resent', async () => {
    await begin()
    await proxy.refuse()
    const client = await openSession(broker, device)
    client.publish(2, '{"speed":2}')
    await client.next('pubrec')
    expect(await broker.metric('spool_messages')).to.equal(1)
    await broker.close()
    await proxy.forward()
    broker = await openTestBroker(settings, db)
    const again = await openSession(broker, device)
    again.publish(1, READING, { dup: true })
    again.publish(2, '{"speed":2}', { dup: true })
    await again.next('pubrec', 2)
    await eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
    expect(await speedsOf(broker, device)).to.deep.equal([1, 2])
  })

  it('a message whose readings all have times, or of a clean session, writes no receipt', async () => {
    const client = await openSession(broker, device)
    client.publish(1, '[{"time":1767225600000,"speed":1},{"time":1767225600001,"speed":1}]')
    await client.next('pubrec')
    const clean = await openSession(broker, device, { clean: true })
    clean.publish(1, READING)
    await clean.next('pubrec')
    expect(statSync(journal()).size).to.equal(0)
    await begin()
    expect(readFileSync(journal(), 'utf8').trim().split('\n').length).to.equal(1)
  })
})
