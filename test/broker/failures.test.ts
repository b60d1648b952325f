import { expect } from 'chai'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { collect, logIn } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'

describe('failures of the database', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  const speeds = async (vehicleId: number) => {
    const rows = await broker.db.sql<{ speed: number }[]>`
      select speed from telemetry where vehicle_id = ${vehicleId} order by time`
    return rows.map((row) => row.speed)
  }
  const reading = (n: number) => ({ time: 1_767_225_600_000 + n, speed: n })

  it('a batch whose backend is killed during the COPY is stored once, and nobody is disconnected', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    // The last reading of the batch meets an uncommitted one: the COPY has written the others and waits.
    const session = await broker.db.sql.reserve()
    await session`begin`
    await session`
      insert into telemetry (vehicle_id, time, received_at)
      values (${device.vehicleId}, to_timestamp(${reading(9).time / 1000}), now())`
    const readings = Array.from({ length: 10 }, (_, n) => reading(n))
    const published = client.publishAsync(device.topic, JSON.stringify(readings), { qos: 1 })
    const pid = await eventually('the COPY waits', async () => {
      // Not in the same session: its transaction keeps seeing its first snapshot of pg_stat_activity.
      const [row] = await broker.db.sql<{ pid: number }[]>`
        select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and query like 'copy telemetry%'`
      return row?.pid
    })
    await session`select pg_terminate_backend(${pid})`
    await eventually('the batch is retried', () => broker.log.find((line) => line['event'] === 'batch_retry'))
    await session`rollback`
    session.release()
    await published
    expect(await speeds(device.vehicleId)).to.deep.equal(readings.map((it) => it.speed))
    expect(client.connected).to.equal(true)
    await client.endAsync()
  })

  it('only the row that the database refuses becomes a dead letter, wherever it is in its batch', async () => {
    await broker.db.sql`alter table telemetry add constraint unlucky check (speed <> 13)`
    const devices = await Promise.all(Array.from({ length: 8 }, () => broker.addDevice()))
    const clients = await Promise.all(devices.map((device) => logIn(broker, device)))
    const notices = clients.map((client) => collect(client))
    await Promise.all(
      clients.map((client, n) => client.subscribeAsync(`fleet/${devices[n]?.vehicle}/rejected`)),
    )
    const readings = Array.from({ length: 20 }, (_, n) => reading(n))
    await Promise.all(
      clients.map((client, n) => {
        const { topic } = devices[n] ?? { topic: '' }
        // The first client sends an array, the others single readings; all of them are in the same batches.
        if (n === 0) return client.publishAsync(topic, JSON.stringify(readings), { qos: 1 })
        return Promise.all(readings.map((it) => client.publishAsync(topic, JSON.stringify(it), { qos: 1 })))
      }),
    )
    for (const [n, device] of devices.entries()) {
      expect(await speeds(device.vehicleId)).to.deep.equal(
        readings.map((it) => it.speed).filter((it) => it !== 13),
      )
      const letters = await broker.db.sql<{ code: string; reading_index: number | null; payload: Buffer }[]>`
        select code, reading_index, payload from rejected_messages where vehicle_id = ${device.vehicleId}`
      expect(letters.map((it) => [it.code, it.reading_index, it.payload.toString()])).to.deep.equal([
        ['storage_refused', n === 0 ? 13 : null, JSON.stringify(reading(13))],
      ])
      await eventually('the notice', () => notices[n]?.length === 1)
      expect(JSON.stringify(notices[n]?.[0]?.payload)).to.include('unlucky')
    }
    await broker.db.sql`alter table telemetry drop constraint unlucky`
    for (const client of clients) await client.endAsync()
  })

  it('a refused row and a duplicate in the same batch are distinguished', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    await client.publishAsync(device.topic, JSON.stringify(reading(1)), { qos: 1 })
    await broker.db.sql`alter table telemetry add constraint unlucky check (speed <> 13)`
    const duplicates = await broker.metric('readings_duplicate_total')
    const mixed = [reading(0), reading(1), reading(13), reading(2)]
    await client.publishAsync(device.topic, JSON.stringify(mixed), { qos: 1 })
    expect(await speeds(device.vehicleId)).to.deep.equal([0, 1, 2])
    expect(await broker.metric('readings_duplicate_total')).to.equal(duplicates + 1)
    await broker.db.sql`alter table telemetry drop constraint unlucky`
    await client.endAsync()
  })

  it('messages are spooled and acknowledged while the table is missing, and later stored once', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    await broker.db.sql`alter table telemetry rename to elsewhere`
    await client.publishAsync(device.topic, JSON.stringify(reading(1)), { qos: 1 })
    expect(await broker.metric('spool_messages')).to.equal(1)
    await broker.db.sql`alter table elsewhere rename to telemetry`
    await eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
    expect(await speeds(device.vehicleId)).to.deep.equal([1])
    await client.endAsync()
  })

  it('dead letters that cannot be stored are spooled, and later stored once', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    const notices = collect(client)
    await client.subscribeAsync(`fleet/${device.vehicle}/rejected`)
    await broker.db.sql`alter table rejected_messages rename to elsewhere`
    await client.publishAsync(device.topic, JSON.stringify([reading(1), { speed: 'fast' }]), { qos: 1 })
    await eventually('the notice', () => notices.length === 1)
    expect(await speeds(device.vehicleId)).to.deep.equal([1])
    await broker.db.sql`alter table elsewhere rename to rejected_messages`
    await eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
    const letters = await broker.db.sql<{ payload: Buffer; reading_index: number }[]>`
      select payload, reading_index from rejected_messages where vehicle_id = ${device.vehicleId}`
    expect(letters.map((it) => [it.payload.toString(), it.reading_index])).to.deep.equal([
      ['{"speed":"fast"}', 1],
    ])
    expect(await speeds(device.vehicleId)).to.deep.equal([1])
    expect(notices.length).to.equal(1)
    await client.endAsync()
  })
})
