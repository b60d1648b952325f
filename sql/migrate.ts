import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Postgrator from 'postgrator'
import type { TransactionSql } from 'postgres'
import { FleetwireError, messageOf } from '../kit/errors.ts'
import type { Sql } from './connect.ts'
import { findFlavour, type Flavour } from './flavour.ts'

export interface Migrated {
  flavour: Flavour
  /** File names of the migrations that were run now, in order. */
  applied: string[]
}

/** An arbitrary number: the holder of this advisory lock migrates. */
const migrationLock = 4_615_893_201

/**
 * Brings the schema up to date, all or nothing. Several processes may do so at the same time: one migrates, the others wait.
 * @param options.flavour of a new database, if it is not to be the most capable one
 * @param options.directory of the migrations: common ones, and one folder per flavour
 * @throws FleetwireError `migration_changed`, `migration_failed`, `database_newer`, and those of `findFlavour`;
 *   an error of the database, if it cannot be reached
 */
export async function migrate(
  sql: Sql,
  options: { flavour?: Flavour; directory?: string } = {},
): Promise<Migrated> {
  const directory = options.directory ?? dirname(fileURLToPath(import.meta.url))
  const migrated = await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${migrationLock})`
    const flavour = await findFlavour(tx, options.flavour)
    return { flavour, applied: await run(tx, join(directory, `{.,${flavour}}`, '[0-9]*.do.*.sql')) }
  })
  return migrated
}

async function run(tx: TransactionSql, migrationPattern: string): Promise<string[]> {
  let current = ''
  const postgrator = new Postgrator({
    driver: 'pg',
    migrationPattern,
    // Not "schemaversion": other programs in this database may also use postgrator.
    schemaTable: 'fleetwire_migrations',
    // A checkout on Windows has other line ends, but is the same migration.
    newline: 'LF',
    execQuery: async (query) => ({ rows: await tx.unsafe(query) }),
  })
  postgrator.on('validation-started', ({ filename }) => (current = basename(filename)))
  postgrator.on('migration-started', ({ filename }) => (current = basename(filename)))

  await postgrator.getMigrations()
  const [known, present] = [await postgrator.getMaxVersion(), await postgrator.getDatabaseVersion()]
  if (present > known) {
    throw new FleetwireError(
      'database_newer',
      `the database has migration ${present}, but this version has only up to ${known}: run a newer version`,
    )
  }
  try {
    const applied = await postgrator.migrate()
    await tx`comment on table fleetwire_migrations is 'Migrations that were applied. Version 0 is the empty database.'`
    return applied.map(({ filename }) => basename(filename))
  } catch (cause) {
    if (!messageOf(cause).startsWith('MD5 checksum failed')) {
      throw new FleetwireError('migration_failed', `${current}: ${messageOf(cause)}`, { cause })
    }
    const message = `${current} was changed after this database had run it: undo the change and write a new migration`
    throw new FleetwireError('migration_changed', message, { cause })
  }
}
