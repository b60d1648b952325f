import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { asUs, UNIQUE_VIOLATION } from './columns.ts'

export interface DeviceRow {
  key: string
  name: string
  /** key of its vehicle */
  vehicle: string | null
  /** PEM of the key that it signs its own tokens with */
  publicKey: string | null
  createdUs: number
}

export interface NewDevice {
  key: string
  name: string
  vehicle: string | null
  publicKey: string | null
}

type Inserted =
  | { created: Omit<DeviceRow, 'vehicle' | 'publicKey'>[] }
  | { taken: string[] }
  | { unknownVehicles: string[] }

/** Inserts all or, when keys are taken or vehicles unknown, none: then says which. The keys must differ. */
export async function insertDevices(sql: Sql, devices: NewDevice[]): Promise<Inserted> {
  try {
    return await sql.begin((tx) => insert(tx as unknown as Sql, devices))
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) throw error
    const keys = devices.map(({ key }) => key)
    const taken = await sql<{ key: string }[]>`select key from devices where key = any (${keys})`
    return { taken: taken.map(({ key }) => key) }
  }
}

async function insert(tx: Sql, devices: NewDevice[]): Promise<Inserted> {
  const wanted = new Set(devices.flatMap(({ vehicle }) => vehicle ?? []))
  // Locked, so that none is deleted before its device is there.
  const known = await tx<{ key: string }[]>`
    select key from vehicles where key = any (${[...wanted]}::text[]) order by id for key share
  `
  for (const { key } of known) wanted.delete(key)
  if (wanted.size > 0) return { unknownVehicles: [...wanted] }

  const created = await tx<Omit<DeviceRow, 'vehicle' | 'publicKey'>[]>`
    insert into devices (key, name, vehicle_id, public_key)
    select given.key, given.name, vehicles.id, given."publicKey"
    from jsonb_to_recordset(${tx.json(devices as never)}) as given (key text, name text, vehicle text, "publicKey" text)
    left join vehicles on vehicles.key = given.vehicle
    -- Always in this order, so that two such requests cannot wait for each other.
    order by given.key
    returning key, name, ${asUs(tx, 'created_at')} as "createdUs"
  `
  return { created }
}

/** Devices in order of their keys, from the one after `after`. */
export async function listDevices(
  sql: Sql,
  page: { after: string | undefined; limit: number },
): Promise<DeviceRow[]> {
  return sql<DeviceRow[]>`
    ${selectDevices(sql)} where devices.key > ${page.after ?? ''} order by devices.key limit ${page.limit}
  `
}

export async function findDevice(sql: Sql, key: string): Promise<DeviceRow | undefined> {
  const [device] = await sql<DeviceRow[]>`${selectDevices(sql)} where devices.key = ${key}`
  return device
}

function selectDevices(sql: Sql) {
  return sql`
    select devices.key, devices.name, vehicles.key as vehicle, devices.public_key as "publicKey",
      ${asUs(sql, 'devices.created_at')} as "createdUs"
    from devices left join vehicles on vehicles.id = devices.vehicle_id
  `
}
