import { expect } from 'chai'
import { migrate } from '../../sql/migrate.ts'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy, type Proxy } from '../support/proxy.ts'

const START_MS = 1_767_225_600_000

describe('newest positions', () => {
  let db: TestDatabase
  let proxy: Proxy
  let broker: TestBroker

  before(async () => {
    db = await openTestDatabase()
    proxy = await openProxy(Number(new URL(db.url).port))
    const DATABASE_URL = proxy.urlOf(db.url)
    broker = await openTestBroker({ DATABASE_URL, COMMIT_TIMEOUT_MS: '200' }, db)
  })
  after(async () => {
    await broker.close()
    await proxy.close()
    await db.drop()
  })

  async function drive() {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    return {
      ...device,
      publish: (payload: object) => client.publishAsync(device.topic, JSON.stringify(payload), { qos: 1 }),
    }
  }
  const at = (n: number, more: object = { lat: n, lon: -n }) => ({ time: START_MS + n * 1000, ...more })
  const latOf = async (vehicleId: number) => {
    const [row] = await db.sql<{ lat: number }[]>`select lat from positions where vehicle_id = ${vehicleId}`
    return row?.lat
  }
  const arrive = ({ vehicleId }: { vehicleId: number }, lat: number) =>
    eventually(`the position ${lat}`, async () => (await latOf(vehicleId)) === lat)

  it('newest positions follow committed readings, and are never replaced by older ones', async () => {
    const [one, two] = [await drive(), await drive()]
    await one.publish([
      at(1),
      at(3, { lat: 3, lon: -3, speed: 30, altitude: 5, ignition: true, status: 'sos' }),
      at(2),
    ])
    await two.publish(at(7))
    await arrive(one, 3)
    const [row] = await db.sql`
      select time, speed, altitude, heading, ignition, status, devices.key from positions
      join devices on devices.id = device_id where positions.vehicle_id = ${one.vehicleId}`
    expect(row).to.deep.equal({
      time: new Date(START_MS + 3000),
      speed: 30,
      altitude: 5,
      heading: null,
      ignition: true,
      status: 'sos',
      key: one.clientId,
    })
    await one.publish(at(2.5))
    await one.publish(at(4, { speed: 1 }))
    await two.publish(at(8))
    // The position of `two` is written in the same statement or later.
    await arrive(two, 8)
    expect(await latOf(one.vehicleId)).to.equal(3)
    await one.publish(at(5))
    await arrive(one, 5)
  })

  it('the last stored of several readings of one instant is the newest position', async () => {
    const one = await drive()
    await one.publish(at(1, { lat: 50, lon: 0 }))
    await eventually('the first position', async () => (await latOf(one.vehicleId)) === 50)
    await one.publish(at(1, { lat: 51, lon: 0 }))
    await eventually('the second position', async () => (await latOf(one.vehicleId)) === 51)
    const two = await drive()
    // Equal to the first reading: a duplicate, which changes nothing.
    await one.publish(at(1, { lat: 50, lon: 0 }))
    await one.publish({ time: START_MS + 1000, speed: 3 })
    await two.publish(at(7))
    await arrive(two, 7)
    expect(await latOf(one.vehicleId)).to.equal(51)
  })

  it('newest positions also follow readings from the spool', async () => {
    const one = await drive()
    await one.publish(at(1))
    await arrive(one, 1)
    await proxy.refuse()
    await one.publish(at(2))
    expect(await broker.metric('spool_messages')).to.equal(1)
    await proxy.forward()
    await arrive(one, 2)
  })

  it('a deleted vehicle loses its position, and does not delay others', async () => {
    const [one, two] = [await drive(), await drive()]
    await one.publish(at(1))
    await arrive(one, 1)
    await one.publish(at(2))
    await db.sql`delete from vehicles where id = ${one.vehicleId}`
    await two.publish(at(7))
    await arrive(two, 7)
    expect(await latOf(one.vehicleId)).to.equal(undefined)
  })

  it('a position waits for the deletion of its vehicle, and is then dropped', async () => {
    const [one, two] = [await drive(), await drive()]
    await db.sql.begin(async (tx) => {
      // Only the lock of a deletion. A real one also removes the device from the vehicle, and the batch itself would wait for that.
      await tx`select from vehicles where id = ${one.vehicleId} for update`
      await Promise.all([one.publish(at(1)), two.publish(at(7))])
      await eventually('the write of the positions waits for a lock', async () => {
        const waiting = await db.sql`
          select from pg_stat_activity
          where wait_event_type = 'Lock' and query like '%into positions%' and datname = current_database()`
        return waiting.length === 1
      })
      await tx`delete from vehicles where id = ${one.vehicleId}`
    })
    await arrive(two, 7)
    expect(await latOf(one.vehicleId)).to.equal(undefined)
    expect(broker.log.map((it) => it['event'])).to.not.include('positions_not_written')
  })

  it('all positions are written before the broker closes, including those not yet due', async () => {
    const other = await openTestBroker({}, db)
    const devices = await Promise.all(Array.from({ length: 10 }, () => other.addDevice()))
    for (const device of devices) {
      const client = await logIn(other, device)
      await client.publishAsync(device.topic, JSON.stringify(at(9)), { qos: 1 })
    }
    expect(
      new Set(devices.map(({ vehicleId }) => vehicleId % 10)).size,
      'shares of the periodic write that have a vehicle',
    ).to.equal(10)
    await other.close()
    for (const { vehicleId } of devices) expect(await latOf(vehicleId), `vehicle ${vehicleId}`).to.equal(9)
  })
})

describe('the query plan for newest positions', () => {
  it('readings are found by index in a partition analyzed as empty', async () => {
    const db = await openTestDatabase({ migrated: false })
    await migrate(db.sql, { flavour: 'plain' })
    // The state in which a nightly vacuumdb leaves the partitions of the next days.
    await db.sql`vacuum (analyze) telemetry`
    const broker = await openTestBroker({}, db)
    try {
      // One statement for each device, enough for the server to keep its plan.
      const devices = await Promise.all(Array.from({ length: 10 }, () => broker.addDevice()))
      const lats = async () => db.sql`select lat from positions`
      for (const lat of [1, 2]) {
        for (const device of devices) {
          const client = await logIn(broker, device)
          await client.publishAsync(device.topic, JSON.stringify({ lat, lon: 0 }), { qos: 1 })
          await client.endAsync()
        }
        await eventually(`all ten newest positions have latitude ${lat}`, async () => {
          const rows = await lats()
          return rows.length === devices.length && rows.every((row) => row['lat'] === lat)
        })
      }
    } finally {
      // The connections report what they read when they end.
      await broker.close()
    }
    const [scans] = await db.sql`
      select sum(seq_tup_read)::int as "rowsReadInAll", sum(idx_tup_fetch)::int as "rowsFound"
      from pg_stat_user_tables where relname like 'telemetry\\_%'`
    await db.drop()
    expect(scans).to.deep.equal({ rowsReadInAll: 0, rowsFound: 20 })
  })
})
