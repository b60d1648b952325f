import { expect } from 'chai'
import { startMaintenance } from '../../sql/maintain.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { countRows, HOUR_MS, insertReadings, maintain, silent } from './readings.ts'

describe('maintenance', () => {
  let database: TestDatabase

  beforeEach(async () => {
    database = await openTestDatabase()
    // The database is a copy that may have been created before midnight, and then lacks a day.
    await maintain(database, null)
  })
  afterEach(() => database.drop())

  it('maintenance runs at the start, and can be stopped', async () => {
    await insertReadings(database, 24 * 40)
    const maintenance = startMaintenance({ sql: database.sql, retentionDays: 30, log: silent })
    await maintenance.stop()
    expect(await countRows(database, 'telemetry')).to.equal(0)
  })

  it('counts of duplicates are deleted after the retention, and no others', async () => {
    const { sql } = database
    await sql`insert into devices (key) values ('d1')`
    await sql`
      insert into duplicate_counts (device_id, vehicle_id, hour, count)
      select id, 1, date_trunc('hour', now()) - n * interval '1 day', 7 from devices, unnest(array[1, 40]) as n`
    for (const [retentionDays, left] of [
      [null, 2],
      [30, 1],
    ] as const) {
      await startMaintenance({ sql, retentionDays, log: silent }).stop()
      expect(await countRows(database, 'duplicate_counts')).to.equal(left)
    }
  })

  it('a run logs and reports what it has deleted', async () => {
    const { sql } = database
    await insertReadings(database, 0, 24 * 40, 24 * 50)
    await sql`insert into devices (key) values ('d1')`
    await sql`insert into vehicles (key) values ('v1')`
    await sql`
      insert into duplicate_counts (device_id, vehicle_id, hour, count)
      select id, 1, now() - interval '40 days', 7 from devices`
    await sql`
      insert into positions (vehicle_id, time, received_at, lat, lon)
      select id, now() - interval '40 days', now(), 59, 18 from vehicles`
    await sql`
      insert into rejected_messages (received_at, code, problems, payload)
      select now() - interval '40 days', 'x', '[]', '' from generate_series(1, 3)`
    const lines: object[] = []
    const log = {
      info: (fields: object) => void lines.push(fields),
      warn: (it: object) => void lines.push(it),
    }
    const counted: Record<string, number> = {}
    const onDeleted = (what: string, rows: number) => (counted[what] = (counted[what] ?? 0) + rows)
    const run = () => startMaintenance({ sql, retentionDays: 30, log, onDeleted }).stop()
    await run()
    const deleted = { readings: 2, rejected_messages: 3, positions: 1, duplicate_counts: 1 }
    expect(counted).to.deep.equal(deleted)
    expect(lines).to.have.length(1)
    expect(lines[0]).to.deep.include({ event: 'telemetry_maintained', deleted, estimated: false })
    await run()
    expect([counted, lines.length]).to.deep.equal([deleted, 1])
  })

  it('dead letters are deleted after their own retention, and never later than readings', async () => {
    const { sql } = database
    await insertReadings(database, 24 * 50)
    const ages = async () => {
      const rows = await sql<{ days: number }[]>`
        select extract(day from now() - received_at)::int as days from rejected_messages order by days`
      return rows.map(({ days }) => days)
    }
    const run = (retentionDays: number | null, rejectedRetentionDays: number | null) =>
      startMaintenance({ sql, retentionDays, rejectedRetentionDays, log: silent }).stop()
    await sql`
      insert into rejected_messages (received_at, code, problems, payload)
      select now() - n * interval '1 day', 'x', '[]', '' from unnest(array[1, 10, 40, 60]) as n`
    await run(null, 0)
    await run(null, null)
    expect(await ages()).to.deep.equal([1, 10, 40, 60])
    await run(null, 55)
    expect(await ages()).to.deep.equal([1, 10, 40])
    await run(30, 90)
    expect([await ages(), await countRows(database, 'telemetry')]).to.deep.equal([[1, 10], 0])
    await insertReadings(database, 24 * 50)
    await run(null, 5)
    expect([await ages(), await countRows(database, 'telemetry')]).to.deep.equal([[1], 1])
  })

  it('a dead letter from a spool is kept for its full time, and a clock that is ahead deletes none', async () => {
    const { sql } = database
    const run = (aheadMs: number) => {
      const now = () => Date.now() - aheadMs
      return startMaintenance({ sql, retentionDays: null, rejectedRetentionDays: 5, log: silent, now }).stop()
    }
    await sql`
      insert into rejected_messages (received_at, stored_at, code, problems, payload) values
        (now() - interval '40 days', now() - interval '1 day', 'spooled', '[]', ''),
        (now() - interval '40 days', now() - interval '40 days', 'old', '[]', '')`
    await run(1.1 * HOUR_MS)
    expect(await countRows(database, 'rejected_messages')).to.equal(2)
    await run(0)
    expect([...(await sql`select code from rejected_messages`)]).to.deep.equal([{ code: 'spooled' }])
  })

  it('groups that no vehicle and no grant names are deleted', async () => {
    const { sql } = database
    await sql`insert into groups (key) values ('unused')`
    await sql`insert into vehicles (key, group_key) values ('v1', 'used')`
    await sql`insert into users (email, password_hash, role) values ('a@b', '', 'user')`
    await sql`insert into grants (user_id, group_key) select id, 'granted' from users`
    await startMaintenance({ sql, retentionDays: null, log: silent }).stop()
    expect([...(await sql`select key from groups order by key`)]).to.deep.equal([
      { key: 'granted' },
      { key: 'used' },
    ])
  })

  it("nothing is deleted while the database's clock is over an hour ahead", async () => {
    const { sql } = database
    await insertReadings(database, 24 * 40)
    const events: unknown[] = []
    const log = { info() {}, warn: (fields: object) => void events.push(fields) }
    const run = (aheadMs: number) =>
      startMaintenance({ sql, retentionDays: 30, log, now: () => Date.now() - aheadMs }).stop()
    await run(1.1 * HOUR_MS)
    expect(await countRows(database, 'telemetry')).to.equal(1)
    expect(events).to.have.length(1)
    expect(events[0]).to.include({ event: 'retention_postponed' })
    await run(0.9 * HOUR_MS)
    expect([await countRows(database, 'telemetry'), events.length]).to.deep.equal([0, 1])
  })

  it('deletions are reported even if a later step fails', async () => {
    const { sql } = database
    await insertReadings(database, 24 * 40)
    await sql`drop table positions cascade`
    const events: unknown[] = []
    const note = (fields: object) => void events.push((fields as { event: string }).event)
    const counted: unknown[] = []
    const log = { info: note, warn: note }
    const onDeleted = (...it: unknown[]) => void counted.push(it)
    await startMaintenance({ sql, retentionDays: 30, log, onDeleted }).stop()
    expect(counted).to.deep.equal([['readings', 1]])
    expect(events).to.deep.equal(['telemetry_maintain_failed', 'telemetry_maintained'])
  })

  it('maintenance is repeated, even after failures', async () => {
    await database.sql`drop function telemetry_maintain(int)`
    let failures = 0
    let maintenance: ReturnType<typeof startMaintenance> | undefined
    await new Promise<void>((resolve) => {
      const log = { info() {}, warn: () => (++failures === 3 ? resolve() : undefined) }
      maintenance = startMaintenance({ sql: database.sql, retentionDays: null, log, intervalMs: 5 })
    })
    await maintenance?.stop()
  })

  it('a run does not begin while the one before continues', async () => {
    await database.sql`create sequence turns`
    await database.sql.unsafe(`
      create or replace function telemetry_maintain(retention_days int)
      returns table (action text, object text, what text, deleted bigint, estimated boolean) language sql as $$
        select 'turn', nextval('turns')::text, null, null::bigint, null::boolean
        from (select pg_advisory_xact_lock(1)) as waited
      $$`)
    const { sql } = database
    let maintenance: ReturnType<typeof startMaintenance> | undefined
    await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(1)`
      maintenance = startMaintenance({ sql, retentionDays: null, log: silent, intervalMs: 1 })
      // Long enough for many runs, if they could overlap: each would take a connection of the pool and wait.
      const [row] = await tx<{ n: number }[]>`
        select count(*) as n from pg_sleep(0.2), pg_stat_activity
        where datname = current_database() and query like '%telemetry_maintain%' and wait_event = 'advisory'`
      expect(row?.n).to.equal(1)
    })
    await maintenance?.stop()
  })
})
