import type { Claims } from '../../contract/claims.ts'
import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { recordChanges, type Actor, type Change } from '../audit/queries.ts'
import { beginOrTry } from '../database/begin-or-try.ts'
import { asUs, UNIQUE_VIOLATION } from '../database/columns.ts'
import { checkQuota, type OverQuota } from '../access/quota.ts'
import { changeVersioned, orTaken, renamed, type NotChanged } from '../database/versioned.ts'
import {
  findFewVisible,
  isLimitedToGroups,
  ownedDevices,
  ownedVehicles,
  ownerOf,
  visibleDevices,
} from '../access/visible.ts'

/** The description of a device. */
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
  /**
   * id of the user who may change it: the owner of its vehicle; without a vehicle, the owner of its last vehicle or
   * its creator
   */
  owner: number | null
  /** number of changes */
  version: number
}

type Issuer = Actor & { caller: Claims }
type Inserted =
  | { created: DeviceRow[] }
  | { taken: string[] }
  | { unknownVehicles: string[] }
  | { withoutVehicle: string[] }
  | { overQuota: OverQuota }

/**
 * Inserts all devices or none. If keys are taken, or vehicles are not the caller's own, the result names them. The keys
 * must differ from each other. A caller that is limited to groups cannot create devices outside of the groups'
 * vehicles: `withoutVehicle` has their keys. With `isTry` none is inserted, and the result is still returned.
 * @param options.max devices that a user may own
 */
export async function insertDevices(
  sql: Sql,
  devices: DeviceFields[],
  actor: Issuer,
  { max, isTry = false }: { max: number; isTry?: boolean },
): Promise<Inserted> {
  try {
    return await beginOrTry(sql, isTry, async (tx) => {
      const overQuota = await checkQuota(tx, actor.caller, 'devices', { count: devices.length, max })
      return overQuota === undefined ? insert(tx, devices, actor) : { overQuota }
    })
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) throw error
    const keys = devices.map(({ key }) => key)
    const taken = await sql<{ key: string }[]>`select key from devices where key = any (${keys})`
    return { taken: taken.map(({ key }) => key) }
  }
}

async function insert(tx: Sql, devices: DeviceFields[], actor: Issuer): Promise<Inserted> {
  const withoutVehicle = devices.filter(({ vehicle }) => vehicle === null).map(({ key }) => key)
  if (withoutVehicle.length > 0 && isLimitedToGroups(actor.caller)) return { withoutVehicle }
  const wanted = new Set(devices.flatMap(({ vehicle }) => vehicle ?? []))
  const unknownVehicles = await lockVehicles(tx, actor.caller, [...wanted])
  if (unknownVehicles.length > 0) return { unknownVehicles }

  const rows = await tx<{ key: string; createdUs: number; owner: number | null }[]>`
    insert into devices (key, name, serial, firmware, vehicle_id, public_key, created_by)
    select given.key, given.name, given.serial, given.firmware, vehicles.id, given."publicKey", ${ownerOf(actor.caller)}
    from jsonb_to_recordset(${tx.json(devices as never)})
      as given (key text, name text, serial text, firmware text, vehicle text, "publicKey" text)
    left join vehicles on vehicles.key = given.vehicle
    -- Always in this order, so that two such requests cannot wait for each other.
    order by given.key
    returning key, ${asUs(tx, 'created_at')} as "createdUs", created_by as owner
  `
  const byKey = new Map(rows.map((row) => [row.key, row]))
  const created = devices.map((it) => ({
    createdUs: 0,
    owner: null,
    ...byKey.get(it.key),
    ...it,
    version: 1,
  }))
  await recordChanges(
    tx,
    actor,
    created.map((row) => change('create', row.key, undefined, row)),
  )
  return { created }
}

/**
 * Locks vehicles, so that none is deleted before its device is inserted. Returns those that are not the caller's own.
 */
async function lockVehicles(tx: Sql, caller: Claims, keys: string[]): Promise<string[]> {
  const known = await tx<{ key: string }[]>`
    select key from vehicles where key = any (${keys}::text[]) and ${ownedVehicles(tx, caller)} order by id for key share
  `
  const found = new Set(known.map(({ key }) => key))
  return keys.filter((key) => !found.has(key))
}

/** Lists devices that the caller may see, in order of their keys, after the key `after`. */
export async function listDevices(
  sql: Sql,
  caller: Claims,
  page: { vehicle: string | undefined; search: string | undefined; after: string | undefined; limit: number },
): Promise<DeviceRow[]> {
  const { search } = page
  const few = await findFewVisible(sql, caller)
  return sql<DeviceRow[]>`
    ${selectDevices(sql)}
    where devices.key > ${page.after ?? ''} and ${visibleDevices(sql, caller, few)}
      ${page.vehicle === undefined ? sql`` : sql`and vehicles.key = ${page.vehicle}`}
      ${search === undefined ? sql`` : sql`and (position(fold_text(${search}) in devices.search_text) > 0 or position(fold_text(${search}) in lower(vehicles.key)) > 0)`}
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
 * Applies `patch` to a device that has one of `etags`, or any ETag if `etags` is `undefined`. `unknown_vehicle`: its
 * new vehicle is not the caller's own. A device in a vehicle of another owner belongs to that owner (trigger
 * `follow_vehicle_owner`), and the former owner's tokens and public key are revoked.
 */
export async function updateDevice(
  sql: Sql,
  key: string,
  etags: readonly string[] | undefined,
  patch: (before: DeviceFields) => DeviceFields,
  actor: Issuer,
): Promise<DeviceRow | NotChanged | 'unknown_vehicle'> {
  const changing = changeVersioned(sql, etags, lock(key, actor.caller), async (tx, before) => {
    const { key: newKey, name, serial, firmware, vehicle, publicKey } = patch(before)
    if (vehicle !== null && vehicle !== before.vehicle) {
      const unknown = await lockVehicles(tx, actor.caller, [vehicle])
      if (unknown.length > 0) return 'unknown_vehicle'
    }
    const [changed] = await tx<Pick<DeviceRow, 'owner' | 'publicKey'>[]>`
      update devices
      set key = ${newKey}, name = ${name}, serial = ${serial}, firmware = ${firmware}, public_key = ${publicKey},
        vehicle_id = (select id from vehicles where key = ${vehicle}), version = version + 1
      where key = ${key}
      returning created_by as owner, public_key as "publicKey"
    `
    const version = before.version + 1
    const after = { ...before, key: newKey, name, serial, firmware, vehicle, ...changed, version }
    const changes = [change('update', key, before, after), ...renamed('device', key, newKey)]
    if (after.owner !== before.owner) changes.push(await handOver(tx, before, after))
    await recordChanges(tx, actor, changes)
    return after
  })
  return orTaken(changing)
}

/** For the audit log: both owners, and the revoked credentials. */
async function handOver(tx: Sql, before: DeviceRow, after: DeviceRow): Promise<Change> {
  const [tokens] = await tx<{ revoked: number }[]>`
    select count(*)::int as revoked from device_tokens join devices on devices.id = device_id
    where devices.key = ${after.key} and revoked_at = now()
  `
  return {
    action: 'device.hand_over',
    subject: `device:${after.key}`,
    before: { owner: before.owner },
    after: { owner: after.owner, tokens_revoked: tokens?.revoked ?? 0 },
  }
}

/** Deletes a device and its tokens; its connection ends. */
export async function deleteDevice(
  sql: Sql,
  key: string,
  etags: readonly string[] | undefined,
  actor: Issuer,
): Promise<'deleted' | NotChanged> {
  return changeVersioned(sql, etags, lock(key, actor.caller), async (tx, before) => {
    await tx`delete from devices where key = ${key}`
    await recordChanges(tx, actor, [change('delete', key, before)])
    return 'deleted' as const
  })
}

function lock(key: string, caller: Claims) {
  return async (tx: Sql) => {
    // In a separate statement: after a wait the joined vehicle would still be the former one.
    await tx`select from devices where key = ${key} for update`
    const [row] = await tx<(DeviceRow & { isOwn: boolean })[]>`
      select coalesce(${ownedDevices(tx, caller)}, false) as "isOwn", ${columns(tx)}
      from devices left join vehicles on vehicles.id = devices.vehicle_id
      where devices.key = ${key} and ${visibleDevices(tx, caller)}
    `
    return row
  }
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
    devices.public_key as "publicKey", ${asUs(sql, 'devices.created_at')} as "createdUs",
    devices.created_by as owner, devices.version
  `
}
