import { expect } from 'chai'
import { addDeliveries } from '../../insight/deliveries.ts'
import { createEngine, type Engine } from '../../insight/engine.ts'
import { createSettingsSource } from '../../insight/settings/settings.ts'
import { createSoleSession } from '../../insight/sole-session.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { connect, type Sql } from '../../sql/connect.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { addVehicle, storeReadings } from './stored-readings.ts'

const BEGIN_MS = Date.UTC(2026, 10, 20, 8)
const log = { info() {}, warn() {}, debug() {}, error: (fields: object) => failures.push(fields) }
const failures: object[] = []

/** Readings ten seconds apart, from a second of the test on. */
function speeds(fromS: number, ...kmh: number[]): TimedReading[] {
  return kmh.map((speed, n) => ({
    timeMs: BEGIN_MS + (fromS + n * 10) * 1000,
    lat: 59.3 + (fromS / 10 + n) * 0.001,
    lon: 18,
    speed,
  }))
}

describe('events of rules', () => {
  let db: TestDatabase
  let sql: Sql
  let vehicleId: number
  let engine: Engine
  before(async () => {
    db = await openTestDatabase()
    sql = connect({ url: db.url, max: 1, applicationName: 'insight' })
  })
  after(async () => {
    await sql.end()
    await db.drop()
  })
  beforeEach(async () => {
    failures.length = 0
    await db.sql`
      truncate telemetry, telemetry_changes, journeys, events, vehicle_buckets, vehicle_heads, vehicle_snapshots,
        vehicle_dirty, deliveries cascade`
    await db.sql`delete from vehicles`
    await db.sql`delete from rules`
    await db.sql`delete from channels`
    await db.sql`truncate telemetry_changes`
    vehicleId = await addVehicle(db.sql)
    await db.sql`insert into channels (key, kind, config) values ('dispatch', 'mqtt', '{}')`
    engine = await openEngine()
  })
  afterEach(() => expect(failures).to.deep.equal([]))

  async function openEngine(): Promise<Engine> {
    const session = createSoleSession(sql)
    await session.take()
    let ms = Date.now()
    const { inSnapshot } = session
    const nowMs = () => (ms += 20_000)
    const settings = createSettingsSource()
    const opened = createEngine({ inSnapshot, log: log as never, settings, onEvents: addDeliveries, nowMs })
    await opened.start()
    return opened
  }
  async function settle(): Promise<void> {
    do {
      while (!(await engine.tick()).isComplete) continue
      await engine.replayDirty(60_000)
    } while (engine.dirty.size > 0)
  }
  /** An overspeed rule above 90 km/h, valid from a second of the test on. */
  async function addRule(fromS = -3600): Promise<void> {
    const params = {
      limit: 90,
      tolerance: 5,
      geofences: 'ignored',
      for_s: 10,
      min_readings: 2,
      clear_s: 10,
      gap_s: 300,
    }
    await db.sql`
      with rule as (
        insert into rules (key, kind, params, scope, severity, notify, for_fleet)
        values ('fast', 'overspeed', ${db.sql.json(params)}, '{"all": true}', 'warning', '{dispatch}', true) returning *
      )
      insert into rule_versions (rule_id, valid_from, kind, params, scope, severity, notify, enabled)
      select id, ${new Date(BEGIN_MS + fromS * 1000)}, kind, params, scope, severity, notify, enabled from rule`
    await db.sql`select settings_changed(${[vehicleId]}::bigint[], ${new Date(BEGIN_MS + fromS * 1000)})`
  }
  const seconds = (column: string) =>
    db.sql.unsafe(`extract(epoch from ${column} - '2026-11-20T08:00:00Z')::integer`)
  async function events(): Promise<string[]> {
    const rows = await db.sql<
      { id: number; from: number; to: number | null; retracted: boolean; revision: number }[]
    >`
      select ${seconds('started_at')} as "from", ${seconds('ended_at')} as "to", retracted, revision from events order by started_at`
    return rows.map(
      (it) => `${it.from} to ${it.to ?? 'open'}${it.retracted ? ' retracted' : ''} revision ${it.revision}`,
    )
  }
  async function told(): Promise<string[]> {
    const rows = await db.sql<{ reason: string }[]>`select reason from deliveries order by seq`
    return rows.map(({ reason }) => reason)
  }

  it('an event opens, ends, and is told once each, whatever restarts come between', async () => {
    await addRule()
    await storeReadings(db.sql, vehicleId, speeds(0, 80, 100, 120))
    await settle()
    expect(await events()).to.deep.equal(['10 to open revision 1'])
    engine = await openEngine()
    await storeReadings(db.sql, vehicleId, speeds(30, 110, 80, 80, 80))
    await settle()
    expect(await events()).to.deep.equal(['10 to 30 revision 1'])
    expect(await told()).to.deep.equal(['raised', 'ended'])
    const [delivery] = await db.sql<
      { payload: Record<string, unknown> }[]
    >`select payload from deliveries where reason = 'ended'`
    expect(delivery?.payload).to.include({ vehicle: 'van', rule: 'fast', kind: 'overspeed', state: 'ended' })
    expect(delivery?.payload).to.include({ value: 120, limit: 90, unit: 'km/h' })
  })

  it('a late reading adds an event that nobody knew of', async () => {
    await addRule()
    await storeReadings(db.sql, vehicleId, [...speeds(0, 80), ...speeds(60, 80, 80)])
    await settle()
    expect(await events()).to.deep.equal([])
    await storeReadings(db.sql, vehicleId, speeds(10, 100, 101, 102, 80))
    await settle()
    expect(await events()).to.deep.equal(['10 to 30 revision 1'])
    expect(await told()).to.deep.equal(['raised', 'ended'])
  })

  it('a late reading that moves the beginning of an event keeps its identity', async () => {
    await addRule()
    await storeReadings(db.sql, vehicleId, [...speeds(0, 80), ...speeds(20, 100, 101, 80, 80)])
    await settle()
    const ids = () => db.sql`select id from events`.then((rows) => rows.map((it) => Number(it['id'])))
    const before = await ids()
    await storeReadings(db.sql, vehicleId, speeds(10, 99))
    await settle()
    expect(await ids()).to.deep.equal(before)
    expect(await events()).to.deep.equal(['10 to 30 revision 2'])
    expect(await told()).to.deep.equal(['raised', 'ended'])
  })

  it('an event that a late reading refutes is retracted and told, and is found again if that reading goes', async () => {
    await addRule()
    await storeReadings(db.sql, vehicleId, [...speeds(0, 80, 100), ...speeds(30, 100, 80, 80, 80)])
    await settle()
    expect(await events()).to.deep.equal(['10 to 30 revision 1'])
    await storeReadings(db.sql, vehicleId, speeds(20, 50))
    await settle()
    expect(await events()).to.deep.equal(['10 to 30 retracted revision 2'])
    expect(await told()).to.deep.equal(['raised', 'ended', 'retracted'])
    await db.sql`delete from telemetry where speed = 50`
    await db.sql`select telemetry_changed(${vehicleId}, ${new Date(BEGIN_MS)})`
    await settle()
    expect(await events()).to.deep.equal(['10 to 30 revision 3'])
  })

  it('a rule judges readings from its beginning on, whenever it was saved', async () => {
    await storeReadings(db.sql, vehicleId, speeds(0, 100, 100, 100, 80, 80, 80, 100, 100, 100, 80, 80, 80))
    await settle()
    await addRule(50)
    await settle()
    expect(await events()).to.deep.equal(['60 to 80 revision 1'])
  })

  it('two events of one rule in one millisecond are one, and stop nobody', async () => {
    const at = BEGIN_MS
    await db.sql`
      with rule as (
        insert into rules (key, kind, params, scope, severity, notify, for_fleet)
        values ('status', 'device_status', '{"statuses": ["sos", "panic"], "cool_down_s": 600}', '{"all": true}', 'critical', '{}', true)
        returning *
      )
      insert into rule_versions (rule_id, valid_from, kind, params, scope, severity, notify, enabled)
      select id, '-infinity', kind, params, scope, severity, notify, enabled from rule`
    const statuses = ['sos', 'panic'].map((status, n) => ({ time: new Date(at + n).toISOString(), status }))
    await db.sql`
      insert into telemetry (vehicle_id, time, received_at, status)
      select ${vehicleId}, ${statuses[0]?.time ?? ''}::timestamptz + n * interval '1 microsecond', now(), status
      from (values (0, 'sos'), (1, 'panic')) as it (n, status)`
    await db.sql`select telemetry_changed(${vehicleId}, ${new Date(at)}, ${new Date(at + 1)})`
    await settle()
    const rows = await db.sql`select details ->> 'label' as label from events`
    expect(rows.map((it) => String(it['label']))).to.deep.equal(['panic'])
  })

  it('results that the database refuses stop only their vehicle', async () => {
    await addRule()
    const other = await addVehicle(db.sql, 'other')
    await db.sql`alter table events add constraint unlucky check (vehicle_id <> ${db.sql.unsafe(String(other))})`
    try {
      await storeReadings(db.sql, other, speeds(0, 80, 100, 120))
      await storeReadings(db.sql, vehicleId, speeds(0, 80, 100, 120))
      await engine.tick()
      await engine.replayDirty(10_000)
      expect(await events()).to.deep.equal(['10 to open revision 1'])
      expect(engine.dirty.failing).to.equal(1)
    } finally {
      await db.sql`alter table events drop constraint unlucky`
    }
    failures.length = 0
  })

  it("a user's rule reaches that user's channels only", async () => {
    const [user] = await db.sql<{ id: number }[]>`
      insert into users (email, password_hash, role) values ('a@example.org', 'x', 'user') returning id`
    await db.sql`update vehicles set created_by = ${user?.id ?? 0}`
    await db.sql`update vehicle_versions set owner_id = ${user?.id ?? 0}`
    await addRule()
    await db.sql`update rules set for_fleet = false, owner_id = ${user?.id ?? 0}`
    await db.sql`insert into channels (key, kind, config, created_by) values ('own', 'mqtt', '{}', ${user?.id ?? 0})`
    await db.sql`update rule_versions set notify = '{dispatch,own}'`
    await storeReadings(db.sql, vehicleId, speeds(0, 80, 100, 120))
    await settle()
    const rows = await db.sql`select channels.key from deliveries join channels on channels.id = channel_id`
    expect(rows.map((it) => String(it['key']))).to.deep.equal(['own'])
    await db.sql`delete from users where email = 'a@example.org'`
  })
})
