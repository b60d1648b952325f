import { expect } from 'chai'
import { migrate } from '../../sql/migrate.ts'
import { eventually } from '../support/eventually.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { READING_COLUMNS, selectColumns } from '../support/reading-columns.ts'

/** Selects the definitions that list the fields, by name: those that `list_latest_fields` creates again. */
const SELECT_LISTS = `
  select 'latest' as name, pg_get_viewdef('latest'::regclass) as definition
  union all
  select proname, pg_get_functiondef(oid) from pg_proc where proname in ('latest_of_readings', 'keep_position_values')
  union all
  select 'trigger', pg_get_triggerdef(oid) from pg_trigger
  where tgname = 'keep_position_values' and tgrelid = 'positions'::regclass`

describe('columns of readings', () => {
  let database: TestDatabase
  before(async () => {
    database = await openTestDatabase()
  })
  after(() => database.drop())

  const listsOf = async ({ sql }: TestDatabase) => {
    const rows = await sql.unsafe<{ name: string; definition: string }[]>(SELECT_LISTS)
    return Object.fromEntries(rows.map(({ name, definition }) => [name, definition]))
  }

  it('the tables of readings have the columns of the contract, in each flavour that the server supports', async () => {
    for (const flavour of new Set(['plain', database.flavour] as const)) {
      const each = await openTestDatabase({ migrated: false })
      try {
        await migrate(each.sql, { flavour })
        for (const [table, columns] of Object.entries(READING_COLUMNS)) {
          const [found] = await each.sql.unsafe(selectColumns(table))
          expect(found?.['columns'], `${table}, ${flavour}`).to.deep.equal(columns)
        }
      } finally {
        await each.drop()
      }
    }
  })

  it('lists of fields that are created again are the same', async () => {
    const before = await listsOf(database)
    expect(before).to.have.keys('keep_position_values', 'latest', 'latest_of_readings', 'trigger')
    await database.sql`select list_latest_fields()`
    expect(await listsOf(database)).to.deep.equal(before)
  })

  it('queries and new readings do not wait while a field waits for a long query', async () => {
    const { sql } = database
    let adding: Promise<unknown> | undefined
    await sql.begin(async (tx) => {
      await tx`select from telemetry`
      adding = sql`select add_reading_field('cargo_temp')`.execute()
      await eventually('the migration waits', async () => {
        const rows =
          await sql`select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
        return rows.length === 1
      })
      await sql`select from latest`
      await sql`select from positions cross join lateral (
        select from latest where latest.vehicle_id = positions.vehicle_id) as newest`
      await sql`insert into telemetry (vehicle_id, device_id, time, received_at) values (1, 1, now(), now())`
    })
    await adding
    await sql`select cargo_temp from telemetry`
  })

  it('a field that is added is in each list', async () => {
    await database.sql`select add_reading_field('door_open', 'boolean')`
    for (const [name, definition] of Object.entries(await listsOf(database)))
      expect(definition, name).to.include('door_open')
  })
})
