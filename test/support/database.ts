import { randomBytes } from 'node:crypto'
import { connect, type Sql } from '../../sql/connect.ts'
import type { Flavour } from '../../sql/flavour.ts'
import { migrate } from '../../sql/migrate.ts'
import { startTestServer } from './server.ts'

export interface TestDatabase {
  url: string
  flavour: Flavour
  /** A pool of four connections, closed by `drop`. */
  sql: Sql
  /** Closes `sql` and drops the database, disconnecting everyone else. */
  drop: () => Promise<void>
}

interface TestServer {
  admin: Sql
  /** Options for copying the template. */
  copying: string
  urlOf: (database: string) => string
  /** A migrated database to copy, which is faster than migrating again. */
  template: { name: string; flavour: Flavour }
  stop: () => Promise<void>
}

// One server for the whole mocha run, which only the root hook ends.
let server: Promise<TestServer> | undefined
/** not dropped yet */
const open = new Set<TestDatabase>()

/**
 * A new database with the schema in it, in the server of TEST_DATABASE_URL (a superuser's URL) or an embedded one.
 * @param options.migrated false: an empty database
 */
export async function openTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const started = await (server ??= startServer())
  const { admin, urlOf, template } = started
  const name = newName()
  const copied = options.migrated !== false && (await copyTemplate(started, name))
  if (!copied) await admin`create database ${admin(name)}`
  const url = urlOf(name)
  const sql = connect({ url, max: 4, applicationName: 'test' })
  if (!copied && options.migrated !== false) await migrate(sql)
  const database: TestDatabase = {
    url,
    flavour: template.flavour,
    sql,
    async drop() {
      open.delete(database)
      await sql.end({ timeout: 1 })
      await admin`drop database ${admin(name)} with (force)`
    },
  }
  open.add(database)
  return database
}

/** For the root hook: after the last test. */
export async function closeTestServer(): Promise<void> {
  const left = [...open]
  for (const database of left) await database.drop()
  // The tests that waited for it have failed by its error.
  const started = await server?.catch(() => undefined)
  server = undefined
  await started?.stop()
  // On a server that continues, their connections would have kept this process alive until they are an hour old.
  if (left.length > 0)
    throw new Error(
      `tests left ${left.length} databases: ${left.map(({ url }) => new URL(url).pathname).join(', ')}`,
    )
}

async function startServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL']
  const { url, stop } = given === undefined ? await startTestServer() : { url: given, stop: async () => {} }
  const urlOf = (database: string): string => Object.assign(new URL(url), { pathname: `/${database}` }).href
  const admin = connect({ url: urlOf('postgres'), max: 2, applicationName: 'test-admin' })
  const name = newName()
  async function end(): Promise<void> {
    await admin.end({ timeout: 1 })
    await stop()
  }
  // Without a template, such as after a wrong migration, nobody else would stop the server, and mocha would not end.
  const flavour = await makeTemplate(admin, name, urlOf(name)).catch(async (error: unknown) => {
    await end()
    throw error
  })
  return {
    admin,
    // Half of the processor time of the default. On a given server it could wait for a disk.
    copying: given === undefined ? 'strategy file_copy' : '',
    urlOf,
    template: { name, flavour },
    async stop() {
      await admin`drop database ${admin(name)} with (force)`
      await end()
    },
  }
}

async function makeTemplate(admin: Sql, name: string, url: string): Promise<Flavour> {
  await admin`create database ${admin(name)}`
  const sql = connect({ url, max: 1, applicationName: 'test-template' })
  let flavour: Flavour
  try {
    flavour = await prepare(sql)
  } finally {
    await sql.end()
  }
  await admin`alter database ${admin(name)} allow_connections false`
  await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`
  return flavour
}

async function prepare(sql: Sql): Promise<Flavour> {
  const { flavour } = await migrate(sql)
  // TimescaleDB's scheduler connects to every database that has the extension, and one with a connection is not copied.
  if (flavour !== 'plain') await sql`select _timescaledb_functions.stop_background_workers()`
  return flavour
}

async function copyTemplate(server: TestServer, name: string): Promise<boolean> {
  const { admin, copying, template } = server
  try {
    await admin`create database ${admin(name)} template ${admin(template.name)} ${admin.unsafe(copying)}`
    return true
  } catch {
    return false
  }
}

function newName(): string {
  return `fleetwire_test_${process.pid}_${randomBytes(4).toString('hex')}`
}
