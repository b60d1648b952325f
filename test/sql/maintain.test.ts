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
      create or replace function telemetry_maintain(retention_days int) returns table (action text, object text)
      language sql as $$
        select 'turn', nextval('turns')::text from (select pg_advisory_xact_lock(1)) as waited
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
