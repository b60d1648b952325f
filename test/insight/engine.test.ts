import { expect } from 'chai'
import fc from 'fast-check'
import { createEngine, type Engine } from '../../insight/engine.ts'
import { BUCKET_MS, type Bucket } from '../../rules/buckets.ts'
import type { Journey } from '../../rules/journey.ts'
import { DEFAULT_PARAMETERS } from '../../rules/parameters.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { DEFAULT_SETTINGS } from '../../rules/settings.ts'
import { createSoleSession } from '../../insight/sole-session.ts'
import { connect, type Sql } from '../../sql/connect.ts'
import { evaluate } from '../rules/oracle.ts'
import { BEGIN_MS, traces } from '../rules/traces.ts'
import { eventually } from '../support/eventually.ts'
import { foldChanges } from '../../sql/maintain.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { addVehicle, storeReadings } from './stored-readings.ts'

const log = { info() {}, warn() {}, error: (fields: object) => failures.push(fields), debug() {} }
const failures: object[] = []
const RUNS = Number(process.env['INSIGHT_RUNS'] ?? 60)

describe('results of stored readings', function () {
  let db: TestDatabase
  /** one connection, as in the process */
  let sql: Sql
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
    await clear(db.sql)
  })

  /** The time is moved on with each use, so that no vehicle has to wait for its next replay. */
  async function openEngine(options: { stepRows?: number; failing?: number } = {}): Promise<Engine> {
    let ms = BEGIN_MS + 24 * 3_600_000
    const session = createSoleSession(sql)
    expect(await session.take()).to.equal(true)
    const engine = createEngine({
      inSnapshot: session.inSnapshot,
      log: log as never,
      settings: {
        forget() {},
        forgetAll() {},
        load: () =>
          Promise.resolve((vehicleId) => ({
            ruleAt: () => undefined,
            at() {
              if (vehicleId === options.failing) throw new Error('a fault of this test')
              return DEFAULT_SETTINGS
            },
          })),
      },
      stepRows: options.stepRows,
      nowMs: () => (ms += 20_000),
    })
    await engine.start()
    return engine
  }

  it('journeys and sums equal those of one pass in order, whatever the order, batches, duplicates and restarts', async function () {
    this.timeout(600_000)
    const steps = fc.array(fc.constantFrom('tick', 'tick', 'replay', 'restart', 'nothing'), {
      minLength: 30,
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(traces, fc.infiniteStream(fc.nat()), steps, async (trace, order, actions) => {
        await clear(db.sql)
        const vehicleId = await addVehicle(db.sql)
        const readings = distinct(trace)
        const batches = shuffle(readings, order)
        let engine = await openEngine()
        for (const [n, batch] of batches.entries()) {
          await storeReadings(db.sql, vehicleId, batch)
          const action = actions[n % actions.length]
          if (action === 'tick') await engine.tick()
          if (action === 'replay') await engine.replayDirty(0)
          if (action === 'restart') {
            engine = await openEngine()
          }
        }
        await settle(engine)
        expect(failures).to.deep.equal([])
        const expected = evaluate(readings, DEFAULT_PARAMETERS)
        expect(await readJourneys(db.sql, 'final')).to.deep.equal(expected.journeys.toSorted(byTime))
        const open = openAsOf(readings, await readAsOf(db.sql))
        expect(await readJourneys(db.sql, 'open')).to.deep.equal(open)
        expect(open.map(keyOf)).to.deep.equal(openAsOf(readings, Number.POSITIVE_INFINITY).map(keyOf))
        const buckets = await readBuckets(db.sql)
        expect(buckets).to.deep.equal(expected.buckets.slice(0, buckets.length))
        const missing = expected.buckets.slice(buckets.length)
        const lastMs = readings.at(-1)?.timeMs ?? 0
        expect(
          missing.filter(({ startMs }) => startMs + 4 * BUCKET_MS + DEFAULT_PARAMETERS.driftMaxMs < lastMs),
        ).to.deep.equal([])
      }),
      { numRuns: RUNS },
    )
  })

  it('a late reading is analysed from the newest state before it, up to a snapshot that it does not change', async () => {
    const vehicleId = await addVehicle(db.sql)
    const day = driveAndStop(BEGIN_MS, 10)
    await storeReadings(db.sql, vehicleId, day)
    let engine = await openEngine()
    await settle(engine)
    const before = await readJourneys(db.sql, 'final')
    // In the middle of the stop after the third trip.
    await storeReadings(db.sql, vehicleId, [
      { ...STANDING, timeMs: BEGIN_MS + 2 * HOUR_MS + 40 * 60_000 + 500 },
    ])
    engine = await openEngine()
    await engine.tick()
    expect(await engine.replayDirty(0)).to.be.within(1, (2 * HOUR_MS) / SPACING_MS)
    expect(engine.dirty.size).to.equal(0)
    expect(await readJourneys(db.sql, 'final')).to.deep.equal(before)
  })

  it('a late trip changes the stop around it, which keeps its identity and gets a revision', async () => {
    const vehicleId = await addVehicle(db.sql)
    await storeReadings(db.sql, vehicleId, driveAndStop(BEGIN_MS, 1))
    await storeReadings(db.sql, vehicleId, driveAndStop(BEGIN_MS + 2 * HOUR_MS, 2))
    const engine = await openEngine()
    await settle(engine)
    const kinds = () =>
      db.sql`select id, kind, revision from journeys order by from_time`.then((rows) =>
        rows.map((it) => ({ ...it })),
      )
    const [trip, stop, gap] = await kinds()
    expect([trip, stop, gap].map((it) => it?.['kind'])).to.deep.equal(['trip', 'stop', 'gap'])
    await storeReadings(db.sql, vehicleId, driveAndStop(BEGIN_MS + HOUR_MS, 1))
    await settle(engine)
    const after = await kinds()
    expect(after.map(({ kind }) => String(kind)).slice(0, 4)).to.deep.equal(['trip', 'stop', 'trip', 'stop'])
    expect(after[0]).to.deep.equal(trip)
    expect(after[1]).to.deep.equal({ ...stop, revision: 2 })
    expect(after.some(({ kind }) => kind === 'gap')).to.equal(false)
  })

  it('a vehicle with many readings is analysed in several transactions', async () => {
    const vehicleId = await addVehicle(db.sql)
    const readings = driveAndStop(BEGIN_MS, 3)
    await storeReadings(db.sql, vehicleId, readings)
    await db.sql`truncate telemetry_changes`
    await db.sql`select telemetry_changed(${vehicleId}, '-infinity')`
    const engine = await openEngine({ stepRows: 1 })
    await engine.tick()
    let steps = 0
    for (; engine.dirty.size > 0; steps++) await engine.replayDirty(0)
    expect(steps).to.be.greaterThan(1)
    const expected = evaluate(readings, DEFAULT_PARAMETERS)
    expect(await readJourneys(db.sql, 'final')).to.deep.equal(expected.journeys)
  })

  it('the results of a deleted vehicle are deleted', async () => {
    const vehicleId = await addVehicle(db.sql)
    await storeReadings(db.sql, vehicleId, driveAndStop(BEGIN_MS, 3))
    const engine = await openEngine()
    await settle(engine)
    await db.sql`delete from vehicles where id = ${vehicleId}`
    await settle(engine)
    for (const table of [
      'journeys',
      'vehicle_buckets',
      'vehicle_heads',
      'vehicle_snapshots',
      'vehicle_dirty',
    ])
      expect(await db.sql`select from ${db.sql(table)}`, table).to.have.length(0)
  })

  it('a vehicle that cannot be analysed is left alone, and the others go on', async () => {
    const [good, bad] = [await addVehicle(db.sql, 'good'), await addVehicle(db.sql, 'bad')]
    const engine = await openEngine({ failing: bad })
    await storeReadings(db.sql, bad, driveAndStop(BEGIN_MS, 1))
    await storeReadings(db.sql, good, driveAndStop(BEGIN_MS, 1))
    await engine.tick()
    await engine.replayDirty(10_000)
    const rows = await db.sql`select distinct vehicle_id from journeys`
    expect(rows.map((it) => Number(it['vehicle_id']))).to.deep.equal([good])
    expect(engine.dirty.failing).to.equal(1)
    expect(failures).to.not.have.length(0)
  })

  it('changes that pile up while nobody analyses become one row for each vehicle, and none is lost', async () => {
    const vehicleId = await addVehicle(db.sql)
    const readings = driveAndStop(BEGIN_MS, 2)
    for (let n = 0; n < readings.length; n += 100)
      await storeReadings(db.sql, vehicleId, readings.slice(n, n + 100))
    await sql`select pg_advisory_unlock_all()`
    await foldChanges({ sql: db.sql, log }, 8)
    expect(await db.sql`select from telemetry_changes`).to.have.length(8)
    await foldChanges({ sql: db.sql, log }, 7)
    expect(await db.sql`select from telemetry_changes`).to.have.length(0)
    expect(await db.sql`select from vehicle_dirty`).to.have.length(1)
    const engine = await openEngine()
    await storeReadings(db.sql, vehicleId, [{ ...STANDING, timeMs: BEGIN_MS + 2 * HOUR_MS }])
    await foldChanges({ sql: db.sql, log }, 0)
    expect(await db.sql`select from telemetry_changes`, 'while a process analyses').to.have.length(1)
    await settle(engine)
    expect(await readJourneys(db.sql, 'final')).to.deep.equal(evaluate(readings, DEFAULT_PARAMETERS).journeys)
  })

  it('only one process analyses', async () => {
    const session = createSoleSession(sql)
    await session.take()
    const other = connect({ url: db.url, max: 1, applicationName: 'standby' })
    expect(await createSoleSession(other).take()).to.equal(false)
    await other.end()
  })

  it('a transaction is refused after the connection that holds the lock was replaced', async () => {
    const session = createSoleSession(sql)
    await session.take()
    await db.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'insight'`
    await eventually('the connection is open again', () =>
      sql`select 1`.then(
        () => true,
        () => false,
      ),
    )
    const error = await session.inSnapshot(async () => {}).catch((it: unknown) => it)
    expect(error).to.have.property('code', 'lock_lost')
  })
})

const HOUR_MS = 3_600_000
const SPACING_MS = 10_000
const STANDING = { lat: 59.3, lon: 18, speed: 0, ignition: false } as const

/** In each hour 30 minutes of driving north, and 29 of standing with the ignition off. */
function driveAndStop(fromMs: number, hours: number): TimedReading[] {
  const readings: TimedReading[] = []
  for (let ms = 0; ms < hours * HOUR_MS; ms += SPACING_MS) {
    const inHour = ms % HOUR_MS
    const trips = Math.floor(ms / HOUR_MS)
    const drivenMs = (trips * HOUR_MS) / 2 + Math.min(inHour, HOUR_MS / 2)
    const isDriving = inHour < HOUR_MS / 2
    readings.push({
      timeMs: fromMs + ms,
      lat: 59.3 + ((drivenMs / 1000) * 15) / 111_320,
      lon: 18,
      speed: isDriving ? 54 : 0,
      ignition: isDriving,
    })
  }
  return readings
}

async function clear(sql: Sql): Promise<void> {
  await sql`
    truncate telemetry, telemetry_changes, journeys, events, vehicle_buckets, vehicle_heads, vehicle_snapshots, vehicle_dirty`
  await sql`delete from vehicles`
  await sql`truncate telemetry_changes`
}

async function settle(engine: Engine): Promise<void> {
  do {
    while (!(await engine.tick()).isComplete) continue
    await engine.replayDirty(60_000)
  } while (engine.dirty.size > 0)
}

/** One reading for each time: which of two came first is not a matter of time. */
function distinct(readings: readonly TimedReading[]): TimedReading[] {
  return readings.filter((it, n) => it.timeMs !== readings[n - 1]?.timeMs)
}

/** Batches of one to five readings, some of which come twice. */
function shuffle(readings: readonly TimedReading[], order: Iterable<number>): TimedReading[][] {
  const numbers = order[Symbol.iterator]()
  const next = (below: number) => Number(numbers.next().value) % below
  const left = [...readings]
  const batches: TimedReading[][] = []
  while (left.length > 0) {
    // Mostly in order, as from a device that sometimes sends its memory.
    const from = next(3) === 0 ? next(left.length) : 0
    const batch = left.splice(from, 1 + next(5))
    batches.push(next(4) === 0 ? [...batch, ...batch.slice(0, 1)] : batch)
    if (next(6) === 0) batches.push(batch)
  }
  return batches
}

async function readJourneys(sql: Sql, which: 'final' | 'open'): Promise<Partial<Journey>[]> {
  const rows = await sql<Record<string, number | null>[]>`
    select kind, (extract(epoch from from_time) * 1000)::bigint as "fromMs", (extract(epoch from to_time) * 1000)::bigint as "toMs",
      distance_mm as "distanceMm", odometer_mm as "odometerMm", moving_ms as "movingMs", idle_ms as "idleMs",
      speed_max as "speedMax", speed_avg as "speedAvg", fuel_ul as "fuelUl", judged_ms as "judgedMs",
      start_lat, start_lon, end_lat, end_lon
    from journeys where (final_time is null) = ${which === 'open'} order by from_time, kind`
  return rows.map(({ start_lat, start_lon, end_lat, end_lon, ...it }) => ({
    ...it,
    start: pointOf(start_lat, start_lon),
    end: pointOf(end_lat, end_lon),
  }))
}

const pointOf = (lat: number | null | undefined, lon: number | null | undefined) =>
  lat == null || lon == null ? null : { lat, lon }

const keyOf = ({ kind, fromMs }: Journey) => `${kind} ${fromMs}`
const byTime = (a: Journey, b: Journey) => a.fromMs - b.fromMs || (a.kind < b.kind ? -1 : 1)

/** An open journey as it was after the readings up to a time: its sums are not written with each reading. */
function openAsOf(readings: readonly TimedReading[], ms: number): Journey[] {
  const until = readings.filter(({ timeMs }) => timeMs <= ms)
  const { openJourney } = evaluate(until, DEFAULT_PARAMETERS)
  return openJourney ? [openJourney] : []
}

async function readAsOf(sql: Sql): Promise<number> {
  const [row] = await sql<{ ms: number }[]>`
    select (extract(epoch from as_of) * 1000)::bigint as ms from journeys where final_time is null`
  return row?.ms ?? Number.POSITIVE_INFINITY
}

async function readBuckets(sql: Sql): Promise<Bucket[]> {
  return sql<Bucket[]>`
    select (extract(epoch from start_time) * 1000)::bigint as "startMs", distance_mm as "distanceMm", moving_ms as "movingMs",
      idle_ms as "idleMs", engine_ms as "engineMs", fuel_ul as "fuelUl", speed_sum as "speedSum",
      speed_readings as "speedReadings", speed_max as "speedMax", readings, judged_ms as "judgedMs"
    from vehicle_buckets order by start_time`.then((rows) => rows.map((it) => ({ ...it })))
}
