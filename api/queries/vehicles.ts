import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { asUs, UNIQUE_VIOLATION } from './columns.ts'

export interface VehicleRow {
  key: string
  name: string
  createdUs: number
}

/** Inserts all or, when keys are taken, none: then says which. The keys must differ from each other. */
export async function insertVehicles(
  sql: Sql,
  vehicles: { key: string; name: string }[],
): Promise<{ created: VehicleRow[] } | { taken: string[] }> {
  try {
    const created = await sql<VehicleRow[]>`
      insert into vehicles (key, name)
      select key, name from jsonb_to_recordset(${sql.json(vehicles)}) as given (key text, name text)
      -- Always in this order, so that two such requests cannot wait for each other.
      order by key
      returning key, name, ${asUs(sql, 'created_at')} as "createdUs"
    `
    return { created }
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) throw error
    const keys = vehicles.map(({ key }) => key)
    const taken = await sql<{ key: string }[]>`select key from vehicles where key = any (${keys})`
    return { taken: taken.map(({ key }) => key) }
  }
}

/** Vehicles in order of their keys, from the one after `after`. */
export async function listVehicles(
  sql: Sql,
  page: { after: string | undefined; limit: number },
): Promise<VehicleRow[]> {
  return sql<VehicleRow[]>`
    select key, name, ${asUs(sql, 'created_at')} as "createdUs"
    from vehicles
    where key > ${page.after ?? ''}
    order by key
    limit ${page.limit}
  `
}

export async function findVehicle(sql: Sql, key: string): Promise<VehicleRow | undefined> {
  const [vehicle] = await sql<VehicleRow[]>`
    select key, name, ${asUs(sql, 'created_at')} as "createdUs" from vehicles where key = ${key}
  `
  return vehicle
}

export async function findVehicleId(sql: Sql, key: string): Promise<number | undefined> {
  const [vehicle] = await sql<{ id: number }[]>`select id from vehicles where key = ${key}`
  return vehicle?.id
}
