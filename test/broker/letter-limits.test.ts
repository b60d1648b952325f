import { expect } from 'chai'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

describe('dead letters of one device', () => {
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

  it('are bounded by number: those beyond are counted, and the last that is kept says so', async () => {
    await open({ DEVICE_REJECTED_PER_S: '1' })
    const [device, other] = [await broker.addDevice(), await broker.addDevice()]
    const client = await logIn(broker, device)
    // 54 KB that would be 18,000 rows.
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

  it('are bounded by bytes', async () => {
    await open({ DEVICE_REJECTED_BYTES_PER_S: '10' })
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    for (let n = 0; n < 20; n++) await client.publishAsync(device.topic, 'x'.repeat(1000), { qos: 1 })
    expect((await letters(device.clientId)).length).to.be.within(7, 9)
    await client.endAsync()
  })

  it('have no bound with both settings 0', async () => {
    await open({ DEVICE_REJECTED_PER_S: '0', DEVICE_REJECTED_BYTES_PER_S: '0' })
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    for (let n = 0; n < 15; n++)
      await client.publishAsync(device.topic, `[${Array(100).fill('{}').join(',')}]`, { qos: 1 })
    expect(await letters(device.clientId)).to.have.length(1500)
    await client.endAsync()
  })
})
