import { isDeepStrictEqual } from 'node:util'
import type { Claims } from '../../contract/claims.ts'
import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { isLimitedToGroups, ownedGeofences, ownerOf, visibleGeofences } from '../access/visible.ts'
import { recordChanges, type Actor, type Change } from '../audit/queries.ts'
import { beginOrTry } from '../database/begin-or-try.ts'
import { asUs, UNIQUE_VIOLATION } from '../database/columns.ts'
import { changeVersioned, type NotChanged } from '../database/versioned.ts'
import { useGroups } from '../groups/queries.ts'
import type { Fault } from '../http/refusal.ts'
import type { GeofenceFields } from './geofence.ts'
import { beginVersions, endVersions, lockRevision, type VersionedGeofence } from './versions.ts'

export interface GeofenceRow extends GeofenceFields {
  id: number
  createdUs: number
  /** number of changes */
  version: number
  validFromUs: number
}

/**
 * Geofences of all users together.
 * @limit geofences | 403
 */
export const FLEET_MAX = 5000
/**
 * A fifth of them.
 * @limit geofences of a user | 403
 */
export const USER_MAX = 1000

/** A limit, and how many more geofences there may be within it. */
export interface NoRoom {
  max: number
  room: number
  whose: 'yours' | 'all'
}

/**
 * Inserts all geofences or none. If keys are taken, or groups are not the caller's, the result names them. The keys must
 * differ from each other. With `isTry` none is inserted, and the result is still returned.
 * @param options.sinceUs microseconds since 1970 from which on they are valid; default: now
 */
export async function insertGeofences(
  sql: Sql,
  geofences: readonly GeofenceFields[],
  actor: Actor & { caller: Claims },
  { sinceUs, isTry = false }: { sinceUs: number | undefined; isTry?: boolean },
): Promise<
  | { created: GeofenceRow[] }
  | { taken: string[] }
  | { foreignGroups: string[] }
  | { withoutGroup: string[] }
  | { noRoom: NoRoom }
> {
  const { caller } = actor
  const keys = geofences.map(({ key }) => key)
  try {
    return await beginOrTry(sql, isTry, async (tx) => {
      await lockRevision(tx)
      const noRoom = await findNoRoom(tx, caller, geofences.length)
      if (noRoom !== undefined) return { noRoom }
      const withoutGroup = geofences.filter(({ group }) => group === null).map(({ key }) => key)
      if (withoutGroup.length > 0 && isLimitedToGroups(caller)) return { withoutGroup }
      const groups = geofences.map(({ group }) => group)
      const foreignGroups = await useGroups(tx, caller, groups)
      if (foreignGroups.length > 0) return { foreignGroups }
      const inserted = await tx<{ id: number }[]>`
        insert into geofences (key, name, group_key, geometry, radius_m, width_m, hysteresis_m, speed_limit, schedule,
          vehicles_of, created_by, valid_from)
        select key, name, "group", geometry, radius_m, width_m, hysteresis_m, speed_limit, nullif(schedule, 'null'),
          ${caller.role === 'user' ? Number(caller.sub) : null}, ${ownerOf(caller)}, clock_timestamp()
        from jsonb_to_recordset(${tx.json(geofences as never)}) as given (
          key text, name text, "group" text, geometry jsonb, radius_m float8, width_m float8, hysteresis_m float8,
          speed_limit float8, schedule jsonb
        )
        order by key
        returning id
      `
      const ids = inserted.map(({ id }) => id)
      await beginVersions(tx, ids, sinceUs)
      const created = await tx<GeofenceRow[]>`
        select ${columns(tx)} from geofences where id = any (${ids}::bigint[]) order by key
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
    const taken = await sql<{ key: string }[]>`select key from geofences where key = any (${keys})`
    return { taken: taken.map(({ key }) => key) }
  }
}

export interface GeofenceFilter {
  group: string | undefined
  /** part of the key or the name, ignoring case and accents */
  search: string | undefined
}

/** Lists geofences that the caller may see, in order of their keys, after the key `after`. */
export function listGeofences(
  sql: Sql,
  caller: Claims,
  { group, search, after = '', limit }: GeofenceFilter & { after: string | undefined; limit: number },
): Promise<GeofenceRow[]> {
  return sql<GeofenceRow[]>`
    select ${columns(sql)} from geofences
    where key > ${after} and ${visibleGeofences(sql, caller)}
      ${group === undefined ? sql`` : sql`and group_key = ${group}`}
      ${search === undefined ? sql`` : sql`and position(fold_text(${search}) in fold_text(key || ' ' || name)) > 0`}
    order by key
    limit ${limit}
  `
}

export async function findGeofence(
  sql: Sql,
  caller: Claims,
  key: string,
): Promise<(GeofenceRow & VersionedGeofence) | undefined> {
  const [geofence] = await sql<(GeofenceRow & VersionedGeofence)[]>`
    select vehicles_of as "vehiclesOf", ${columns(sql)} from geofences
    where key = ${key} and ${visibleGeofences(sql, caller)}
  `
  return geofence
}

/** Applies `patch` to a geofence that has one of `etags`, or any ETag if `etags` is `undefined`. */
export function updateGeofence(
  sql: Sql,
  key: string,
  { etags, sinceUs }: { etags: readonly string[] | undefined; sinceUs: number | undefined },
  patch: (before: GeofenceFields) => { fields: GeofenceFields } | { faults: Fault[] },
  actor: Actor & { caller: Claims },
): Promise<GeofenceRow | NotChanged | { faults: Fault[] } | 'foreign_group' | 'no_group'> {
  return changeVersioned(
    sql,
    etags,
    lock(key, actor.caller),
    async (tx, before: GeofenceRow & VersionedGeofence) => {
      const patched = patch(shown(before))
      if ('faults' in patched) return patched
      const { name, group, geometry, radius_m, width_m, hysteresis_m, speed_limit, schedule } = patched.fields
      if (group !== before.group && (await useGroups(tx, actor.caller, [group])).length > 0)
        return 'foreign_group'
      if (group === null && isLimitedToGroups(actor.caller)) return 'no_group'
      await tx`
      update geofences
      set name = ${name}, group_key = ${group}, geometry = ${tx.json(geometry)}, radius_m = ${radius_m},
        width_m = ${width_m}, hysteresis_m = ${hysteresis_m}, speed_limit = ${speed_limit},
        schedule = ${schedule === null ? null : tx.json(schedule as never)}, version = version + 1, updated_at = now()
      where id = ${before.id}
    `
      const isSame = isDeepStrictEqual(patched.fields, shown(before))
      if (!isSame || sinceUs !== undefined) await beginVersions(tx, [before.id], sinceUs, before)
      const [after] = await tx<GeofenceRow[]>`select ${columns(tx)} from geofences where id = ${before.id}`
      await recordChanges(tx, actor, [change('update', key, before, after)])
      return after ?? ('missing' as const)
    },
  )
}

/** Deletes a geofence. Readings from before `sinceUs`, or from before now, are still judged by it. */
export function deleteGeofence(
  sql: Sql,
  key: string,
  { etags, sinceUs }: { etags: readonly string[] | undefined; sinceUs: number | undefined },
  actor: Actor & { caller: Claims },
): Promise<'deleted' | NotChanged> {
  return changeVersioned(
    sql,
    etags,
    lock(key, actor.caller),
    async (tx, before: GeofenceRow & VersionedGeofence) => {
      await tx`delete from geofences where id = ${before.id}`
      await endVersions(tx, before, sinceUs)
      await recordChanges(tx, actor, [change('delete', key, before)])
      return 'deleted' as const
    },
  )
}

async function findNoRoom(tx: Sql, caller: Claims, count: number): Promise<NoRoom | undefined> {
  const [are] = await tx<{ all: number; own: number }[]>`
    select count(*)::int as "all", count(*) filter (where created_by = ${ownerOf(caller)})::int as own from geofences
  `
  const { all = 0, own = 0 } = are ?? {}
  const ofAll = { max: FLEET_MAX, room: Math.max(0, FLEET_MAX - all), whose: 'all' } as const
  const ofUser = { max: USER_MAX, room: Math.max(0, USER_MAX - own), whose: 'yours' } as const
  if (caller.role === 'user' && count > ofUser.room) return ofUser
  return count > ofAll.room ? ofAll : undefined
}

function lock(key: string, caller: Claims) {
  return async (tx: Sql) => {
    // First, as for those who create: they wait for a key that is being deleted.
    await lockRevision(tx)
    const [row] = await tx<(GeofenceRow & VersionedGeofence & { isOwn: boolean })[]>`
      select coalesce(${ownedGeofences(tx, caller)}, false) as "isOwn", vehicles_of as "vehiclesOf",
        created_by as "createdBy", ${columns(tx)}
      from geofences where key = ${key} and ${visibleGeofences(tx, caller)} for update
    `
    return row
  }
}

function change(verb: string, key: string, before?: GeofenceRow, after?: GeofenceRow): Change {
  return {
    action: `geofence.${verb}`,
    subject: `geofence:${key}`,
    before: before && { ...shown(before) },
    after: after && { ...shown(after) },
  }
}

function shown(row: GeofenceRow): GeofenceFields {
  const { key, name, group, geometry, radius_m, width_m, hysteresis_m, speed_limit, schedule } = row
  return { key, name, group, geometry, radius_m, width_m, hysteresis_m, speed_limit, schedule }
}

function columns(sql: Sql) {
  return sql`
    geofences.id, geofences.key, geofences.name, geofences.group_key as "group", geometry, radius_m, width_m,
    hysteresis_m, speed_limit, schedule, ${asUs(sql, 'geofences.created_at')} as "createdUs", geofences.version,
    ${asUs(sql, 'geofences.valid_from')} as "validFromUs"
  `
}
