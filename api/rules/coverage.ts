import type { Sql } from '../../sql/connect.ts'
import type { StoredScope } from '../../rules/rule-scope.ts'

export interface Coverage {
  scopes: readonly StoredScope[]
  forFleet: boolean
  ownerId: number | null
}

/** A condition on `vehicle_versions`: vehicles in one of the scopes. */
function inScopes(sql: Sql, scopes: readonly StoredScope[]) {
  if (scopes.some(({ all }) => all)) return sql`true`
  const groups = scopes.flatMap((it) => it.groups ?? [])
  const tags = scopes.flatMap((it) => it.tags ?? [])
  const vehicles = scopes.flatMap((it) => it.vehicles ?? [])
  return sql`(
    vehicle_versions.group_key = any (${groups}::text[]) or vehicle_versions.tags && ${tags}::text[]
    or vehicle_versions.vehicle_id = any (${vehicles}::bigint[])
  )`
}

/**
 * Vehicles that a rule covers at some time from `from` on, the text of a time, and perhaps some more: that only lets
 * their results be computed again.
 */
export function coveredVehicles(sql: Sql, { scopes, forFleet, ownerId }: Coverage, from: string) {
  const isSeen = forFleet
    ? sql``
    : sql`and (vehicle_versions.owner_id = ${ownerId} or exists (
        select from grant_versions
        where grant_versions.user_id = ${ownerId} and grant_versions.valid_to > ${from}::text::timestamptz
          and (grant_versions.vehicle_id = vehicle_versions.vehicle_id
            or grant_versions.group_key = vehicle_versions.group_key)
      ))`
  return sql`
    select distinct vehicle_versions.vehicle_id as id from vehicle_versions
    where vehicle_versions.valid_to > ${from}::text::timestamptz and ${inScopes(sql, scopes)} ${isSeen}`
}

/** Lets the results of all covered vehicles be computed again from a time on. */
export async function noteRuleChange(tx: Sql, coverage: Coverage, from: string): Promise<void> {
  await tx`select settings_changed(array(${coveredVehicles(tx, coverage, from)} order by 1), ${from}::text::timestamptz)`
}
