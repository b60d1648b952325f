import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { VALUE_COLUMNS } from '../../broker/live/field-bits.ts'
import { writeMissing, writePositions, writeValues } from '../../broker/live/newest-queries.ts'
import { READING_FIELDS } from '../../contract/telemetry.ts'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openDashboard, type Dashboard } from '../support/dashboard.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { failureOf } from '../support/failure.ts'

describe('the newest value of each field', () => {
  let db: TestDatabase
  let broker: TestBroker
  let dashboard: Dashboard
  const clients: MqttClient[] = []
  let nowMs: number
  const minutesAgo = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString()
  before(async () => {
    nowMs = Math.floor(Date.now() / 1000) * 1000
    db = await openTestDatabase()
    broker = await openTestBroker({ LIVE_INTERVAL_MS: '100' }, db)
    dashboard = await openDashboard(broker)
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.endAsync(true)
  })
  after(async () => {
    await dashboard.client.endAsync(true)
    await broker.close()
    await db.drop()
  })

  async function drive(at = broker) {
    const device = await broker.addDevice()
    const client = await logIn(at, device)
    clients.push(client)
    return {
      ...device,
      send: (readings: object) => client.publishAsync(device.topic, JSON.stringify(readings), { qos: 1 }),
    }
  }
  /** `{speed: [80, '2026-…Z']}` */
  async function latestOf({ vehicleId }: { vehicleId: number }): Promise<Record<string, [unknown, string]>> {
    const rows = await db.sql<{ field: string; value: unknown; time: Date }[]>`
      select field, value, time from latest where vehicle_id = ${vehicleId} order by field`
    return Object.fromEntries(rows.map(({ field, value, time }) => [field, [value, time.toISOString()]]))
  }
  const untilLatest = (vehicle: { vehicleId: number }, expected: Record<string, [unknown, string]>) =>
    eventually(`the newest values are ${JSON.stringify(expected)}`, async () => {
      const latest = await latestOf(vehicle)
      return Object.entries(expected).every(
        ([name, it]) => JSON.stringify(latest[name]) === JSON.stringify(it),
      )
    })
  const rowsOf = async ({ vehicleId }: { vehicleId: number }) => {
    const rows = await db.sql<{ field: string }[]>`
      select field from latest_values where vehicle_id = ${vehicleId} order by field`
    return rows.map(({ field }) => field)
  }

  it('newest values come from readings with and without a position, each with its own time', async () => {
    const one = await drive()
    await one.send([
      { time: minutesAgo(5), lat: 1, lon: 2, speed: 80, fuel_level: 50, extra: { door: 'open', load: 7 } },
      { time: minutesAgo(4), speed: 0, ignition: false, extra: { door: 'shut' } },
      { time: minutesAgo(3), lat: 1, lon: 3, rpm: 900 },
    ])
    await untilLatest(one, {
      lat: [1, minutesAgo(3)],
      lon: [3, minutesAgo(3)],
      speed: [0, minutesAgo(4)],
      ignition: [false, minutesAgo(4)],
      fuel_level: [50, minutesAgo(5)],
      rpm: [900, minutesAgo(3)],
      'extra.door': ['shut', minutesAgo(4)],
      'extra.load': [7, minutesAgo(5)],
    })
  })

  it('a newest value is never replaced by an older one, and late readings count where they are newer', async () => {
    const one = await drive()
    await one.send({ time: minutesAgo(3), lat: 1, lon: 1, speed: 10 })
    await untilLatest(one, { speed: [10, minutesAgo(3)] })
    await one.send([
      { time: minutesAgo(5), lat: 9, lon: 9, speed: 99, rpm: 500, status: 'sos' },
      { time: minutesAgo(4), rpm: 600 },
    ])
    await untilLatest(one, { rpm: [600, minutesAgo(4)], status: ['sos', minutesAgo(5)] })
    expect(await latestOf(one)).to.deep.include({ lat: [1, minutesAgo(3)], speed: [10, minutesAgo(3)] })
  })

  it('a tracker that sends whole readings has no rows besides that of its position', async () => {
    const one = await drive()
    const whole = { speed: 1, rpm: 2, ignition: true, status: 'ok', extra: { door: 1 } }
    for (let n = 10; n > 0; n--) await one.send({ time: minutesAgo(n), lat: 1, lon: n, ...whole })
    await untilLatest(one, { lon: [1, minutesAgo(1)], rpm: [2, minutesAgo(1)] })
    expect(await rowsOf(one)).to.deep.equal([])
  })

  it('a newest value is kept when a newest position has other fields, even if another broker writes it', async () => {
    const one = await drive()
    await one.send({ time: minutesAgo(5), lat: 1, lon: 1, fuel_level: 40, extra: { door: 1, load: 2 } })
    await untilLatest(one, { fuel_level: [40, minutesAgo(5)] })
    await db.sql`
      insert into telemetry (vehicle_id, time, received_at, lat, lon, speed, extra)
      values (${one.vehicleId}, ${minutesAgo(4)}, now(), 2, 2, 30, '{"load": 3}')`
    await writePositions(db.sql, [{ vehicleId: one.vehicleId, timeUs: Date.parse(minutesAgo(4)) * 1000 }])
    expect(await latestOf(one)).to.deep.equal({
      lat: [2, minutesAgo(4)],
      lon: [2, minutesAgo(4)],
      speed: [30, minutesAgo(4)],
      fuel_level: [40, minutesAgo(5)],
      'extra.door': [1, minutesAgo(5)],
      'extra.load': [3, minutesAgo(4)],
    })
    expect(await rowsOf(one)).to.deep.equal(['extra.door', 'fuel_level'])
  })

  it('a newest value comes from a position that another broker has meanwhile replaced', async () => {
    const one = await drive()
    await db.sql`
      insert into telemetry (vehicle_id, time, received_at, lat, lon, rpm) values
        (${one.vehicleId}, ${minutesAgo(4)}, now(), 2, 2, null), (${one.vehicleId}, ${minutesAgo(5)}, now(), 1, 1, 700)`
    for (const minutes of [4, 5])
      await writePositions(db.sql, [
        { vehicleId: one.vehicleId, timeUs: Date.parse(minutesAgo(minutes)) * 1000 },
      ])
    expect(await latestOf(one)).to.deep.include({ lat: [2, minutesAgo(4)], rpm: [700, minutesAgo(5)] })
  })

  it('of several readings of one instant, the last one stored has the newest value', async () => {
    const one = await drive()
    await one.send({ time: minutesAgo(1), status: 'sos' })
    await one.send({ time: minutesAgo(1), status: 'ok' })
    await one.send({ time: minutesAgo(1), status: 'sos' })
    await untilLatest(one, { status: ['ok', minutesAgo(1)] })
  })

  it('newest values of 64 names in extra are kept besides those of the newest position', async () => {
    const one = await drive()
    for (let n = 0; n < 3; n++) {
      const extra = Object.fromEntries(Array.from({ length: 32 }, (_, name) => [`name ${n} ${name}`, n]))
      await one.send({ time: minutesAgo(5 - n), extra })
    }
    await untilLatest(one, { 'extra.name 2 31': [2, minutesAgo(3)] })
    const names = Object.keys(await latestOf(one))
    expect(names).to.have.length(64)
    expect(names.filter((it) => it.startsWith('extra.name 0'))).to.deep.equal([])
  })

  it('no names of extra beyond the limit are written if the oldest cannot be deleted', async () => {
    const other = await openTestDatabase()
    const { sql } = other
    const [vehicle] = await sql<{ id: number }[]>`insert into vehicles (key) values ('v') returning id`
    const vehicleId = vehicle?.id ?? 0
    await sql`
      insert into telemetry (vehicle_id, time, received_at, extra)
      values (${vehicleId}, ${minutesAgo(5)}, now(), '{"door": 1}')`
    const fields = 1 << READING_FIELDS.indexOf('extra')
    const write = () =>
      writeValues(sql, [{ vehicleId, timeUs: Date.parse(minutesAgo(5)) * 1000, nth: 0, fields }])
    await sql`alter function trim_latest_extras rename to trim_away`
    expect(await failureOf(write())).to.have.property('code', '42883')
    expect(await failureOf(writeMissing(sql))).to.have.property('code', '42883')
    expect(await sql`select from latest_values`).to.have.length(0)
    await sql`alter function trim_away rename to trim_latest_extras`
    await write()
    expect(await sql`select from latest_values`).to.have.length(1)
    await other.drop()
  })

  it('newest values are deleted with their vehicle', async () => {
    const one = await drive()
    await one.send({ time: minutesAgo(1), status: 'ok' })
    await untilLatest(one, { status: ['ok', minutesAgo(1)] })
    await db.sql`delete from vehicles where id = ${one.vehicleId}`
    expect(await rowsOf(one)).to.deep.equal([])
  })

  it('newest values that a killed broker had not written are written by the next one', async () => {
    const one = await drive()
    await db.sql`
      insert into telemetry (vehicle_id, time, received_at, lat, lon, speed, status) values
        (${one.vehicleId}, ${minutesAgo(5)}, now(), 1, 1, 80, null),
        (${one.vehicleId}, ${minutesAgo(4)}, now(), 2, 2, null, null),
        (${one.vehicleId}, ${minutesAgo(3)}, now(), null, null, null, 'sos'),
        (${one.vehicleId}, ${minutesAgo(61)}, now(), null, null, 7, 'before')`
    await writePositions(db.sql, [{ vehicleId: one.vehicleId, timeUs: Date.parse(minutesAgo(5)) * 1000 }])
    await writeMissing(db.sql)
    expect(await latestOf(one)).to.deep.equal({
      lat: [2, minutesAgo(4)],
      lon: [2, minutesAgo(4)],
      speed: [80, minutesAgo(5)],
      status: ['sos', minutesAgo(3)],
    })
  })

  it('every field of a reading has a column and a place in the view of newest values', async () => {
    const one = await drive()
    const whole = Object.fromEntries(VALUE_COLUMNS.map((it) => [it, 1]))
    const values = { ...whole, ignition: true, status: 'ok', extra: { door: 1 } }
    const names = [...READING_FIELDS.filter((it) => it !== 'seq' && it !== 'extra'), 'extra.door']
    await one.send({ time: minutesAgo(3), lat: 1, lon: 1, ...values })
    await untilLatest(one, { 'extra.door': [1, minutesAgo(3)] })
    expect(Object.keys(await latestOf(one))).to.have.members(names)
    expect(await rowsOf(one)).to.deep.equal([])
    await one.send({ time: minutesAgo(2), lat: 2, lon: 2 })
    await untilLatest(one, { lat: [2, minutesAgo(2)] })
    expect(Object.keys(await latestOf(one))).to.have.members(names)
    await one.send({ time: minutesAgo(1), ...values })
    await untilLatest(
      one,
      Object.fromEntries(VALUE_COLUMNS.slice(0, 8).map((it) => [it, [1, minutesAgo(1)]])),
    )
    expect(await latestOf(one)).to.deep.include({ 'extra.door': [1, minutesAgo(1)], lat: [2, minutesAgo(2)] })
  })

  it('a status without a position begins an alert, and another one ends it', async () => {
    const one = await drive()
    await one.send({ time: minutesAgo(3), lat: 1, lon: 1, speed: 0 })
    await dashboard.see(one.vehicleId, { state: 'stopped' })
    await one.send({ time: minutesAgo(2), status: 'sos' })
    await dashboard.see(one.vehicleId, { state: 'alert', lat: 1 })
    await one.send({ time: minutesAgo(1), status: 'ok' })
    await eventually('no alert', () => dashboard.recordsOf(one.vehicleId).at(-1)?.state === 'stopped')
  })

  it('a reading without a position can stop a vehicle', async () => {
    const one = await drive()
    await one.send({ time: minutesAgo(6), lat: 1, lon: 1, speed: 80 })
    await dashboard.see(one.vehicleId, { state: 'moving' })
    await one.send({ time: minutesAgo(1), speed: 0, ignition: false })
    await dashboard.see(one.vehicleId, { state: 'stopped', speed: 0 })
  })

  it('a value that is two days old gives no current state, although the device is connected', async () => {
    const one = await drive()
    await one.send({ time: minutesAgo(2880), lat: 1, lon: 1, speed: 80, heading: 90 })
    const seen = await dashboard.see(one.vehicleId)
    expect(seen).to.include({ state: 'stale', lastState: 'moving', isStale: true })
    expect(seen).to.include({ speed: undefined, heading: undefined })
    expect(seen.lastStateMs).to.be.within(
      Date.parse(minutesAgo(2880)) - 3_600_000,
      Date.parse(minutesAgo(2880)),
    )
  })

  it('a vehicle becomes stale in the feed in time, and its values are known after a restart', async () => {
    const other = await openTestBroker({ LIVE_INTERVAL_MS: '100', STALE_AFTER_S: '2' }, db)
    const feed = await openDashboard(other)
    const one = await drive(other)
    await one.send({ lat: 1, lon: 1, speed: 80 })
    await feed.see(one.vehicleId, { state: 'moving' })
    await one.send({ status: 'sos' })
    await feed.see(one.vehicleId, { state: 'alert' })
    await feed.see(one.vehicleId, { state: 'stale', lastState: 'alert' })
    await feed.client.endAsync(true)
    await other.close()

    const restarted = await openTestBroker({ LIVE_INTERVAL_MS: '100' }, db)
    const again = await openDashboard(restarted)
    clients.push(await logIn(restarted, one))
    await again.see(one.vehicleId, { state: 'alert' })
    await again.client.endAsync(true)
    await restarted.close()
  })

  it('the feed begins an epoch when a vehicle without a position becomes stale or goes offline', async () => {
    const other = await openTestBroker({ LIVE_INTERVAL_MS: '100', STALE_AFTER_S: '5' }, db)
    const feed = await openDashboard(other)
    const one = await drive(other)
    const another = async (what: string, change?: () => Promise<unknown>) => {
      const epochs = new Set(feed.frames.map(({ epoch }) => epoch))
      await change?.()
      await eventually(what, () => feed.frames.some(({ epoch }) => !epochs.has(epoch)), 15_000)
    }
    await eventually('a frame', () => feed.frames[0])
    await another('moving', () => one.send({ speed: 80 }))
    await another('stale')
    await another('offline', () => clients.at(-1)?.endAsync() ?? Promise.resolve())
    expect(feed.recordsOf(one.vehicleId)).to.deep.equal([])
    await feed.client.endAsync(true)
    await other.close()
  })
})
