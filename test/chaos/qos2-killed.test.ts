import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeClaims } from '../../contract/claims.ts'
import { createJwt } from '../../kit/jwt.ts'
import { secret, type TestDevice } from '../support/broker.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { lockTelemetry, openSession, speedsOf, type QosClient } from '../support/qos2.ts'
import { openChaosBroker, type ChaosBroker } from './support/broker.ts'

const READING = '{"speed":1}'

describe('a broker killed during QoS 2', function () {
  this.timeout(60_000)
  let db: TestDatabase
  let directory: string
  let broker: ChaosBroker
  let device: TestDevice
  before(async () => {
    db = await openTestDatabase()
    directory = mkdtempSync(join(tmpdir(), 'fleetwire-qos2-'))
    const dataDir = join(directory, 'data')
    mkdirSync(dataDir)
    const env = { DATABASE_URL: db.url, JWT_SECRET: secret, DATA_DIR: dataDir, COMMIT_TIMEOUT_MS: '5000' }
    broker = await openChaosBroker({ env, logFile: join(directory, 'broker.log') })
    await broker.start()
  })
  beforeEach(async () => {
    device = await addDevice()
  })
  after(async () => {
    await broker?.close()
    await db?.drop()
    rmSync(directory, { recursive: true, force: true })
  })

  async function addDevice(): Promise<TestDevice> {
    const key = randomUUID()
    const [row] = await db.sql<{ id: number }[]>`insert into vehicles (key) values (${key}) returning id`
    const vehicleId = row?.id ?? 0
    await db.sql`insert into devices (key, vehicle_id) values (${key}, ${vehicleId})`
    const nowS = Math.floor(Date.now() / 1000)
    const jti = randomUUID()
    const claims = makeClaims({ sub: key, role: 'device', aud: 'mqtt', jti, nowS, lifetimeS: 600 })
    const token = createJwt(secret).sign(claims)
    return { clientId: key, token, vehicle: key, vehicleId, topic: `fleet/${key}/telemetry` }
  }

  const stored = () => speedsOf({ db }, device)

  async function killAndStart(): Promise<QosClient> {
    await broker.kill()
    await broker.start()
    const client = await openSession(broker, device)
    expect(client.sessionPresent).to.equal(false)
    return client
  }

  /** Expects a new message with the same identifier and bytes to be stored. */
  async function expectFree(client: QosClient): Promise<void> {
    const before = (await stored()).length
    client.publish(1, READING, { dup: true })
    await eventually('the new message is stored', async () => (await stored()).length === before + 1)
    await client.die()
  }

  it('a PUBLISH unread at the kill is stored when it is resent', async () => {
    await (await openSession(broker, device)).die()
    const client = await killAndStart()
    client.publish(1, READING, { dup: true })
    await client.next('pubrec')
    expect(await stored()).to.deep.equal([1])
    await client.die()
  })

  it('a PUBLISH held at the kill is stored once, with the time of its first receipt', async () => {
    const client = await openSession(broker, device)
    const lock = await lockTelemetry({ db })
    client.publish(1, READING)
    await lock.untilCopyWaits()
    const untilMs = Date.now()
    await broker.kill()
    await lock.unlock()
    await broker.start()
    const again = await openSession(broker, device)
    again.publish(1, READING, { dup: true })
    await again.next('pubrec')
    expect(await stored()).to.deep.equal([1])
    const rows = await db.sql<
      { time: Date }[]
    >`select time from telemetry where vehicle_id = ${device.vehicleId}`
    expect(Number(rows[0]?.time)).to.be.at.most(untilMs)
    await again.die()
  })

  it('a message whose PUBREC is lost with the kill is stored once', async () => {
    const client = await openSession(broker, device)
    client.publish(1, READING)
    await client.next('pubrec')
    const again = await killAndStart()
    again.publish(1, READING, { dup: true })
    await again.next('pubrec')
    expect(await stored()).to.deep.equal([1])
    again.release(1)
    await again.next('pubcomp')
    await expectFree(again)
  })

  it('a PUBREL after the kill is answered, and the next message is stored', async () => {
    const client = await openSession(broker, device)
    client.publish(1, READING)
    await client.next('pubrec')
    const again = await killAndStart()
    again.release(1)
    await again.next('pubcomp')
    expect(await stored()).to.deep.equal([1])
    await expectFree(again)
  })

  for (const step of ['PUBCOMP is lost', 'PUBCOMP arrived'])
    it(`the next message after a PUBREL, whose ${step} before the kill, is stored`, async () => {
      const client = await openSession(broker, device)
      client.publish(1, READING)
      await client.next('pubrec')
      client.release(1)
      await client.next('pubcomp')
      const again = await killAndStart()
      if (step === 'PUBCOMP is lost') {
        again.release(1)
        await again.next('pubcomp')
      }
      expect(await stored()).to.deep.equal([1])
      await expectFree(again)
    })

  it('the next reading of a tracker that lost its session is stored', async () => {
    const client = await openSession(broker, device)
    client.publish(1, READING)
    await client.next('pubrec')
    const again = await killAndStart()
    again.publish(1, READING)
    await again.next('pubrec')
    expect(await stored()).to.deep.equal([1, 1])
    await again.die()
  })
})
