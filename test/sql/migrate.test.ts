import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { connect } from '../../sql/connect.ts'
import { refuseOldPostgres, refuseOldTimescale } from '../../sql/flavour.ts'
import { migrate } from '../../sql/migrate.ts'
import { builtModule } from '../support/built-module.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { failureOf } from '../support/failure.ts'

describe('migrations', () => {
  let database: TestDatabase

  beforeEach(async () => {
    database = await openTestDatabase({ migrated: false })
  })
  afterEach(() => database.drop())

  it('migrations create the schema, and do nothing the second time', async () => {
    const { applied } = await migrate(database.sql)
    expect(applied).to.include('003.do.telemetry.sql')
    expect((await migrate(database.sql)).applied).to.deep.equal([])
  })

  it('telemetry has one index, in each flavour that the server supports', async () => {
    for (const flavour of database.flavour === 'apache'
      ? (['plain', 'apache'] as const)
      : [database.flavour]) {
      const each = await openTestDatabase({ migrated: false })
      try {
        expect((await migrate(each.sql, { flavour })).flavour).to.equal(flavour)
        const indexes =
          await each.sql`select indexname, indexdef from pg_indexes where tablename = 'telemetry'`
        expect(indexes.map((row) => row['indexname'])).to.deep.equal(['telemetry_vehicle_id_time_nth'])
        expect(indexes[0]?.['indexdef']).to.match(/unique.*\(vehicle_id, "time", nth\)/i)
      } finally {
        await each.drop()
      }
    }
  })

  it('five concurrent migrations are applied once', async () => {
    const pools = Array.from({ length: 5 }, () =>
      connect({ url: database.url, max: 1, applicationName: 'test' }),
    )
    await Promise.all(pools.map((sql) => sql`select 1`))
    const done = await Promise.all(pools.map((sql) => migrate(sql)))
    expect(done.filter(({ applied }) => applied.length > 0)).to.have.length(1)
    await Promise.all(pools.map((sql) => sql.end()))
  })

  it('migrations of five processes started together are applied once', async () => {
    const outputs = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const child = spawn(process.execPath, [builtModule('sql/main.ts')], {
          env: { ...process.env, DATABASE_URL: database.url },
        })
        const [output, errors, [status]] = await Promise.all([
          text(child.stdout),
          text(child.stderr),
          once(child, 'exit') as Promise<[number]>,
        ])
        expect(status, errors).to.equal(0)
        return output
      }),
    )
    expect(outputs.filter((output) => output.includes('applied 001.do.fleet.sql'))).to.have.length(1)
    expect(outputs.filter((output) => output.includes('up to date'))).to.have.length(5)
  })

  it('a flavour that needs less than the server offers is kept', async () => {
    await migrate(database.sql, { flavour: 'plain' })
    expect((await migrate(database.sql)).flavour).to.equal('plain')
  })

  it('a database created for a flavour that the server lacks is refused', async () => {
    await database.sql`
      create function telemetry_flavour() returns text language sql immutable as $$ select 'community' $$`
    const error = await failureOf(migrate(database.sql))
    expect(error).to.have.property('code', 'flavour_changed')
    expect(error.message).to.include('community edition')
  })

  it('server versions that would lose rows are refused', () => {
    expect(() => refuseOldPostgres(140_011, '14.11')).to.throw(
      /PostgreSQL 15 or newer is required, this is 14.11/,
    )
    expect(() => refuseOldPostgres(150_000, '15.0')).to.not.throw()
    expect(() => refuseOldTimescale('community', '2.18.0')).to.throw(/2.18.1 or newer/)
    expect(() => refuseOldTimescale('community', '2.9.3')).to.throw(/2.18.1 or newer/)
    for (const version of ['2.18.1', '2.19.0-dev', '3.0.0']) {
      expect(() => refuseOldTimescale('community', version)).to.not.throw()
    }
    expect(() => refuseOldTimescale('apache', '2.17.2')).to.not.throw()
  })

  describe('migrations of another version', () => {
    let directory: string

    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'fleetwire-'))
      cpSync('sql', directory, { recursive: true })
    })
    afterEach(() => rmSync(directory, { recursive: true }))

    it('a changed migration is refused by name', async () => {
      await migrate(database.sql)
      appendFileSync(join(directory, '001.do.fleet.sql'), '-- changed\n')
      const error = await failureOf(migrate(database.sql, { directory }))
      expect(error).to.have.property('code', 'migration_changed')
      expect(error.message).to.include('001.do.fleet.sql')
    })

    it('a newer database is refused', async () => {
      writeFileSync(join(directory, '999.do.later.sql'), 'create table later (id int)')
      expect((await migrate(database.sql, { directory })).applied).to.include('999.do.later.sql')
      expect(await failureOf(migrate(database.sql))).to.have.property('code', 'database_newer')
    })

    it('a failing migration is named, and none is applied', async () => {
      writeFileSync(join(directory, '999.do.wrong.sql'), 'create table later (id int); select 1/0')
      const error = await failureOf(migrate(database.sql, { directory }))
      expect(error).to.have.property('code', 'migration_failed')
      expect(error.message).to.equal('999.do.wrong.sql: division by zero')
      const [row] = await database.sql`select to_regclass('users') as users, to_regclass('later') as later`
      expect(row).to.deep.equal({ users: null, later: null })
    })
  })

  it('a connection error is passed on unchanged', async () => {
    const sql = connect({ url: 'postgresql://a:b@127.0.0.1:1/c', max: 1, applicationName: 'test' })
    expect(await failureOf(migrate(sql))).to.have.property('code', 'ECONNREFUSED')
    await sql.end()
  })
})
