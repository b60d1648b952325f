import type { TransactionSql } from 'postgres'
import { codeOf, FleetwireError } from '../kit/errors.ts'

/** The kind of a database, by its capabilities: the name of a folder of migrations. */
export type Flavour = 'plain' | 'apache' | 'community'

const byAbility: Flavour[] = ['plain', 'apache', 'community']

/** In older versions ON CONFLICT lost rows on compressed chunks. */
const timescaleOldest = { community: [2, 18, 1], apache: [2, 13, 0] }

/**
 * Reads the capabilities of the database, and the flavour that its schema was created for, which stays. A schema for plain
 * PostgreSQL also works if TimescaleDB is added to the server later, and one without a columnstore if the license changes.
 * Creates the extension timescaledb in a new database if the server has it and the user may do so.
 * @param wanted the flavour of a new database, even if it is capable of more
 * @throws FleetwireError `database_too_old`, `flavour_changed` (the schema needs more than the database has)
 */
export async function findFlavour(tx: TransactionSql, wanted?: Flavour): Promise<Flavour> {
  const made = await madeFor(tx)
  if (made === undefined && wanted !== 'plain') await createExtension(tx)
  const able = await ability(tx)
  const flavour = made ?? wanted ?? able
  if (byAbility.indexOf(flavour) > byAbility.indexOf(able)) {
    throw new FleetwireError(
      'flavour_changed',
      `the schema needs ${title[flavour]}, but this database is ${title[able]}` +
        (made === undefined ? '' : ': was it restored on another server, or timescaledb.license changed?'),
    )
  }
  await refuseOldVersions(tx, flavour)
  return flavour
}

const title: Record<Flavour, string> = {
  plain: 'PostgreSQL without the extension timescaledb',
  apache: 'TimescaleDB, Apache edition',
  community: 'TimescaleDB, community edition',
}

async function madeFor(tx: TransactionSql): Promise<Flavour | undefined> {
  const [row] = await tx`select to_regprocedure('telemetry_flavour()') is not null as made`
  if (row?.['made'] !== true) return undefined
  const [flavour] = await tx<{ flavour: Flavour }[]>`select telemetry_flavour() as flavour`
  return flavour?.flavour
}

async function createExtension(tx: TransactionSql): Promise<void> {
  // The setting exists if the library was preloaded. Otherwise `create extension` would end the connection.
  const [row] = await tx`
    select current_setting('timescaledb.max_background_workers', true) is not null as preloaded
    from pg_available_extensions where name = 'timescaledb' and installed_version is null`
  if (row?.['preloaded'] !== true) return
  try {
    await tx.savepoint((inner) => inner`create extension if not exists timescaledb`)
  } catch (error) {
    const insufficientPrivilege = '42501'
    if (codeOf(error) !== insufficientPrivilege) throw error
  }
}

async function ability(tx: TransactionSql): Promise<Flavour> {
  const [row] = await tx`
    select current_setting('timescaledb.license', true) as license
    from pg_extension where extname = 'timescaledb'`
  if (!row) return 'plain'
  return row['license'] === 'timescale' ? 'community' : 'apache'
}

async function refuseOldVersions(tx: TransactionSql, flavour: Flavour): Promise<void> {
  const [row] = await tx<{ number: number; version: string; timescale: string | null }[]>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
      (select extversion from pg_extension where extname = 'timescaledb') as timescale`
  if (!row) return
  refuseOldPostgres(row.number, row.version)
  if (flavour !== 'plain' && row.timescale !== null) refuseOldTimescale(flavour, row.timescale)
}

/** @throws FleetwireError `database_too_old` */
export function refuseOldPostgres(number: number, version: string): void {
  if (number >= 150_000) return
  throw new FleetwireError('database_too_old', `PostgreSQL 15 or newer is required, this is ${version}`)
}

/** @throws FleetwireError `database_too_old` */
export function refuseOldTimescale(flavour: 'apache' | 'community', version: string): void {
  const oldest = timescaleOldest[flavour]
  const parts = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0)
  const place = oldest.findIndex((part, index) => part !== (parts[index] ?? 0))
  if (place === -1 || (parts[place] ?? 0) > (oldest[place] ?? 0)) return
  throw new FleetwireError(
    'database_too_old',
    `TimescaleDB ${oldest.join('.')} or newer is required, this is ${version}: run "alter extension timescaledb update"`,
  )
}
