import { expect } from 'chai'
import { RowBuffer } from '../../../broker/ingest/row-buffer.ts'
import { createDuplicates } from '../../../broker/live/duplicates.ts'
import { createLog } from '../../../kit/log.ts'
import { connect } from '../../../sql/connect.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { openProxy } from '../../support/proxy.ts'

const HOUR_US = 3_600_000_000
const START_US = Date.UTC(2026, 10, 21, 8) * 1000
/** Prevents writes until the broker closes. */
const NEVER_MS = 1_000_000_000

describe('the counts of duplicates', () => {
  let db: TestDatabase
  let devices: number[]
  const lines: string[] = []
  const log = createLog('broker', 'info', { write: (line: string) => void lines.push(line) })
  before(async () => (db = await openTestDatabase()))
  after(() => db.drop())
  beforeEach(async () => {
    lines.length = 0
    await db.sql`truncate devices cascade`
    const rows = await db.sql<{ id: number }[]>`insert into devices (key) values ('d1'), ('d2') returning id`
    devices = rows.map(({ id }) => id)
  })

  /** The rows of a batch. */
  function rowsOf(...readings: { device?: number; vehicle?: number; hour?: number }[]): RowBuffer {
    const rows = new RowBuffer(readings.length)
    readings.forEach(({ device = 0, vehicle = 1, hour = 0 }, n) =>
      rows.write(vehicle, devices[device] ?? 0, START_US + hour * HOUR_US + n, START_US, {}),
    )
    return rows
  }
  const allOf = (rows: RowBuffer) => Array.from({ length: rows.count }, (_, row) => row)
  const stored = async () => {
    const rows = await db.sql<{ key: string; vehicle: number; hour: Date; count: number }[]>`
      select key, duplicate_counts.vehicle_id as vehicle, hour, count from duplicate_counts
      join devices on devices.id = device_id order by key, hour, vehicle`
    return rows.map(({ key, vehicle, hour, count }) => [
      key,
      vehicle,
      hour.toISOString().slice(11, 13),
      count,
    ])
  }

  it('duplicates are counted for each device, vehicle and hour of the reading, other rows are not', async () => {
    const duplicates = createDuplicates({ sql: db.sql, log, intervalMs: NEVER_MS })
    const rows = rowsOf({}, {}, { hour: 1 }, {}, { vehicle: 2 }, { device: 1 }, { device: 1, hour: -1 })
    duplicates.note(rows, new Set([0, 2, 3, 4, 5, 6]))
    await duplicates.close()
    expect(await stored()).to.deep.equal([
      ['d1', 1, '08', 2],
      ['d1', 2, '08', 1],
      ['d1', 1, '09', 1],
      ['d2', 1, '07', 1],
      ['d2', 1, '08', 1],
    ])
  })

  it('counts are written periodically, and those of several brokers add up', async () => {
    const brokers = [1, 2].map(() => createDuplicates({ sql: db.sql, log, intervalMs: 10 }))
    const rows = rowsOf({}, {})
    for (const duplicates of brokers) duplicates.note(rows, allOf(rows))
    await eventually('the counts of both brokers', async () => (await stored())[0]?.[3] === 4)
    brokers[0]?.note(rows, allOf(rows))
    await eventually('a further count of the first broker', async () => (await stored())[0]?.[3] === 6)
    for (const duplicates of brokers) await duplicates.close()
    expect(await stored()).to.deep.equal([['d1', 1, '08', 6]])
  })

  it('writing counts is retried while the database is away', async () => {
    const proxy = await openProxy(Number(new URL(db.url).port))
    const url = proxy.urlOf(db.url)
    const sql = connect({ url, max: 1, applicationName: 'test' })
    const duplicates = createDuplicates({ sql, log, intervalMs: 10 })
    const rows = rowsOf({}, {})
    await proxy.refuse()
    duplicates.note(rows, allOf(rows))
    await eventually('the failed write is logged', () =>
      lines.some((it) => it.includes('duplicates_not_written')),
    )
    duplicates.note(rows, allOf(rows))
    await proxy.forward()
    await eventually('the counts of both notes', async () => (await stored())[0]?.[3] === 4)
    expect(lines).to.have.length(1)
    await duplicates.close()
    await sql.end({ timeout: 1 })
    await proxy.close()
  })

  it('counts of a deleted device are dropped, and the other counts are written', async () => {
    const duplicates = createDuplicates({ sql: db.sql, log, intervalMs: NEVER_MS })
    const rows = rowsOf({}, { device: 1 })
    duplicates.note(rows, allOf(rows))
    await db.sql`delete from devices where key = 'd1'`
    await duplicates.close()
    expect(await stored()).to.deep.equal([['d2', 1, '08', 1]])
    await db.sql`delete from devices where key = 'd2'`
    expect(await db.sql`select from duplicate_counts`).to.have.length(0)
  })

  it('counts in memory are bounded, and the log has the number of uncounted readings', async () => {
    const duplicates = createDuplicates({ sql: db.sql, log, intervalMs: NEVER_MS, countsMax: 2 })
    const rows = rowsOf({}, { hour: 1 }, { hour: 2 }, { hour: 2 }, { hour: 1 })
    duplicates.note(rows, allOf(rows))
    await duplicates.close()
    expect(await stored()).to.deep.equal([
      ['d1', 1, '08', 1],
      ['d1', 1, '09', 2],
    ])
    expect(lines).to.have.length(1)
    expect(JSON.parse(lines[0] ?? '')).to.include({ event: 'duplicates_not_counted', readings: 2 })
  })
})
