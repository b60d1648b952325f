import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'

/**
 * A condition on `vehicles`: those that the caller may see. Administrators see all vehicles, and so do
 * services unless they are limited to groups. Other users see the vehicles that they created or were granted, directly
 * or by group.
 * @param few all vehicles that the caller may see, from `findFewVisible`
 */
export function visibleVehicles(sql: Sql, caller: Claims, few?: readonly number[]) {
  if (seesAll(caller)) return sql`true`
  if (few !== undefined) return sql`vehicles.id = any(${[...few]}::bigint[])`
  if (caller.role === 'service') return sql`vehicles.group_key = any(${[...(caller.groups ?? [])]}::text[])`
  const userId = Number(caller.sub)
  return sql`(vehicles.created_by = ${userId} or exists (
    select from grants
    where grants.user_id = ${userId}
      and (grants.vehicle_id = vehicles.id or grants.group_key = vehicles.group_key)
  ))`
}

/**
 * An expression on `vehicles`: the start of the history that the caller may see. It is `-infinity` for owners, and
 * if a grant has no start. Of several grants for a vehicle, the earliest start counts. Null if the caller may
 * not see the vehicle.
 */
export function seenFrom(sql: Sql, caller: Claims) {
  if (caller.role !== 'user') return sql`timestamptz '-infinity'`
  const userId = Number(caller.sub)
  return sql`case
    when vehicles.created_by = ${userId} then timestamptz '-infinity'
    -- Once for a query; the grants of each vehicle are looked up only for users who have one with a start.
    when vehicles.id is not null
      and not exists (select from grants where grants.user_id = ${userId} and history_from is not null) then '-infinity'
    else (
      select min(coalesce(history_from, '-infinity')) from grants
      where grants.user_id = ${userId}
        and (grants.vehicle_id = vehicles.id or grants.group_key = vehicles.group_key)
    ) end`
}

/**
 * A condition on `vehicles` and a time, with an "and" before it: within the history that the caller may see. Every
 * query for a vehicle's past has this condition, or begins with the `seenFromUs` of a `SeenVehicle`.
 */
export function since(sql: Sql, caller: Claims, time: ReturnType<typeof visibleVehicles>) {
  return caller.role === 'user' ? sql`and ${time} >= ${seenFrom(sql, caller)}` : sql``
}

/** `seenFrom` of a device, joined with `vehicles`: the caller sees the whole history of its own devices. */
export function deviceSeenFrom(sql: Sql, caller: Claims) {
  if (caller.role !== 'user') return seenFrom(sql, caller)
  return sql`case when devices.created_by = ${Number(caller.sub)} then '-infinity' else ${seenFrom(sql, caller)} end`
}

/** `seenFrom` in microseconds since 1970; null for the whole history. */
export function seenFromUs(sql: Sql, caller: Claims) {
  return sql`(extract(epoch from nullif(${seenFrom(sql, caller)}, '-infinity')) * 1000000)::bigint`
}

/** Whether a grant of the caller has a start. */
export async function hasHistoryLimit(sql: Sql, caller: Claims): Promise<boolean> {
  if (caller.role !== 'user') return false
  const rows = await sql`
    select from grants where user_id = ${Number(caller.sub)} and history_from is not null limit 1
  `
  return rows.length > 0
}

/**
 * A condition on `devices`, joined with `vehicles`: those that the caller created, or whose vehicle the caller may see.
 */
export function visibleDevices(sql: Sql, caller: Claims, few?: readonly number[]) {
  if (seesAll(caller)) return sql`true`
  if (caller.role === 'service') return visibleVehicles(sql, caller, few)
  return sql`(devices.created_by = ${Number(caller.sub)} or ${visibleVehicles(sql, caller, few)})`
}

/**
 * Maximum of a caller's vehicles that a list looks up by their ids.
 * @limit vehicles of a user by whose ids a list is looked up | the list is read along all vehicles
 */
const FEW_MAX = 1000

/**
 * The vehicles that the caller may see if they are few; they are looked up before a list is read. Otherwise
 * `undefined`: then reading along all vehicles soon fills a page. For a user with one vehicle among 120,000 of others,
 * that took the database 180 ms.
 */
export async function findFewVisible(sql: Sql, caller: Claims): Promise<number[] | undefined> {
  if (seesAll(caller)) return undefined
  const most = FEW_MAX + 1
  const userId = Number(caller.sub)
  const rows =
    caller.role === 'service'
      ? await sql<{ id: number }[]>`
          select id from vehicles where group_key = any(${[...(caller.groups ?? [])]}::text[]) limit ${most}`
      : await sql<{ id: number }[]>`
          (select id from vehicles where created_by = ${userId} limit ${most})
          union all
          (select vehicle_id from grants where user_id = ${userId} and vehicle_id is not null limit ${most})
          union all
          (select vehicles.id from grants join vehicles on vehicles.group_key = grants.group_key
          where grants.user_id = ${userId} limit ${most})
          limit ${most}`
  return rows.length > FEW_MAX ? undefined : rows.map(({ id }) => id)
}

/**
 * A condition on `vehicles`: those that the caller may change, and put devices into. A service may change every vehicle
 * that it sees, if it has the scope that the route requires.
 */
export function ownedVehicles(sql: Sql, caller: Claims) {
  if (seesAll(caller) || caller.role === 'service') return visibleVehicles(sql, caller)
  return sql`vehicles.created_by = ${Number(caller.sub)}`
}

/** A condition on `devices`: those that the caller may change, and issue tokens for. */
export function ownedDevices(sql: Sql, caller: Claims) {
  if (seesAll(caller)) return sql`true`
  if (caller.role === 'service')
    return sql`exists (
      select from vehicles where vehicles.id = devices.vehicle_id and ${visibleVehicles(sql, caller)}
    )`
  return sql`devices.created_by = ${Number(caller.sub)}`
}

/**
 * A condition on `geofences`: those that the caller may see. Users see their own, and those of groups that they own or
 * that have a vehicle which they may see.
 */
export function visibleGeofences(sql: Sql, caller: Claims) {
  if (seesAll(caller)) return sql`true`
  if (caller.role === 'service') return sql`geofences.group_key = any(${[...(caller.groups ?? [])]}::text[])`
  const userId = Number(caller.sub)
  return sql`(
    geofences.created_by = ${userId}
    or exists (select from groups where groups.key = geofences.group_key and owner_id = ${userId})
    or exists (
      select from vehicles where vehicles.group_key = geofences.group_key and ${visibleVehicles(sql, caller)}
    )
  )`
}

/** A condition on `geofences`: those that the caller may change. */
export function ownedGeofences(sql: Sql, caller: Claims) {
  if (seesAll(caller) || caller.role === 'service') return visibleGeofences(sql, caller)
  return sql`geofences.created_by = ${Number(caller.sub)}`
}

/** Whether the caller may only see, name and use the groups of its service token. */
export function isLimitedToGroups({ groups }: Claims): boolean {
  return groups !== undefined
}

/** A vehicle that the caller may see. */
export interface SeenVehicle {
  id: number
  /** start of the history that the caller may see, in microseconds since 1970; `null` for all of it */
  seenFromUs: number | null
}

/** Finds a vehicle that the caller may see. `undefined` also if the vehicle exists and the caller may not see it. */
export async function findVisibleVehicle(
  sql: Sql,
  caller: Claims,
  key: string,
): Promise<SeenVehicle | undefined> {
  const [vehicle] = await sql<SeenVehicle[]>`
    select id, ${seenFromUs(sql, caller)} as "seenFromUs" from vehicles
    where key = ${key} and ${visibleVehicles(sql, caller)}
  `
  return vehicle
}

/** Whether the caller may change a vehicle that it sees. */
export async function ownsVehicle(sql: Sql, caller: Claims, id: number): Promise<boolean> {
  const rows = await sql`select from vehicles where id = ${id} and ${ownedVehicles(sql, caller)}`
  return rows.length > 0
}

/** The id of the user who owns what the caller creates; null for a service. */
export function ownerOf({ role, sub }: Claims): number | null {
  return role === 'service' ? null : Number(sub)
}

function seesAll(caller: Claims): boolean {
  return caller.role === 'admin' || (caller.role === 'service' && !isLimitedToGroups(caller))
}
