import { expect } from 'chai'
import { RowBuffer } from '../../../broker/ingest/row-buffer.ts'
import { storeThroughStaging } from '../../../broker/ingest/staging.ts'
import { createStore } from '../../../broker/ingest/store.ts'
import { createTimeLimit } from '../../../broker/ingest/time-limit.ts'
import { codeOf } from '../../../kit/errors.ts'
import { createLog } from '../../../kit/log.ts'
import { connect, type Pool } from '../../../sql/connect.ts'
import { LOOK_UP_SETTINGS } from '../../../sql/look-up-settings.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { failureOf } from '../../support/failure.ts'

const TIME_US = 1_767_225_600_000_000
const SPAN = { fromUs: TIME_US, toUs: TIME_US }
const log = createLog('test', 'fatal')

describe('staged rows', () => {
  let db: TestDatabase
  const pools: Pool[] = []
  before(async () => {
    db = await openTestDatabase()
  })
  after(async () => {
    for (const pool of pools) await pool.end({ timeout: 1 })
    await db.drop()
  })

  let lastVehicleId = 0
  function open(): Pool {
    const pool = connect({ url: db.url, max: 1, applicationName: 'test', settings: LOOK_UP_SETTINGS })
    pools.push(pool)
    return pool
  }
  function rowsOf(vehicleId: number, speeds: number[], timeUs = TIME_US): RowBuffer {
    const rows = new RowBuffer(1000)
    for (const speed of speeds) rows.write(vehicleId, 1, timeUs, TIME_US, { speed })
    return rows
  }
  const speedsOf = async (vehicleId: number) => {
    const rows = await db.sql<{ nth: number; speed: number }[]>`
      select nth, speed from telemetry where vehicle_id = ${vehicleId} order by time, nth`
    return rows.map(({ nth, speed }) => [nth, speed])
  }
  const stage = (sql: Pool, rows: RowBuffer) => storeThroughStaging(sql, rows.copyData(0, rows.count), SPAN)
  const finish = (store: ReturnType<typeof createStore>, rows: RowBuffer) => {
    const limit = createTimeLimit(() => {}, new AbortController().signal)
    limit.start(10_000)
    return store.finish(rows, undefined, limit, undefined).finally(() => limit.stop())
  }

  it('rows are reported as stored or already known, with their place among the readings of their instant', async () => {
    const sql = open()
    const vehicleId = ++lastVehicleId
    await stage(sql, rowsOf(vehicleId, [7, 8]))
    const { stored, known } = await stage(sql, rowsOf(vehicleId, [9, 8, 9, 10, 7]))
    expect([...stored]).to.have.deep.members([
      [0, 2],
      [3, 3],
    ])
    expect([...known]).to.have.deep.members([
      [1, 1],
      [4, 0],
    ])
  })

  it('rows keep their order after a rolled back transaction', async () => {
    const sql = open()
    for (let round = 0; round < 10; round++) {
      const vehicleId = ++lastVehicleId
      await stage(sql, rowsOf(vehicleId, [7]))
      const rolledBack = sql.begin(async (tx) => {
        await tx`
          insert into staging (vehicle_id, time, received_at, extra)
          select 1, now(), now(), jsonb_build_object('a', repeat('x', n % 900)) from generate_series(1, 1500) as n`
        await tx`select from staging`
        await tx`select 1 / 0`
      })
      expect(await failureOf(rolledBack)).to.have.property('code', '22012')
      const speeds = Array.from({ length: 300 }, (_, n) => n / 4)
      await stage(sql, rowsOf(vehicleId, speeds, TIME_US + 1))
      const stored = await speedsOf(vehicleId)
      expect(stored.slice(1)).to.deep.equal(speeds.map((speed, nth) => [nth, speed]))
    }
  })

  it('equal rows share one place, or one refusal', async () => {
    const store = createStore({ sql: open(), log })
    const vehicleId = ++lastVehicleId
    const speeds = Array.from({ length: 999 }, (_, n) => n / 10)
    await finish(store, rowsOf(vehicleId, speeds))
    const result = await finish(store, rowsOf(vehicleId, [200, 201, 201, 200]))
    expect('refused' in result && [...result.refused.keys()]).to.deep.equal([1, 2])
    expect(result).to.deep.include({
      duplicates: new Set([3]),
      nths: new Map([
        [0, 999],
        [3, 999],
      ]),
    })
  })

  it('rows whose place another transaction took first get the next place, or are already known', async () => {
    const vehicleId = ++lastVehicleId
    const [slow, fast] = [open(), open()]
    await db.sql`select`
    const holder = await db.sql.reserve()
    await holder`begin`
    await holder`
      insert into telemetry (vehicle_id, time, received_at, speed)
      values (${vehicleId}, ${new Date(TIME_US / 1000)}, now(), 5)`
    const results = [stage(slow, rowsOf(vehicleId, [5, 6])), stage(fast, rowsOf(vehicleId, [6, 5, 4]))]
    await eventually('both transactions wait for the row', async () => {
      const [row] = await db.sql<{ count: number }[]>`
        select count(*) from pg_locks where not granted and locktype = 'transactionid'`
      return row?.count === 2
    })
    await holder`commit`
    holder.release()
    await Promise.all(results)
    const stored = await speedsOf(vehicleId)
    expect(stored.map(([nth]) => nth)).to.deep.equal([0, 1, 2])
    expect(stored[0]).to.deep.equal([0, 5])
    expect(stored.map(([, speed]) => speed)).to.have.members([4, 5, 6])
  })

  it('rows that keep losing their places are retried later; other constraint errors are reported as such', async () => {
    const vehicleId = ++lastVehicleId
    for (const [constraint, code] of [
      ['telemetry_20260101_vehicle_id_time_nth_idx', 'outrun'],
      ['telemetry_serial', '23505'],
    ] as const) {
      await db.sql.unsafe(`
        create function lose() returns trigger language plpgsql as $$
        begin
          raise exception using errcode = '23505', constraint = '${constraint}';
        end $$;
        create trigger lose before insert on telemetry for each row execute function lose()`)
      try {
        const failure = await failureOf(stage(open(), rowsOf(vehicleId, [1])))
        expect(codeOf(failure)).to.equal(code)
      } finally {
        await db.sql`drop function lose cascade`
      }
    }
  })

  it('known rows are found by index alone, even when the statistics of the partition are outdated', async () => {
    const vehicleId = ++lastVehicleId
    const sql = open()
    const [{ partition } = { partition: '' }] = await db.sql<{ partition: string }[]>`
      insert into telemetry (vehicle_id, time, received_at, speed)
      values (${vehicleId}, now(), now(), 1) returning tableoid::regclass::text as partition`
    await db.sql`delete from telemetry where vehicle_id = ${vehicleId}`
    await db.sql.unsafe(`vacuum (analyze) ${partition}`)
    const nowUs = Date.now() * 1000
    // Six times: from then on the server keeps a plan.
    const span = { fromUs: nowUs, toUs: nowUs }
    for (let n = 0; n < 6; n++) {
      const rows = rowsOf(vehicleId, [n], nowUs)
      await storeThroughStaging(sql, rows.copyData(0, rows.count), span)
    }
    await db.sql`
      insert into telemetry (vehicle_id, time, received_at, speed)
      select ${vehicleId}, now() + n * interval '1 microsecond', now(), 1 from generate_series(1, 3000) as n`
    const scans = async () => {
      const [row] = await sql<{ read: number }[]>`
        select pg_stat_get_xact_tuples_returned(${partition}::regclass) as read`
      return row?.read ?? 0
    }
    const before = await scans()
    const rows = rowsOf(vehicleId, [1, 2], nowUs)
    await storeThroughStaging(sql, rows.copyData(0, rows.count), span)
    expect((await scans()) - before).to.be.lessThan(100)
  })

  it('batches are staged after one with a taken instant, until twenty had none', async () => {
    const store = createStore({ sql: open(), log })
    const vehicleId = ++lastVehicleId
    let timeUs = TIME_US
    const next = () => finish(store, rowsOf(vehicleId, [1], (timeUs += 1_000_000)))
    await next()
    expect(store.expectsConflicts).to.equal(false)
    expect(await finish(store, rowsOf(vehicleId, [2], timeUs))).to.deep.equal({
      duplicates: new Set(),
      nths: new Map([[0, 1]]),
      refused: new Map(),
    })
    for (let n = 0; n < 20; n++) {
      expect(store.expectsConflicts).to.equal(true)
      await next()
    }
    expect(store.expectsConflicts).to.equal(false)
    expect(await finish(store, rowsOf(vehicleId, [1, 1], timeUs))).to.deep.equal({
      duplicates: new Set([0, 1]),
      nths: new Map(),
      refused: new Map(),
    })
    expect(store.expectsConflicts).to.equal(true)
  })

  it('rows beyond the thousandth reading of an instant are refused, and no others', async () => {
    const vehicleId = ++lastVehicleId
    const at = new Date(TIME_US / 1000)
    await db.sql`
      insert into telemetry (vehicle_id, time, received_at, speed, nth)
      select ${vehicleId}, ${at}, now(), n / 10.0, n from generate_series(0, 997) as n`
    const rows = rowsOf(vehicleId, [201, 202, 203, 202, 5, 204])
    rows.write(vehicleId, 1, TIME_US + 1, TIME_US, { speed: 1 })
    const result = await finish(createStore({ sql: open(), log }), rows)
    if (!('refused' in result)) throw new Error('not stored')
    expect([...result.refused.keys()]).to.deep.equal([2, 5])
    expect([...result.duplicates]).to.deep.equal([3, 4])
    expect((await speedsOf(vehicleId)).slice(-3)).to.deep.equal([
      [998, 201],
      [999, 202],
      [0, 1],
    ])
  })

  it('one statement stores a thousand rows of one instant in order', async () => {
    const vehicleId = ++lastVehicleId
    const speeds = Array.from({ length: 1000 }, (_, n) => (n * 7) % 1000)
    await stage(open(), rowsOf(vehicleId, speeds))
    expect(await speedsOf(vehicleId)).to.deep.equal(speeds.map((speed, nth) => [nth, speed]))
  })
})
