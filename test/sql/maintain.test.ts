import { expect } from 'chai'
import { migrate } from '../../sql/migrate.ts'
import { startMaintenance } from '../../sql/maintain.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

const hour = 3_600_000
const silent = { info() {}, warn() {} }

describe('telemetry_maintain', () => {
  let database: TestDatabase

  beforeEach(async () => {
    database = await openTestDatabase()
    // It is a copy of one that may have been made before midnight, and then lacks a day.
    await maintain(null)
  })
  afterEach(() => database.drop())

  async function insert({ sql }: TestDatabase, ...hoursAgo: number[]): Promise<void> {
    for (const hours of hoursAgo) {
      const time = new Date(Date.now() - hours * hour)
      await sql`insert into telemetry (vehicle_id, time, received_at, speed) values (1, ${time}, now(), 50)`
    }
  }

  async function maintain(days: number | null, { sql } = database): Promise<string[]> {
    const rows = await sql`select action || ' ' || object as line from telemetry_maintain(${days}::int)`
    return rows.map((row) => String(row['line']))
  }

  async function count({ sql }: TestDatabase, table: string): Promise<number> {
    const [row] = await sql<{ n: number }[]>`select count(*) as n from ${sql(table)}`
    return row?.n ?? -1
  }

  it('drops readings and dead letters that are older than the retention, and no others', async () => {
    await insert(database, 0, 24, 24 * 20, 24 * 40, 24 * 400)
    await database.sql`
      insert into rejected_messages (received_at, code, problems, payload)
      select now() - n * interval '1 day', 'x', '[]', '' from unnest(array[1, 40]) as n`
    expect(await maintain(null)).to.deep.equal([])
    expect(await maintain(0)).to.deep.equal([])
    expect(await count(database, 'telemetry')).to.equal(5)
    expect(await maintain(30)).to.include('deleted 1 rows of rejected_messages')
    expect(await count(database, 'telemetry')).to.equal(3)
    expect(await count(database, 'rejected_messages')).to.equal(1)
    expect(await maintain(30)).to.deep.equal([])
  })

  it('says how many readings and dead letters it has deleted', async () => {
    await insert(database, 0, 24 * 40, 24 * 40 + 1, 24 * 41, 24 * 400, 24 * 4000)
    await database.sql`
      insert into rejected_messages (received_at, code, problems, payload)
      select now() - n * interval '1 day', 'x', '[]', '' from unnest(array[1, 40, 41]) as n`
    const rows = await database.sql`
      select what, sum(deleted)::bigint as deleted, bool_or(estimated) as estimated
      from telemetry_maintain(30) where what is not null group by what order by what`
    expect([...rows]).to.deep.equal([
      { what: 'readings', deleted: 5, estimated: false },
      { what: 'rejected_messages', deleted: 2, estimated: false },
    ])
    expect(await count(database, 'telemetry')).to.equal(1)
  })

  it('leaves what was accepted just now, by a clock that is hours behind', async () => {
    const young = [24 * 30, 24 * 30 + 1, 24 * 30 + 5.9]
    await insert(database, ...young, 24 * 30 + 31, 24 * 31 + 31)
    await maintain(30)
    expect(await count(database, 'telemetry')).to.equal(young.length)
  })

  it('cuts between days of UTC, 6 to 30 hours late, wherever the session is', async () => {
    for (const zone of ['UTC', 'Pacific/Auckland', 'America/New_York']) {
      const [row] = await database.sql.begin(async (tx) => {
        await tx`select set_config('timezone', ${zone}, true)`
        return tx<{ off: number; cut: Date; forever: Date | null }[]>`
          select count(*) filter (where late < interval '6 hours' or late > interval '30 hours') as off,
            max(cut) as cut, retention_cutoff(0) as forever
          from (
            select cut, extract(epoch from now() - cut - n * interval '24 hours') * interval '1 second' as late
            from generate_series(1, 400) as n, retention_cutoff(n) as cut
          ) as each`
      })
      expect(row).to.include({ off: 0, forever: null })
      expect(row?.cut.toISOString()).to.match(/T00:00:00\.000Z$/)
    }
  })

  it('keeps a dead letter that waited in a spool as long as one that did not', async () => {
    await database.sql`
      insert into rejected_messages (received_at, stored_at, code, problems, payload)
      select now() - interval '60 days', now() - n * interval '1 day', 'x', '[]', '' from unnest(array[1, 20, 40]) as n`
    await maintain(30)
    expect(await count(database, 'rejected_messages')).to.equal(2)
  })

  it('counts a table of more than 64 MiB by a sample of its pages', async () => {
    const { sql } = database
    await sql`create table large as select repeat('x', 900) as text from generate_series(1, 100000)`
    const [row] = await sql<{ readings: number; estimated: boolean }[]>`
      select readings, estimated from sampled_count('large')`
    expect(row?.estimated).to.equal(true)
    expect(row?.readings).to.be.within(95_000, 105_000)
  })

  it('gives an hour of readings as telemetry_1h', async () => {
    await database.sql`
      insert into telemetry (vehicle_id, time, received_at, speed, fuel_level, odometer)
      select 1, '2026-01-01 10:00Z'::timestamptz + n * interval '20 minutes', now(), n * 10, 50, n
      from generate_series(0, 3) as n`
    const [first, second, ...more] = await database.sql`select * from telemetry_1h order by bucket`
    expect(more).to.deep.equal([])
    expect(first).to.deep.equal({
      vehicle_id: 1,
      bucket: new Date('2026-01-01T10:00:00Z'),
      readings: 3,
      speed_avg: 10,
      speed_max: 20,
      fuel_level_avg: 50,
      fuel_rate_avg: null,
      coolant_temp_max: null,
      odometer_min: 0,
      odometer_max: 2,
    })
    expect(second).to.include({ readings: 1, odometer_max: 3 })
  })

  it('leaves the work to whoever does it already', async () => {
    await insert(database, 24 * 40)
    await database.sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtext('telemetry_maintain'))`
      expect(await maintain(30)).to.deep.equal([])
    })
    expect(await maintain(30)).to.have.length(1)
  })

  it('runs at the start, and stops', async () => {
    await insert(database, 24 * 40)
    const maintenance = startMaintenance({ sql: database.sql, retentionDays: 30, log: silent })
    await maintenance.stop()
    expect(await count(database, 'telemetry')).to.equal(0)
  })

  it('forgets counts of duplicates that are older than the retention, and no others', async () => {
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
      expect(await count(database, 'duplicate_counts')).to.equal(left)
    }
  })

  it('logs and reports what a run has deleted', async () => {
    const { sql } = database
    await insert(database, 0, 24 * 40, 24 * 50)
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

  it('drops dead letters after days of their own, also where readings stay, and never later than readings', async () => {
    const { sql } = database
    await insert(database, 24 * 50)
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
    expect([await ages(), await count(database, 'telemetry')]).to.deep.equal([[1, 10], 0])
    await insert(database, 24 * 50)
    await run(null, 5)
    expect([await ages(), await count(database, 'telemetry')]).to.deep.equal([[1], 1])
  })

  it('keeps a dead letter that came out of a spool for its days, and drops none by a clock that is ahead', async () => {
    const { sql } = database
    const run = (aheadMs: number) => {
      const now = () => Date.now() - aheadMs
      return startMaintenance({ sql, retentionDays: null, rejectedRetentionDays: 5, log: silent, now }).stop()
    }
    await sql`
      insert into rejected_messages (received_at, stored_at, code, problems, payload) values
        (now() - interval '40 days', now() - interval '1 day', 'spooled', '[]', ''),
        (now() - interval '40 days', now() - interval '40 days', 'old', '[]', '')`
    await run(1.1 * hour)
    expect(await count(database, 'rejected_messages')).to.equal(2)
    await run(0)
    expect([...(await sql`select code from rejected_messages`)]).to.deep.equal([{ code: 'spooled' }])
  })

  it('forgets groups that no vehicle and no grant names', async () => {
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

  it('drops nothing, and warns, while the clock of the database is over an hour ahead of the broker', async () => {
    const { sql } = database
    await insert(database, 24 * 40)
    const events: unknown[] = []
    const log = { info() {}, warn: (fields: object) => void events.push(fields) }
    const run = (aheadMs: number) =>
      startMaintenance({ sql, retentionDays: 30, log, now: () => Date.now() - aheadMs }).stop()
    await run(1.1 * hour)
    expect(await count(database, 'telemetry')).to.equal(1)
    expect(events).to.have.length(1)
    expect(events[0]).to.include({ event: 'retention_postponed' })
    await run(0.9 * hour)
    expect([await count(database, 'telemetry'), events.length]).to.deep.equal([0, 1])
  })

  it('reports what it has deleted also when a later step fails', async () => {
    const { sql } = database
    await insert(database, 24 * 40)
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

  it('runs again and again, also after failures', async () => {
    await database.sql`drop function telemetry_maintain(int)`
    let failures = 0
    let maintenance: ReturnType<typeof startMaintenance> | undefined
    await new Promise<void>((resolve) => {
      const log = { info() {}, warn: () => (++failures === 3 ? resolve() : undefined) }
      maintenance = startMaintenance({ sql: database.sql, retentionDays: null, log, intervalMs: 5 })
    })
    await maintenance?.stop()
  })

  it('does not begin a turn while the one before runs', async () => {
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
      // Long enough for many turns, if they could overlap: each would hold a connection of the pool and wait.
      const [row] = await tx<{ n: number }[]>`
        select count(*) as n from pg_sleep(0.2), pg_stat_activity
        where datname = current_database() and query like '%telemetry_maintain%' and wait_event = 'advisory'`
      expect(row?.n).to.equal(1)
    })
    await maintenance?.stop()
  })

  describe('without TimescaleDB', () => {
    let plain: TestDatabase

    beforeEach(async () => {
      plain = await openTestDatabase({ migrated: false })
      await migrate(plain.sql, { flavour: 'plain' })
    })
    afterEach(() => plain.drop())

    async function partitions(): Promise<string[]> {
      const rows = await plain.sql`
        select relname from pg_inherits join pg_class on pg_class.oid = inhrelid
        where inhparent = 'telemetry'::regclass and relname <> 'telemetry_default' order by relname`
      return rows.map((row) => String(row['relname']))
    }

    function nameOf(daysAhead: number): string {
      const day = new Date(Date.now() + daysAhead * 24 * hour).toISOString().slice(0, 10)
      return `telemetry_${day.replaceAll('-', '')}`
    }

    it('has partitions from yesterday until in a week', async () => {
      expect(await partitions()).to.deep.equal([-1, 0, 1, 2, 3, 4, 5, 6, 7].map(nameOf))
      await insert(plain, 0)
      expect(await count(plain, nameOf(0))).to.equal(1)
    })

    it('stores a reading of any day', async () => {
      for (const time of ['2000-01-01T00:00:00Z', '2019-06-01T12:00:00Z', '2126-01-01T00:00:00Z']) {
        await plain.sql`insert into telemetry (vehicle_id, time, received_at) values (1, ${time}, now())`
      }
      expect(await count(plain, 'telemetry_default')).to.equal(3)
    })

    it('moves readings that came before their partition into it', async () => {
      await plain.sql.unsafe(`drop table ${nameOf(0)}`)
      await insert(plain, 0, 24 * 100)
      expect(await count(plain, 'telemetry_default')).to.equal(2)
      expect(await maintain(null, plain)).to.deep.equal([`made ${nameOf(0)}`])
      expect(await count(plain, 'telemetry_default')).to.equal(1)
      expect(await count(plain, nameOf(0))).to.equal(1)
      expect(await count(plain, 'telemetry')).to.equal(2)
    })

    it('refuses the same vehicle and time in every partition', async () => {
      for (const hours of [0, 24 * 100]) {
        await insert(plain, hours)
        const again = plain.sql`insert into telemetry select * from telemetry on conflict do nothing`
        expect((await again).count).to.equal(0)
      }
    })

    it('drops whole partitions and old rows of the default one', async () => {
      await plain.sql`select telemetry_add_partition(date_trunc('day', now(), 'UTC') - interval '240 hours')`
      await insert(plain, 24 * 10, 24 * 100)
      expect(await maintain(5, plain)).to.deep.equal([
        `dropped ${nameOf(-10)}`,
        'deleted 1 rows of telemetry_default',
      ])
      expect(await count(plain, 'telemetry')).to.equal(0)
    })

    it('says how many readings a dropped partition had, and logs it', async () => {
      await plain.sql`select telemetry_add_partition(date_trunc('day', now(), 'UTC') - interval '240 hours')`
      const noon = new Date(`${nameOf(-10).replace(/.*(....)(..)(..)$/, '$1-$2-$3')}T12:00:00Z`).getTime()
      const hoursAgo = (Date.now() - noon) / hour
      await insert(plain, hoursAgo, hoursAgo + 1, hoursAgo + 2, 24 * 100)
      const lines: unknown[] = []
      const log = { ...silent, info: (fields: object) => void lines.push(fields) }
      await startMaintenance({ sql: plain.sql, retentionDays: 5, log }).stop()
      expect(lines[0]).to.deep.include({
        done: [`dropped ${nameOf(-10)} with 3 readings`, 'deleted 1 rows of telemetry_default'],
        deleted: { readings: 4 },
      })
    })

    it('leaves the partition of the oldest day that is still accepted', async () => {
      for (const days of [5, 7])
        await plain.sql`select telemetry_add_partition(date_trunc('day', now(), 'UTC') - ${days} * interval '24 hours')`
      expect(await maintain(5, plain)).to.deep.equal([`dropped ${nameOf(-7)}`])
      expect(await partitions()).to.include(nameOf(-5))
    })

    it('makes each partition once when several maintain at once', async () => {
      await plain.sql.unsafe(`drop table ${nameOf(6)}, ${nameOf(7)}`)
      const done = await Promise.all([1, 2, 3, 4].map(() => maintain(30, plain)))
      expect(done.flat().toSorted()).to.deep.equal([`made ${nameOf(6)}`, `made ${nameOf(7)}`])
    })

    it('postpones what a long transaction stands in the way of, instead of blocking everyone', async () => {
      await plain.sql.unsafe(`drop table ${nameOf(7)}`)
      await plain.sql.begin(async (tx) => {
        await tx`insert into telemetry (vehicle_id, time, received_at) values (1, '2019-01-01', now())`
        expect(await maintain(null, plain)).to.deep.equal([`postponed ${nameOf(7)}`])
      })
      expect(await maintain(null, plain)).to.deep.equal([`made ${nameOf(7)}`])
    })
  })
})
