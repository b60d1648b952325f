import { expect } from 'chai'
import { INTAKE_PATHS } from '../../contract/intake.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy } from '../support/proxy.ts'

describe('limits of dead letters per device', () => {
  let db: TestDatabase
  let broker: TestBroker
  beforeEach(async () => {
    db = await openTestDatabase()
  })
  afterEach(async () => {
    await broker.close()
    await db.drop()
  })

  const open = async (settings: Record<string, string>) => (broker = await openTestBroker(settings, db))
  const letters = async (deviceKey: string) =>
    db.sql<{ problems: { code: string }[]; bytes: number }[]>`
      select problems, octet_length(payload) as bytes from rejected_messages
      where device_id = (select id from devices where key = ${deviceKey}) order by id`

  it('dead letters beyond the rate are counted, and the last one kept notes that', async () => {
    await open({ DEVICE_REJECTED_PER_S: '1' })
    const device = await broker.addDevice()
    const other = await broker.addDevice({ vehicleId: device.vehicleId })
    const client = await logIn(broker, device)
    // These 54 KB would be 18,000 rows.
    for (let n = 0; n < 180; n++)
      await client.publishAsync(device.topic, `[${Array(100).fill('{}').join(',')}]`, { qos: 1 })
    const kept = await letters(device.clientId)
    expect(kept.length).to.be.within(1000, 1100)
    const last = kept.filter(({ problems }) => problems.at(-1)?.code === 'not_kept')
    expect(last.length).to.be.within(1, 100)
    expect(await broker.metric('dead_letters_dropped_total')).to.equal(18_000 - kept.length)
    expect(await broker.metric('readings_rejected_total')).to.equal(18_000)

    const neighbour = await logIn(broker, other)
    await neighbour.publishAsync(other.topic, 'x', { qos: 1 })
    expect(await letters(other.clientId)).to.have.length(1)
    await Promise.all([client.endAsync(), neighbour.endAsync()])
  })

  it('dead letters are limited by bytes', async () => {
    await open({ DEVICE_REJECTED_BYTES_PER_S: '10' })
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    for (let n = 0; n < 20; n++) await client.publishAsync(device.topic, 'x'.repeat(1000), { qos: 1 })
    expect((await letters(device.clientId)).length).to.be.within(7, 9)
    await client.endAsync()
  })

  it('dead letters over HTTP are limited, and the replies still name the problems', async () => {
    await open({ DEVICE_REJECTED_BYTES_PER_S: '10' })
    const device = await broker.addDevice()
    for (let n = 0; n < 12; n++) {
      const response = await fetch(`http://127.0.0.1:${broker.statusPort}${INTAKE_PATHS.telemetry}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${device.token}` },
        body: 'x'.repeat(1000 + n),
      })
      const { refused, rejected } = (await response.json()) as { refused: number; rejected: object[] }
      expect([response.status, refused, rejected.length]).to.deep.equal([200, 1, 1])
    }
    await expectLastToSaySo(device, 12)
  })

  it('dead letters are limited while the spool drains', async () => {
    const proxy = await openProxy(Number(new URL(db.url).port))
    try {
      await open({
        DATABASE_URL: proxy.urlOf(db.url),
        COMMIT_TIMEOUT_MS: '200',
        DEVICE_REJECTED_BYTES_PER_S: '10',
      })
      const device = await broker.addDevice()
      const client = await logIn(broker, device)
      await proxy.refuse()
      for (let n = 0; n < 30; n++)
        await client.publishAsync(device.topic, `[${reading(n)},"${'x'.repeat(1000 + n)}"]`, { qos: 1 })
      await proxy.forward()
      await eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
      await expectLastToSaySo(device)
      const stored = await db.sql`select from telemetry where vehicle_id = ${device.vehicleId}`
      expect(stored).to.have.length(30)
      await client.endAsync()
    } finally {
      await proxy.forward()
      await proxy.close()
    }
  })

  it('valid readings in messages beyond the limit are stored, and the device is still notified', async () => {
    await open({ DEVICE_REJECTED_BYTES_PER_S: '10' })
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    const notices = collect(client)
    await client.subscribeAsync(`fleet/${device.vehicle}/rejected`, { qos: 1 })
    for (let n = 0; n < 30; n++)
      await client.publishAsync(device.topic, `[{"bad":"${'x'.repeat(1000)}"},${reading(n)}]`, { qos: 1 })
    const stored = await db.sql`select from telemetry where vehicle_id = ${device.vehicleId}`
    expect(stored).to.have.length(30)
    await eventually('30 notices have arrived', () => notices.length === 30)
    await expectLastToSaySo(device, 30)
    await client.endAsync()
  })

  /**
   * @param sent the number of dead letters without a limit; unchecked by default, because the spool may decode messages
   *   twice
   */
  async function expectLastToSaySo(device: TestDevice, sent?: number): Promise<void> {
    const kept = await letters(device.clientId)
    expect(kept.length).to.be.within(5, 9)
    const says = kept.map(({ problems }) => problems.at(-1)?.code === 'not_kept')
    expect(says).to.include(true)
    if (sent === undefined) return
    expect(says.at(-1)).to.equal(true)
    expect(await broker.metric('dead_letters_dropped_total')).to.equal(sent - kept.length)
  }

  const reading = (n: number) => `{"time":${1_767_225_600_000 + n},"speed":1}`

  it('dead letters are unlimited with both settings 0', async () => {
    await open({ DEVICE_REJECTED_PER_S: '0', DEVICE_REJECTED_BYTES_PER_S: '0' })
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    for (let n = 0; n < 15; n++)
      await client.publishAsync(device.topic, `[${Array(100).fill('{}').join(',')}]`, { qos: 1 })
    expect(await letters(device.clientId)).to.have.length(1500)
    await client.endAsync()
  })
})
