import { expect } from 'chai'
import { ChangeRow, CHANGE_COLUMNS } from '../../../broker/ingest/changes.ts'
import { copyStatement, startCopy } from '../../../broker/ingest/copy.ts'
import { ROW_COLUMNS, RowBuffer } from '../../../broker/ingest/row-buffer.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'

const NOW_US = 1_767_225_600_000_000
const SECOND_US = 1_000_000

/** A buffer with a reading for each pair of vehicle and seconds after `NOW_US`. */
function rowsOf(readings: [vehicle: number, seconds: number][]): RowBuffer {
  const rows = new RowBuffer(readings.length)
  for (const [vehicle, seconds] of readings) {
    rows.write(vehicle, 1, NOW_US + seconds * SECOND_US, NOW_US, { speed: 1 })
  }
  return rows
}

describe('the row of the change feed for a batch', () => {
  let db: TestDatabase
  before(async () => {
    db = await openTestDatabase()
  })
  after(() => db.drop())
  beforeEach(() => db.sql`truncate telemetry, telemetry_changes`)

  const statement = copyStatement(
    `telemetry (${ROW_COLUMNS.join(', ')})`,
    copyStatement(`telemetry_changes (${CHANGE_COLUMNS.join(', ')})`),
  )
  const changes = () =>
    db.sql<{ vehicles: number[]; from: number[]; to: number[]; readings: number }[]>`
      select to_jsonb(vehicle_ids) as vehicles, readings,
        to_jsonb(array(select extract(epoch from t)::float8 - ${NOW_US / SECOND_US} from unnest(from_times) t)) as "from",
        to_jsonb(array(select extract(epoch from t)::float8 - ${NOW_US / SECOND_US} from unnest(to_times) t)) as "to"
      from telemetry_changes`
  const stored = async () => (await db.sql`select from telemetry`).length

  it('a batch is committed together with its vehicles and the earliest and latest time of each', async () => {
    const rows = rowsOf([
      [7, 5],
      [8, 3],
      [7, -2],
      [7, 9],
    ])
    const send = await startCopy(db.sql, statement)
    await send(rows.copyData(0, rows.count), new ChangeRow().copyData(rows, 0, rows.count))
    expect(await stored()).to.equal(4)
    expect([...(await changes())]).to.deep.equal([
      { vehicles: [7, 8], from: [-2, 3], to: [9, 3], readings: 4 },
    ])
  })

  it('a part of a batch notes only the vehicles of that part', async () => {
    const rows = rowsOf([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
    const row = new ChangeRow()
    row.copyData(rows, 0, 3)
    const send = await startCopy(db.sql, statement)
    await send(rows.copyData(1, 3), row.copyData(rows, 1, 3))
    expect([...(await changes())]).to.deep.equal([
      { vehicles: [2, 3], from: [2, 3], to: [2, 3], readings: 2 },
    ])
  })

  it('ids and times beyond 32 bits and times before 2000 are written exactly', async () => {
    const rows = new RowBuffer(2)
    const id = 9_007_199_254_740_991
    rows.write(id, 1, NOW_US + 1, NOW_US, { speed: 1 })
    rows.write(3, 1, 1, NOW_US, { speed: 1 })
    const send = await startCopy(db.sql, statement)
    await send(rows.copyData(0, 2), new ChangeRow().copyData(rows, 0, 2))
    const [row] =
      await db.sql`select vehicle_ids::text, from_times::text, to_times::text from telemetry_changes`
    expect(row).to.deep.equal({
      vehicle_ids: `{${id},3}`,
      from_times: '{"2026-01-01 00:00:00.000001+00","1970-01-01 00:00:00.000001+00"}',
      to_times: '{"2026-01-01 00:00:00.000001+00","1970-01-01 00:00:00.000001+00"}',
    })
  })

  it('a batch of ten thousand vehicles fits', async () => {
    const rows = rowsOf(Array.from({ length: 10_000 }, (_, n) => [n + 1, n]))
    const send = await startCopy(db.sql, statement)
    await send(rows.copyData(0, rows.count), new ChangeRow().copyData(rows, 0, rows.count))
    const [change] = await changes()
    expect(change?.vehicles).to.have.length(10_000)
    expect(change?.to[9_999]).to.equal(9_999)
  })

  it('a batch is not stored if its row of the feed is refused', async () => {
    const rows = rowsOf([[1, 1]])
    const send = await startCopy(db.sql, statement)
    const error = await send(rows.copyData(0, 1), Buffer.from('nonsense')).catch((it: unknown) => it)
    expect(error).to.have.property('code', '22P04')
    expect(await stored()).to.equal(0)
    expect(await changes()).to.have.length(0)
  })

  it('a connection serves the next batch after a batch that was refused', async () => {
    const rows = rowsOf([
      [1, 1],
      [1, 1],
    ])
    const refused = await startCopy(db.sql, statement)
    const error = await refused(rows.copyData(0, 2), new ChangeRow().copyData(rows, 0, 2)).catch(
      (it: unknown) => it,
    )
    expect(error).to.have.property('code', '23505')
    expect(await changes()).to.have.length(0)
    const send = await startCopy(db.sql, statement)
    await send(rows.copyData(0, 1), new ChangeRow().copyData(rows, 0, 1))
    expect(await stored()).to.equal(1)
    expect(await changes()).to.have.length(1)
  })
})
