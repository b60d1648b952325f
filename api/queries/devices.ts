import type { Claims } from '../../contract/claims.ts'
import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { isMatch } from '../etag.ts'
import { recordChanges, type Actor, type Change } from './audit.ts'
import { beginOrTry } from './begin-or-try.ts'
import { asUs, UNIQUE_VIOLATION } from './columns.ts'
import type { NotChanged } from './vehicles.ts'
import { ownedVehicles, ownerOf, visibleDevices } from './visible.ts'

/** What a device is described with. */
export interface DeviceFields {
  key: string
  name: string
  /** serial number or MAC address */
  serial: string
  firmware: string
  /** key of its vehicle */
  vehicle: string | null
  /** PEM of the key that it signs its own tokens with */
  publicKey: string | null
}

export interface DeviceRow extends DeviceFields {
  createdUs: number
  /** counts its changes */
  version: number
}

type Person = Actor & { caller: Claims }
type Inserted = { created: DeviceRow[] } | { taken: string[] } | { unknownVehicles: string[] }

/**
 * Inserts all or, when keys are taken or vehicles are not the caller's own, none: then says which. The keys must differ.
 * With `isTry` none is inserted, and what would have come of it is told.
 */
export async function insertDevices(
  sql: Sql,
  devices: DeviceFields[],
  actor: Person,
  isTry = false,
): Promise<Inserted> {
  try {
    return await beginOrTry(sql, isTry, async (tx) => insert(tx, devices, actor))
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) throw error
    const keys = devices.map(({ key }) => key)
    const taken = await sql<{ key: string }[]>`select key from devices where key = any (${keys})`
    return { taken: taken.map(({ key }) => key) }
  }
}

async function insert(tx: Sql, devices: DeviceFields[], actor: Person): Promise<Inserted> {
  const wanted = new Set(devices.flatMap(({ vehicle }) => vehicle ?? []))
  const unknownVehicles = await lockVehicles(tx, actor.caller, [...wanted])
  if (unknownVehicles.length > 0) return { unknownVehicles }

  const rows = await tx<{ key: string; createdUs: number }[]>`
    insert into devices (key, name, serial, firmware, vehicle_id, public_key, created_by)
    select given.key, given.name, given.serial, given.firmware, vehicles.id, given."publicKey", ${ownerOf(actor.caller)}
    from jsonb_to_recordset(${tx.json(devices as never)})
      as given (key text, name text, serial text, firmware text, vehicle text, "publicKey" text)
    left join vehicles on vehicles.key = given.vehicle
    -- Always in this order, so that two such requests cannot wait for each other.
    order by given.key
    returning key, ${asUs(tx, 'created_at')} as "createdUs"
  `
  const createdUs = new Map(rows.map((row) => [row.key, row.createdUs]))
  const created = devices.map((it) => ({ ...it, createdUs: createdUs.get(it.key) ?? 0, version: 1 }))
  await recordChanges(
    tx,
    actor,
    created.map((row) => change('create', row.key, undefined, row)),
  )
  return { created }
}

/** Locks vehicles, so that none is deleted before its device is there. Returns those that are not the caller's own. */
async function lockVehicles(tx: Sql, caller: Claims, keys: string[]): Promise<string[]> {
  const known = await tx<{ key: string }[]>`
    select key from vehicles where key = any (${keys}::text[]) and ${ownedVehicles(tx, caller)} order by id for key share
  `
  const found = new Set(known.map(({ key }) => key))
  return keys.filter((key) => !found.has(key))
}

/** Devices that the caller may see, in order of their keys, from the one after `after`. */
export async function listDevices(
  sql: Sql,
  caller: Claims,
  page: { vehicle: string | undefined; search: string | undefined; after: string | undefined; limit: number },
): Promise<DeviceRow[]> {
  const { search } = page
  const like = `%${(search ?? '').replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  return sql<DeviceRow[]>`
    ${selectDevices(sql)}
    where devices.key > ${page.after ?? ''} and ${visibleDevices(sql, caller)}
      ${page.vehicle === undefined ? sql`` : sql`and vehicles.key = ${page.vehicle}`}
      ${search === undefined ? sql`` : sql`and (devices.key ilike ${like} or devices.name ilike ${like} or devices.serial ilike ${like} or vehicles.key ilike ${like})`}
    order by devices.key
    limit ${page.limit}
  `
}

export async function findDevice(sql: Sql, caller: Claims, key: string): Promise<DeviceRow | undefined> {
  const [device] = await sql<DeviceRow[]>`
    ${selectDevices(sql)} where devices.key = ${key} and ${visibleDevices(sql, caller)}
  `
  return device
}

/**
 * Changes a device to what `patch` makes of it, if it has one of `etags`; undefined: any. `unknown_vehicle`: it is to
 * go into a vehicle that is not the caller's own.
 */
export async function updateDevice(
  sql: Sql,
  key: string,
  etags: readonly string[] | undefined,
  patch: (before: DeviceFields) => DeviceFields,
  actor: Person,
): Promise<DeviceRow | NotChanged | 'unknown_vehicle'> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const before = await lock(tx, actor.caller, key, etags)
    if (typeof before === 'string') return before
    const { name, serial, firmware, vehicle, publicKey } = patch(before)
    if (vehicle !== null && vehicle !== before.vehicle) {
      const unknown = await lockVehicles(tx, actor.caller, [vehicle])
      if (unknown.length > 0) return 'unknown_vehicle'
    }
    await tx`
      update devices
      set name = ${name}, serial = ${serial}, firmware = ${firmware}, public_key = ${publicKey},
        vehicle_id = (select id from vehicles where key = ${vehicle}), version = version + 1
      where key = ${key}
    `
    const after = { ...before, name, serial, firmware, vehicle, publicKey, version: before.version + 1 }
    await recordChanges(tx, actor, [change('update', key, before, after)])
    return after
  })
}

/** Deletes a device and its tokens; its connection ends. */
export async function deleteDevice(
  sql: Sql,
  key: string,
  etags: readonly string[] | undefined,
  actor: Person,
): Promise<'deleted' | NotChanged> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const before = await lock(tx, actor.caller, key, etags)
    if (typeof before === 'string') return before
    await tx`delete from devices where key = ${key}`
    await recordChanges(tx, actor, [change('delete', key, before)])
    return 'deleted'
  })
}

async function lock(
  tx: Sql,
  caller: Claims,
  key: string,
  etags: readonly string[] | undefined,
): Promise<DeviceRow | NotChanged> {
  const isOwn =
    caller.role === 'admin' ? tx`true` : tx`coalesce(devices.created_by = ${ownerOf(caller)}, false)`
  // By itself: after a wait the joined vehicle would still be that of before.
  await tx`select from devices where key = ${key} for update`
  const [row] = await tx<(DeviceRow & { isOwn: boolean })[]>`
    select ${isOwn} as "isOwn", ${columns(tx)}
    from devices left join vehicles on vehicles.id = devices.vehicle_id
    where devices.key = ${key} and ${visibleDevices(tx, caller)}
  `
  if (!row) return 'missing'
  const { isOwn: mayChange, ...device } = row
  if (!mayChange) return 'read_only'
  return isMatch(etags, row) ? device : 'changed'
}

function change(verb: string, key: string, before?: DeviceRow, after?: DeviceRow): Change {
  return { action: `device.${verb}`, subject: `device:${key}`, before: shown(before), after: shown(after) }
}

function shown(row: DeviceRow | undefined): DeviceFields | undefined {
  if (row === undefined) return undefined
  const { key, name, serial, firmware, vehicle, publicKey } = row
  return { key, name, serial, firmware, vehicle, publicKey }
}

function selectDevices(sql: Sql) {
  return sql`select ${columns(sql)} from devices left join vehicles on vehicles.id = devices.vehicle_id`
}

function columns(sql: Sql) {
  return sql`
    devices.key, devices.name, devices.serial, devices.firmware, vehicles.key as vehicle,
    devices.public_key as "publicKey", ${asUs(sql, 'devices.created_at')} as "createdUs", devices.version
  `
}
