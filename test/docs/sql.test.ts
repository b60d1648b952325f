import { expect } from 'chai'
import { connect, type Sql } from '../../sql/connect.ts'
import { READING_FIELDS } from '../../contract/telemetry.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { shellBlocksOf } from './shell-blocks.ts'
import { readDocument } from './sections.ts'

const TEXT = readDocument('docs/sql.md')
/** Columns that the document leaves out: they serve the brokers and the API. */
const INTERNAL: Record<string, string[]> = {
  devices: ['moved_epoch', 'search_text', 'version'],
  positions: ['cell_lat', 'cell_lon'],
  rejected_messages: ['stored_at', 'time_if_absent', 'uid'],
  vehicles: ['search_text', 'version'],
}
const FIELDS: Record<string, readonly string[]> = {
  telemetry: READING_FIELDS,
  positions: READING_FIELDS.filter((it) => it !== 'seq'),
}

const statementsOf = (text: string) => text.split(/;\n/).filter((it) => it.trim() !== '')

describe('statements of docs/sql.md', () => {
  let database: TestDatabase
  before(async () => {
    database = await openTestDatabase()
  })
  after(() => database.drop())

  it('the columns of the table are those of the database', async () => {
    const rows = [...TEXT.matchAll(/^\| (`\w+`) +\|.*\| (.+?) +\|$/gm)].filter(([, , cell]) =>
      cell?.startsWith('`'),
    )
    expect(rows).to.have.length(10)
    const documented = Object.fromEntries(
      rows.map(([, name = '', cell = '']) => [
        name.slice(1, -1),
        [...cell.matchAll(/`(\w+)`/g)].map(([, it = '']) => it),
      ]),
    )
    for (const [name, columns] of Object.entries(documented)) {
      const known = await database.sql<{ name: string }[]>`
        select column_name as name from information_schema.columns
        where table_schema = 'public' and table_name = ${name}`
      const listed = columns.filter((it) => it !== 'seq' || name !== 'positions')
      expect([...listed, ...(FIELDS[name] ?? []), ...(INTERNAL[name] ?? [])].toSorted(), name).to.deep.equal(
        known.map((it) => it.name).toSorted(),
      )
    }
  })

  describe('statements of docs/sql.md, run by a reading role', () => {
    let reader: Sql
    const results: Record<string, unknown>[][] = []

    before(async () => {
      const { sql, url } = database
      await addFleet(sql)
      const [block = ''] = shellBlocksOf('docs/sql.md')
      const grants = /<<'END'\n([\s\S]*?)^END$/m.exec(block)?.[1] ?? ''
      const { pathname } = new URL(url)
      for (const it of statementsOf(grants))
        await sql.unsafe(it.replace('database fleetwire', `database ${pathname.slice(1)}`))
      const login = Object.assign(new URL(url), { username: 'reader', password: 'a password of your own' })
      reader = connect({ url: login.href, max: 1, applicationName: 'test-reader' })
      const blocks = [...TEXT.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].flatMap(([, it = '']) =>
        statementsOf(it),
      )
      for (const it of blocks) results.push([...(await reader.unsafe(it))] as Record<string, unknown>[])
    })
    after(async () => {
      await reader?.end({ timeout: 1 })
      await database.sql`drop owned by reader`
      await database.sql`drop role reader`
    })

    it('the statements run as they stand', () => {
      const [fuel, positions, letters, , , months] = results
      expect(results).to.have.length(6)
      expect(fuel?.map(({ key, fuel_level }) => ({ key, fuel_level }))).to.deep.equal([
        { key: 'odometer', fuel_level: 7 },
      ])
      expect(positions).to.deep.equal([])
      expect(letters).to.deep.equal([])
      expect(months?.length).to.be.greaterThan(0)
    })

    it('yesterday is that of the time zone, from midnight to midnight', () => {
      const distances = Object.fromEntries(results[3]?.map(({ key, km }) => [key, km]) ?? [])
      expect(distances).to.include({ odometer: 29, positions: null })
    })

    it('the sum of steps includes distances over midnight, and neither resets nor outliers', () => {
      const distances = Object.fromEntries(results[4]?.map(({ key, km }) => [key, km]) ?? [])
      expect(distances).to.include({ odometer: 30, reset: 17, glitch: 30, 'two-devices': 20, none: null })
      expect(distances['positions']).to.be.closeTo(55.6, 0.05)
    })

    it('the role may neither write nor read anything else', async () => {
      for (const statement of ['delete from telemetry', 'select from users', 'select from device_tokens']) {
        const error: unknown = await reader.unsafe(statement).catch((it: unknown) => it)
        expect(error, statement).to.have.property('code', '42501')
      }
    })
  })
})

/** Vehicles with readings of yesterday in Stockholm. */
async function addFleet(sql: Sql): Promise<void> {
  const add = async (
    key: string,
    readings: { hours: number; device?: number; odometer?: number; lat?: number }[],
  ) => {
    const [vehicle] = await sql<{ id: number }[]>`insert into vehicles (key) values (${key}) returning id`
    for (const { hours, device = 1, odometer = null, lat = null } of readings)
      await sql`
        insert into telemetry (vehicle_id, device_id, time, received_at, odometer, lat, lon, fuel_level)
        select ${vehicle?.id ?? 0}, ${device}, midnight + ${hours} * interval '1 hour', now(), ${odometer}, ${lat},
          ${lat === null ? null : 18}, null
        from (
          select (date_trunc('day', now() at time zone 'Europe/Stockholm') - interval '1 day')
            at time zone 'Europe/Stockholm' as midnight
        ) as yesterday`
    return vehicle?.id ?? 0
  }
  const second = 1 / 3600
  const id = await add('odometer', [
    { hours: -0.01, odometer: 100 },
    { hours: 0, odometer: 101 },
    { hours: 12 },
    { hours: 22.9, odometer: 130 },
    { hours: 26, odometer: 190 },
  ])
  await sql`insert into latest_values (vehicle_id, field, time, nth, value) values (${id}, 'fuel_level', now(), 0, '7')`
  await add('positions', [
    { hours: 1, lat: 59 },
    { hours: 1 + 60 * second, lat: 65 },
    { hours: 2, lat: 64.5 },
  ])
  await add(
    'reset',
    [1000, 1010, 0, 7].map((odometer, hours) => ({ hours, odometer })),
  )
  await add(
    'glitch',
    [5000, 0, 5000]
      .map((odometer, n) => ({ hours: 1 + n * second, odometer }))
      .concat({ hours: 2, odometer: 5030 }),
  )
  await add('two-devices', [
    { hours: 1, device: 1, odometer: 1000 },
    { hours: 1 + second, device: 2, odometer: 5 },
    { hours: 2, device: 1, odometer: 1020 },
    { hours: 2 + second, device: 2, odometer: 24 },
  ])
  await add('none', [])
}
