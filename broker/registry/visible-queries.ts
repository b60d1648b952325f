import type { Sql } from '../../sql/connect.ts'
import type { Account, VisibleVehicle } from './account.ts'

/** Which of the given vehicles users and services see now: a row for each vehicle and scope that sees it. */
export async function findVisible(
  sql: Sql,
  accounts: readonly Account[],
  vehicleIds: readonly number[],
): Promise<({ scope: string; id: number } & VisibleVehicle)[]> {
  const userIds = accounts.flatMap(({ userId }) => userId ?? [])
  const services = accounts.filter(({ role }) => role === 'service')
  return sql<({ scope: string; id: number } & VisibleVehicle)[]>`
    select users.id::text as scope, vehicles.id, vehicles.key,
      (extract(epoch from nullif(seen_from, '-infinity')) * 1000000)::bigint as "seenFromUs"
    from vehicles cross join unnest(${userIds}::bigint[]) as users (id)
    cross join lateral (
      select case when vehicles.created_by = users.id then timestamptz '-infinity' else (
        select min(coalesce(history_from, '-infinity')) from grants where grants.user_id = users.id
          and (grants.vehicle_id = vehicles.id or grants.group_key = vehicles.group_key)) end as seen_from
    ) as seen
    where vehicles.id = any(${vehicleIds}::bigint[]) and seen_from is not null
    union all
    select service.scope, vehicles.id, vehicles.key, null
    from jsonb_to_recordset(${sql.json(services.map(({ scope, groups }) => ({ scope, groups })))})
      as service (scope text, groups text[])
    join vehicles on vehicles.group_key = any(service.groups)
    where vehicles.id = any(${vehicleIds}::bigint[])`
}

/** The keys of vehicles; `null` for vehicles that do not exist. */
export async function findKeys(
  sql: Sql,
  vehicleIds: readonly number[],
): Promise<{ id: number; key: string | null }[]> {
  return sql<{ id: number; key: string | null }[]>`
    select given.id, vehicles.key from unnest(${vehicleIds}::bigint[]) as given (id)
    left join vehicles on vehicles.id = given.id`
}
