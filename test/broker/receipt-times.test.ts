import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { INTAKE_PATHS } from '../../contract/intake.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

const ROUNDS = 100

describe('readings without a time', () => {
  let db: TestDatabase
  let brokers: TestBroker[]
  const clients: MqttClient[] = []
  before(async () => {
    db = await openTestDatabase()
    brokers = [await openTestBroker({}, db), await openTestBroker({}, db)]
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.endAsync(true)
  })
  after(async () => {
    for (const broker of brokers) await broker.close()
    await db.drop()
  })

  async function connect(at: number, vehicleId?: number) {
    const broker = brokers[at]
    if (broker === undefined) throw new Error('no such broker')
    const device = await broker.addDevice(vehicleId === undefined ? {} : { vehicleId })
    const client = await logIn(broker, device)
    clients.push(client)
    return { ...device, send: (payload: string) => client.publishAsync(device.topic, payload, { qos: 1 }) }
  }

  const statsOf = async (vehicleId: number) => {
    const [row] = await db.sql<{ rows: number; instants: number; aheadMs: number }[]>`
      select count(*)::int as rows, count(distinct time)::int as instants,
        max(extract(epoch from time - stored.received_at) * 1000)::float8 as "aheadMs"
      from telemetry as stored where vehicle_id = ${vehicleId}`
    return row
  }

  it('readings of two devices at two brokers each get a different instant', async () => {
    const first = await connect(0)
    const second = await connect(1, first.vehicleId)
    for (let n = 0; n < ROUNDS; n++)
      await Promise.all([first.send('{"speed":0}'), second.send('{"speed":0}')])
    expect(await statsOf(first.vehicleId)).to.include({ rows: 2 * ROUNDS, instants: 2 * ROUNDS })
  })

  it('readings that one device posts to two brokers at the same time each get a different instant', async () => {
    const device = (await brokers[0]?.addDevice()) as TestDevice
    const post = async ({ statusPort }: TestBroker) => {
      const response = await fetch(`http://127.0.0.1:${statusPort}${INTAKE_PATHS.telemetry}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${device.token}` },
        body: '[{"speed":0},{"speed":0}]',
      })
      expect(await response.json()).to.include({ stored: 2, duplicates: 0 })
    }
    for (let n = 0; n < ROUNDS / 2; n++) await Promise.all(brokers.map(post))
    expect(await statsOf(device.vehicleId)).to.include({ rows: 2 * ROUNDS, instants: 2 * ROUNDS })
  })

  it('a message of 1000 readings gets distinct instants within 32 ms of its receipt', async () => {
    const device = await connect(0)
    await device.send(`[${Array<string>(1000).fill('{"speed":0}').join(',')}]`)
    await device.send('{"speed":0}')
    const stats = await statsOf(device.vehicleId)
    expect(stats).to.include({ rows: 1001, instants: 1001 })
    expect(stats?.aheadMs).to.be.within(31.9, 32)
  })

  it('a flood of readings with times does not delay the receipt times of others', async () => {
    const device = await connect(0)
    const timed = (n: number) =>
      JSON.stringify(
        Array.from({ length: 1000 }, (_, i) => ({ time: Date.UTC(2026, 0, 1) + n * 1000 + i, speed: 0 })),
      )
    const sent = Array.from({ length: 40 }, (_, n) => timed(n))
    await Promise.all(sent.map((payload) => device.send(payload)))
    await device.send('{"rpm":1}')
    const nowMs = Date.now()
    const [row] = await db.sql<{ ms: number }[]>`
      select (extract(epoch from time) * 1000)::float8 as ms from telemetry where vehicle_id = ${device.vehicleId} and rpm = 1`
    expect(row?.ms).to.be.at.most(nowMs + 2)
  })
})
