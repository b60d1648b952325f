import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { openProxy, type Proxy } from '../../support/proxy.ts'
import { openSession, speedsOf } from '../../support/qos2.ts'

const READING = '{"speed":1}'

describe('sessions of a device that changes brokers', () => {
  let db: TestDatabase
  let proxy: Proxy
  let dataDir: string
  let settings: Record<string, string>
  let first: TestBroker
  let second: TestBroker
  let device: TestDevice
  beforeEach(async () => {
    db = await openTestDatabase()
    proxy = await openProxy(Number(new URL(db.url).port))
    dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-two-brokers-'))
    const url = proxy.urlOf(db.url)
    settings = { DATABASE_URL: url, DATA_DIR: dataDir }
    first = await openTestBroker(settings, db)
    second = await openTestBroker({}, db)
    device = await first.addDevice()
  })
  afterEach(async () => {
    await proxy.forward()
    await first.close()
    await second.close()
    await proxy.close()
    await db.drop()
    rmSync(dataDir, { recursive: true })
  })

  /** Exchanges PUBLISH and PUBREC, without a PUBREL. Resolves with the session present flag. */
  async function begin(
    broker: TestBroker,
    options: { clean?: boolean; dup?: boolean } = {},
  ): Promise<boolean> {
    const client = await openSession(broker, device, options)
    client.publish(1, READING, { dup: options.dup ?? false })
    await client.next('pubrec')
    await client.die()
    return client.sessionPresent
  }

  it('a session ends at the first broker, as its CONNACK reports, with its unreleased messages', async () => {
    const present: boolean[] = []
    for (const broker of [first, first, second, first, second, second]) present.push(await begin(broker))
    expect(present).to.deep.equal([false, true, false, false, false, true])
    expect(await speedsOf(first, device), 'copies within a session only').to.deep.equal([1, 1, 1, 1])
  })

  it('a clean session at the second broker also ends the session at the first', async () => {
    await begin(first)
    await begin(second, { clean: true })
    expect(await begin(first)).to.equal(false)
    expect(await speedsOf(first, device)).to.deep.equal([1, 1, 1])
  })

  it('a message from before the change is a new one, even after the first broker restarts', async () => {
    await begin(first)
    await begin(second)
    await first.close()
    first = await openTestBroker(settings, db)
    await begin(first, { dup: true })
    expect(await speedsOf(first, device)).to.deep.equal([1, 1, 1])
  })

  it('sessions of the only broker continue while the database hangs, after at most one wait', async () => {
    await begin(first)
    proxy.freeze()
    const startMs = performance.now()
    expect(await begin(first)).to.equal(true)
    const waitMs = performance.now() - startMs
    const beforeMs = performance.now()
    const clients = []
    for (let n = 0; n < 20; n++) clients.push(await openSession(first, device))
    expect(clients.map(({ sessionPresent }) => sessionPresent)).not.to.include(false)
    expect(performance.now() - beforeMs, 'time of twenty sessions, ms').to.be.below(10 * waitMs)
    await proxy.forward()
    expect(await speedsOf(first, device)).to.deep.equal([1])
    for (const client of clients) await client.die()
  })
})
