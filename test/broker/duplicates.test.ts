import { expect } from 'chai'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn, logInRaw } from '../support/clients.ts'

describe('duplicates of readings', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  const at = (second: number, speed: number) => ({ time: `2026-01-01T00:00:${10 + second}Z`, speed })
  const speeds = async (vehicleId: number) => {
    const rows = await broker.db.sql<{ speed: number }[]>`
      select speed from telemetry where vehicle_id = ${vehicleId} order by time, nth`
    return rows.map((row) => row.speed)
  }

  it('a reading resent with DUP is acknowledged and stored once', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    const packet = {
      cmd: 'publish',
      topic: device.topic,
      payload: JSON.stringify(at(1, 1)),
      retain: false,
    } as const
    for (const qos of [1, 2] as const) {
      client.send({ ...packet, qos, messageId: 1, dup: false }, { ...packet, qos, messageId: 1, dup: true })
    }
    await client.next('puback', 2)
    await client.next('pubrec', 2)
    expect(await speeds(device.vehicleId)).to.deep.equal([1])
    client.socket.destroy()
  })

  it('a reading repeated in one message is stored once', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    const duplicates = await broker.metric('readings_duplicate_total')
    const readings = [at(1, 1), at(1, 1), at(2, 3), at(1, 1)]
    await client.publishAsync(device.topic, JSON.stringify(readings), { qos: 1 })
    expect(await speeds(device.vehicleId)).to.deep.equal([1, 3])
    expect(await broker.metric('readings_duplicate_total')).to.equal(duplicates + 2)
    await client.endAsync()
  })

  it('a reading in two batches is stored once, and so are its neighbours', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    await client.publishAsync(device.topic, JSON.stringify(at(1, 1)), { qos: 1 })
    await client.publishAsync(device.topic, JSON.stringify([at(0, 0), at(1, 1), at(2, 2)]), { qos: 1 })
    expect(await speeds(device.vehicleId)).to.deep.equal([0, 1, 2])
    await client.endAsync()
  })

  it('a reading sent on two connections at the same time is stored once', async () => {
    const first = await broker.addDevice()
    const second = await broker.addDevice({ vehicleId: first.vehicleId })
    const clients = await Promise.all([first, second].map((device) => logIn(broker, device)))
    const readings = Array.from({ length: 40 }, (_, n) => at(n, n))
    await Promise.all(
      readings.flatMap((reading) =>
        clients.map((client) => client.publishAsync(first.topic, JSON.stringify(reading), { qos: 1 })),
      ),
    )
    expect(await speeds(first.vehicleId)).to.deep.equal(readings.map((it) => it.speed))
    for (const client of clients) await client.endAsync()
  })

  it('readings without a time are all stored, each at the time of its receipt', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    const five = JSON.stringify(Array.from({ length: 5 }, (_, n) => ({ speed: n })))
    await Promise.all(Array.from({ length: 20 }, () => client.publishAsync(device.topic, five, { qos: 1 })))
    expect((await speeds(device.vehicleId)).length).to.equal(100)
    await client.endAsync()
  })
})
