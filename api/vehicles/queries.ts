import type { Claims } from '../../contract/claims.ts'
import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { recordChanges, type Actor, type Change } from '../audit/queries.ts'
import { beginOrTry } from '../database/begin-or-try.ts'
import { asUs, UNIQUE_VIOLATION } from '../database/columns.ts'
import { changeVersioned, orTaken, renamed, type NotChanged } from '../database/versioned.ts'
import { checkQuota, type OverQuota } from '../access/quota.ts'
import { useGroups } from '../groups/queries.ts'
import {
  findFewVisible,
  isLimitedToGroups,
  ownedVehicles,
  ownerOf,
  visibleVehicles,
} from '../access/visible.ts'

/** The description of a vehicle. Text is empty if unknown. */
export interface VehicleFields {
  key: string
  name: string
  plate: string
  vin: string
  group: string | null
  tags: string[]
  attributes: Record<string, string | number | boolean>
}

export interface VehicleRow extends VehicleFields {
  createdUs: number
  /** number of changes */
  version: number
}

export interface VehicleFilter {
  group: string | undefined
  tag: string | undefined
  /** part of the key, the name, the plate, the VIN or a tag, ignoring case and accents */
  search: string | undefined
}

/**
 * Inserts all vehicles or none. If keys are taken, or groups are not the caller's, the result names them. The keys must
 * differ from each other. A caller that is limited to groups cannot create vehicles outside of them: `withoutGroup` has
 * their keys. With `isTry` none is inserted, and the result is still returned.
 * @param options.max vehicles that a user may own
 */
export async function insertVehicles(
  sql: Sql,
  vehicles: VehicleFields[],
  actor: Actor & { caller: Claims },
  { max, isTry = false }: { max: number; isTry?: boolean },
): Promise<
  | { created: VehicleRow[] }
  | { taken: string[] }
  | { foreignGroups: string[] }
  | { withoutGroup: string[] }
  | { overQuota: OverQuota }
> {
  try {
    return await beginOrTry(sql, isTry, async (tx) => {
      const overQuota = await checkQuota(tx, actor.caller, 'vehicles', { count: vehicles.length, max })
      if (overQuota !== undefined) return { overQuota }
      const withoutGroup = vehicles.filter(({ group }) => group === null).map(({ key }) => key)
      if (withoutGroup.length > 0 && isLimitedToGroups(actor.caller)) return { withoutGroup }
      const foreignGroups = await useGroups(
        tx,
        actor.caller,
        vehicles.map(({ group }) => group),
      )
      if (foreignGroups.length > 0) return { foreignGroups }
      const created = await tx<VehicleRow[]>`
        insert into vehicles (key, name, plate, vin, group_key, tags, attributes, created_by)
        select key, name, plate, vin, "group", tags, attributes, ${ownerOf(actor.caller)}
        from jsonb_to_recordset(${tx.json(vehicles as never)}) as given (
          key text, name text, plate text, vin text, "group" text, tags text[], attributes jsonb
        )
        -- Always in this order, so that two such requests cannot wait for each other.
        order by key
        returning ${columns(tx)}
      `
      await recordChanges(
        tx,
        actor,
        created.map((row) => change('create', row.key, undefined, row)),
      )
      return { created }
    })
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) throw error
    const keys = vehicles.map(({ key }) => key)
    const taken = await sql<{ key: string }[]>`select key from vehicles where key = any (${keys})`
    return { taken: taken.map(({ key }) => key) }
  }
}

/** Lists vehicles that the caller may see, in order of their keys, after the key `after`. */
export async function listVehicles(
  sql: Sql,
  caller: Claims,
  page: VehicleFilter & { after: string | undefined; limit: number },
): Promise<VehicleRow[]> {
  const { group, tag, search, after = '', limit } = page
  const few = await findFewVisible(sql, caller)
  return sql<VehicleRow[]>`
    select ${columns(sql)} from vehicles
    where key > ${after} and ${visibleVehicles(sql, caller, few)}
      ${group === undefined ? sql`` : sql`and group_key = ${group}`}
      ${tag === undefined ? sql`` : sql`and ${tag} = any (tags)`}
      ${search === undefined ? sql`` : sql`and position(fold_text(${search}) in search_text) > 0`}
    order by key
    limit ${limit}
  `
}

export async function findVehicle(sql: Sql, caller: Claims, key: string): Promise<VehicleRow | undefined> {
  const [vehicle] = await sql<VehicleRow[]>`
    select ${columns(sql)} from vehicles where key = ${key} and ${visibleVehicles(sql, caller)}
  `
  return vehicle
}

export async function findVehicleId(sql: Sql, key: string): Promise<number | undefined> {
  const [vehicle] = await sql<{ id: number }[]>`select id from vehicles where key = ${key}`
  return vehicle?.id
}

/** @limit attributes of a vehicle | 400 */
export const ATTRIBUTES_MAX = 50

/** Applies `patch` to a vehicle that has one of `etags`, or any ETag if `etags` is `undefined`. The key can change as well. */
export async function updateVehicle(
  sql: Sql,
  key: string,
  etags: readonly string[] | undefined,
  patch: (before: VehicleFields) => VehicleFields,
  actor: Actor & { caller: Claims },
): Promise<VehicleRow | NotChanged | 'too_many_attributes' | 'foreign_group' | 'no_group'> {
  const changing = changeVersioned(sql, etags, lock(key, actor.caller), async (tx, before) => {
    const { key: newKey, name, plate, vin, group, tags, attributes } = patch(before)
    if (Object.keys(attributes).length > ATTRIBUTES_MAX) return 'too_many_attributes'
    // A caller that may change a vehicle may leave it in a group that another user has put it into.
    if (group !== before.group && (await useGroups(tx, actor.caller, [group])).length > 0)
      return 'foreign_group'
    if (group === null && isLimitedToGroups(actor.caller)) return 'no_group'
    const [after] = await tx<VehicleRow[]>`
      update vehicles
      set key = ${newKey}, name = ${name}, plate = ${plate}, vin = ${vin}, group_key = ${group}, tags = ${tags},
        attributes = ${tx.json(attributes)}, version = version + 1
      where key = ${key}
      returning ${columns(tx)}
    `
    const changes = [change('update', key, before, after), ...renamed('vehicle', key, newKey)]
    await recordChanges(tx, actor, changes)
    return after ?? 'missing'
  })
  return orTaken(changing)
}

/** Deletes a vehicle; with `withHistory` also its readings, counts of duplicates and dead letters. */
export async function deleteVehicle(
  sql: Sql,
  key: string,
  options: { etags: readonly string[] | undefined; withHistory: boolean },
  actor: Actor & { caller: Claims },
): Promise<'deleted' | NotChanged> {
  return changeVersioned(sql, options.etags, lock(key, actor.caller), async (tx, before) => {
    // Otherwise the database would remove it from its devices without a new version of them.
    await tx`update devices set vehicle_id = null, version = version + 1 where vehicle_id = ${before.id}`
    await tx`delete from vehicles where id = ${before.id}`
    let after: { readings_deleted: number } | undefined
    if (options.withHistory) {
      const readings = await tx`delete from telemetry where vehicle_id = ${before.id}`
      await tx`delete from rejected_messages where vehicle_id = ${before.id}`
      await tx`delete from duplicate_counts where vehicle_id = ${before.id}`
      await tx`delete from shared_readings where vehicle_id = ${before.id}`
      after = { readings_deleted: readings.count }
    }
    const action = options.withHistory ? 'delete_with_history' : 'delete'
    await recordChanges(tx, actor, [{ ...change(action, key, before), after }])
    return 'deleted' as const
  })
}

function lock(key: string, caller: Claims) {
  return async (tx: Sql) => {
    const [row] = await tx<(VehicleRow & { id: number; isOwn: boolean })[]>`
      select id, coalesce(${ownedVehicles(tx, caller)}, false) as "isOwn", ${columns(tx)}
      from vehicles where key = ${key} and ${visibleVehicles(tx, caller)} for update
    `
    return row
  }
}

function change(verb: string, key: string, before?: VehicleRow, after?: VehicleRow): Change {
  return { action: `vehicle.${verb}`, subject: `vehicle:${key}`, before: shown(before), after: shown(after) }
}

function shown(row: VehicleRow | undefined): VehicleFields | undefined {
  if (row === undefined) return undefined
  const { key, name, plate, vin, group, tags, attributes } = row
  return { key, name, plate, vin, group, tags, attributes }
}

function columns(sql: Sql) {
  return sql`
    vehicles.key, vehicles.name, plate, vin, group_key as "group", tags, attributes,
    ${asUs(sql, 'vehicles.created_at')} as "createdUs", vehicles.version
  `
}
