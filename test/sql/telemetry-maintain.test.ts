import { expect } from 'chai'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { countRows, insertReadings, maintain } from './readings.ts'

describe('telemetry_maintain', () => {
  let database: TestDatabase

  beforeEach(async () => {
    database = await openTestDatabase()
    // The database is a copy that may have been created before midnight, and then lacks a day.
    await maintain(database, null)
  })
  afterEach(() => database.drop())

  it('readings and dead letters older than the retention are deleted, and no others', async () => {
    await insertReadings(database, 0, 24, 24 * 20, 24 * 40, 24 * 400)
    await database.sql`
      insert into rejected_messages (received_at, code, problems, payload)
      select now() - n * interval '1 day', 'x', '[]', '' from unnest(array[1, 40]) as n`
    expect(await maintain(database, null)).to.deep.equal([])
    expect(await maintain(database, 0)).to.deep.equal([])
    expect(await countRows(database, 'telemetry')).to.equal(5)
    expect(await maintain(database, 30)).to.include('deleted 1 rows of rejected_messages')
    expect(await countRows(database, 'telemetry')).to.equal(3)
    expect(await countRows(database, 'rejected_messages')).to.equal(1)
    expect(await maintain(database, 30)).to.deep.equal([])
  })

  it('the numbers of deleted readings and dead letters are reported', async () => {
    await insertReadings(database, 0, 24 * 40, 24 * 40 + 1, 24 * 41, 24 * 400, 24 * 4000)
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
    expect(await countRows(database, 'telemetry')).to.equal(1)
  })

  it('readings that a clock hours behind has just accepted are kept', async () => {
    const young = [24 * 30, 24 * 30 + 1, 24 * 30 + 5.9]
    await insertReadings(database, ...young, 24 * 30 + 31, 24 * 31 + 31)
    await maintain(database, 30)
    expect(await countRows(database, 'telemetry')).to.equal(young.length)
  })

  it('readings are deleted at midnight UTC, 6 to 30 hours late, in any time zone', async () => {
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

  it('a dead letter that waited in a spool is kept as long as any other', async () => {
    await database.sql`
      insert into rejected_messages (received_at, stored_at, code, problems, payload)
      select now() - interval '60 days', now() - n * interval '1 day', 'x', '[]', '' from unnest(array[1, 20, 40]) as n`
    await maintain(database, 30)
    expect(await countRows(database, 'rejected_messages')).to.equal(2)
  })

  it('a table of more than 64 MiB is counted by a sample of its pages', async () => {
    const { sql } = database
    await sql`create table large as select repeat('x', 900) as text from generate_series(1, 100000)`
    const [row] = await sql<{ readings: number; estimated: boolean }[]>`
      select readings, estimated from sampled_count('large')`
    expect(row?.estimated).to.equal(true)
    expect(row?.readings).to.be.within(95_000, 105_000)
  })

  it('telemetry_1h has one row for each hour of readings', async () => {
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

  it('nothing is deleted while another broker maintains the database', async () => {
    await insertReadings(database, 24 * 40)
    await database.sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtext('telemetry_maintain'))`
      expect(await maintain(database, 30)).to.deep.equal([])
    })
    expect(await maintain(database, 30)).to.have.length(1)
  })
})
