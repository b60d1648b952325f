import { expect } from 'chai'
import { migrate } from '../../sql/migrate.ts'
import { startMaintenance } from '../../sql/maintain.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { countRows, HOUR_MS, insertReadings, maintain, silent } from './readings.ts'

describe('telemetry_maintain without TimescaleDB', () => {
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
    const day = new Date(Date.now() + daysAhead * 24 * HOUR_MS).toISOString().slice(0, 10)
    return `telemetry_${day.replaceAll('-', '')}`
  }

  it('there are partitions from yesterday until a week ahead', async () => {
    expect(await partitions()).to.deep.equal([-1, 0, 1, 2, 3, 4, 5, 6, 7].map(nameOf))
    await insertReadings(plain, 0)
    expect(await countRows(plain, nameOf(0))).to.equal(1)
  })

  it('a reading of any day is stored', async () => {
    for (const time of ['2000-01-01T00:00:00Z', '2019-06-01T12:00:00Z', '2126-01-01T00:00:00Z']) {
      await plain.sql`insert into telemetry (vehicle_id, time, received_at) values (1, ${time}, now())`
    }
    expect(await countRows(plain, 'telemetry_default')).to.equal(3)
  })

  it('readings that arrived before their partition are moved into it', async () => {
    await plain.sql.unsafe(`drop table ${nameOf(0)}`)
    await insertReadings(plain, 0, 24 * 100)
    expect(await countRows(plain, 'telemetry_default')).to.equal(2)
    expect(await maintain(plain, null)).to.deep.equal([`made ${nameOf(0)}`])
    expect(await countRows(plain, 'telemetry_default')).to.equal(1)
    expect(await countRows(plain, nameOf(0))).to.equal(1)
    expect(await countRows(plain, 'telemetry')).to.equal(2)
  })

  it('a duplicate is refused in every partition', async () => {
    for (const hours of [0, 24 * 100]) {
      await insertReadings(plain, hours)
      const again = plain.sql`insert into telemetry select * from telemetry on conflict do nothing`
      expect((await again).count).to.equal(0)
    }
  })

  it('whole partitions and old rows of the default one are dropped', async () => {
    await plain.sql`select telemetry_add_partition(date_trunc('day', now(), 'UTC') - interval '240 hours')`
    await insertReadings(plain, 24 * 10, 24 * 100)
    expect(await maintain(plain, 5)).to.deep.equal([
      `dropped ${nameOf(-10)}`,
      'deleted 1 rows of telemetry_default',
    ])
    expect(await countRows(plain, 'telemetry')).to.equal(0)
  })

  it('the number of readings in a dropped partition is logged', async () => {
    await plain.sql`select telemetry_add_partition(date_trunc('day', now(), 'UTC') - interval '240 hours')`
    const noon = new Date(`${nameOf(-10).replace(/.*(....)(..)(..)$/, '$1-$2-$3')}T12:00:00Z`).getTime()
    const hoursAgo = (Date.now() - noon) / HOUR_MS
    await insertReadings(plain, hoursAgo, hoursAgo + 1, hoursAgo + 2, 24 * 100)
    const lines: unknown[] = []
    const log = { ...silent, info: (fields: object) => void lines.push(fields) }
    await startMaintenance({ sql: plain.sql, retentionDays: 5, log }).stop()
    expect(lines[0]).to.deep.include({
      done: [`dropped ${nameOf(-10)} with 3 readings`, 'deleted 1 rows of telemetry_default'],
      deleted: { readings: 4 },
    })
  })

  it('the partition of the oldest accepted day is kept', async () => {
    for (const days of [5, 7])
      await plain.sql`select telemetry_add_partition(date_trunc('day', now(), 'UTC') - ${days} * interval '24 hours')`
    expect(await maintain(plain, 5)).to.deep.equal([`dropped ${nameOf(-7)}`])
    expect(await partitions()).to.include(nameOf(-5))
  })

  it('concurrent maintenance creates each partition once', async () => {
    await plain.sql.unsafe(`drop table ${nameOf(6)}, ${nameOf(7)}`)
    const done = await Promise.all([1, 2, 3, 4].map(() => maintain(plain, 30)))
    expect(done.flat().toSorted()).to.deep.equal([`made ${nameOf(6)}`, `made ${nameOf(7)}`])
  })

  it('a partition blocked by a long transaction is postponed, without blocking others', async () => {
    await plain.sql.unsafe(`drop table ${nameOf(7)}`)
    await plain.sql.begin(async (tx) => {
      await tx`insert into telemetry (vehicle_id, time, received_at) values (1, '2019-01-01', now())`
      expect(await maintain(plain, null)).to.deep.equal([`postponed ${nameOf(7)}`])
    })
    expect(await maintain(plain, null)).to.deep.equal([`made ${nameOf(7)}`])
  })
})
