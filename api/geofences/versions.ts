import type { Sql } from '../../sql/connect.ts'
import { asUs, fromUs } from '../database/columns.ts'

/** What a geofence's versions, and the vehicles that it is for, depend on. */
export interface VersionedGeofence {
  id: number
  key: string
  group: string | null
  /** without a group: id of the user whose vehicles it is for; `null` for all vehicles */
  vehiclesOf: number | null
  /** id of its owner */
  createdBy: number | null
}

/**
 * Versions of one geofence. At a drag a second, the maximum is reached in minutes; readings that late are few.
 * @limit versions of a geofence | the two oldest become one
 */
export const VERSIONS_MAX = 200
/**
 * Deleted geofences of one owner, or of services together.
 * @limit deleted geofences of a user by which late readings are judged | the one deleted first is forgotten
 */
export const DELETED_MAX = 1000

/** Waits for other transactions that change geofences. */
export async function lockRevision(tx: Sql): Promise<void> {
  await tx`select from geofence_revision for update`
}

/**
 * Begins a new version of geofences that were just inserted or changed, and reports the vehicles that they are for to
 * insight. It replaces what was valid from then on. It never begins before an earlier geofence with the same key ended:
 * past results remain.
 * @param before one changed geofence, as it was
 */
export async function beginVersions(
  tx: Sql,
  ids: readonly number[],
  sinceUs: number | undefined,
  before?: VersionedGeofence,
): Promise<void> {
  const since = sinceUs === undefined ? tx`clock_timestamp()` : fromUs(tx, sinceUs)
  await tx`
    update geofences
    set valid_from = greatest(${since}, (
      select max(valid_to) from geofence_versions as earlier
      where earlier.key = geofences.key and earlier.geofence_id <> geofences.id
    ))
    where id = any (${[...ids]}::bigint[])
  `
  for (const id of before ? ids : [])
    await cutVersions(tx, id, tx`(select valid_from from geofences where id = ${id})`)
  await tx`
    insert into geofence_versions (geofence_id, valid_from, key, name, group_key, vehicles_of, created_by, geometry,
      radius_m, width_m, hysteresis_m, speed_limit, schedule)
    select id, valid_from, key, name, group_key, vehicles_of, created_by, geometry, radius_m, width_m, hysteresis_m,
      speed_limit, schedule
    from geofences where id = any (${[...ids]}::bigint[])
  `
  const merged = before ? await mergeOldest(tx, before.id) : undefined
  const after = await tx<(Scope & { fromUs: number })[]>`
    select distinct group_key as "group", vehicles_of as "vehiclesOf",
      ${asUs(tx, 'valid_from')} as "fromUs"
    from geofences where id = any (${[...ids]}::bigint[])
  `
  const firstUs = Math.min(...after.map((it) => it.fromUs), merged ?? Infinity)
  await noteScopes(tx, before ? [before, ...after] : after, firstUs)
}

/** Ends the versions of a geofence that was just deleted, and reports the vehicles that it was for to insight. */
export async function endVersions(
  tx: Sql,
  before: VersionedGeofence,
  sinceUs: number | undefined,
): Promise<void> {
  const [at] = await tx<{ us: number }[]>`
    select (extract(epoch from clock_timestamp()) * 1000000)::bigint as us
  `
  const endUs = sinceUs ?? at?.us ?? 0
  await cutVersions(tx, before.id, fromUs(tx, endUs))
  await noteScopes(tx, [before], endUs)
  await forgetDeleted(tx, before.createdBy)
}

interface Scope {
  group: string | null
  vehiclesOf: number | null
}

async function cutVersions(tx: Sql, id: number, at: ReturnType<typeof fromUs>): Promise<void> {
  await tx`delete from geofence_versions where geofence_id = ${id} and valid_from >= ${at}`
  await tx`
    update geofence_versions set valid_to = ${at}
    where geofence_id = ${id} and (valid_to is null or valid_to > ${at})
  `
}

/** Returns from when on readings are judged differently, if the oldest versions became one. */
async function mergeOldest(tx: Sql, id: number): Promise<number | undefined> {
  const [first] = await tx<{ us: number }[]>`
    with many as (
      select valid_from, row_number() over (order by valid_from desc) as place
      from geofence_versions where geofence_id = ${id}
    ), removed as (
      delete from geofence_versions
      where geofence_id = ${id} and valid_from in (select valid_from from many where place > ${VERSIONS_MAX})
      returning valid_from
    ), oldest as (
      select min(valid_from) as valid_from from removed
    )
    update geofence_versions set valid_from = oldest.valid_from
    from oldest
    where geofence_id = ${id} and oldest.valid_from is not null
      and geofence_versions.valid_from = (select valid_from from many where place = ${VERSIONS_MAX})
    returning ${asUs(tx, 'geofence_versions.valid_from')} as us
  `
  return first?.us
}

async function forgetDeleted(tx: Sql, createdBy: number | null): Promise<void> {
  const forgotten = await tx<(Scope & { fromUs: number })[]>`
    with gone as (
      select geofence_id from geofence_versions
      where created_by is not distinct from ${createdBy}
        and not exists (select from geofences where id = geofence_id)
      group by geofence_id
      order by max(valid_to) desc
      offset ${DELETED_MAX}
    )
    delete from geofence_versions using gone where geofence_versions.geofence_id = gone.geofence_id
    returning group_key as "group", vehicles_of as "vehiclesOf", ${asUs(tx, 'valid_from')} as "fromUs"
  `
  if (forgotten.length === 0) return
  await noteScopes(tx, forgotten, Math.min(...forgotten.map((it) => it.fromUs)))
}

/** Announces that versions have changed, and tells insight to compute results of the vehicles again, from a time on. */
async function noteScopes(tx: Sql, scopes: readonly Scope[], us: number): Promise<void> {
  await tx`update geofence_revision set revision = revision + 1`
  const groups = scopes.flatMap(({ group }) => group ?? [])
  const users = scopes.flatMap(({ group, vehiclesOf }) => (group === null ? (vehiclesOf ?? []) : []))
  const isForAll = scopes.some(({ group, vehiclesOf }) => group === null && vehiclesOf === null)
  await tx`
    insert into telemetry_changes (vehicle_ids, from_times, to_times, readings)
    select array_agg(id order by id), array_agg(${fromUs(tx, us)}), array_agg('infinity'::timestamptz), 0
    from vehicles
    where ${isForAll} or group_key = any (${groups}::text[]) or created_by = any (${users}::bigint[])
    having count(*) > 0
  `
}
