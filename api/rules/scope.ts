import type { Claims } from '../../contract/claims.ts'
import type { StoredScope } from '../../rules/rule-scope.ts'
import type { Sql } from '../../sql/connect.ts'
import { isLimitedToGroups, visibleVehicles } from '../access/visible.ts'
import type { Fault } from '../http/refusal.ts'
import type { Scope } from './rule-fields.ts'

/** The stored form of a scope, or its faults: the caller names only what it may see. */
export async function storeScope(
  sql: Sql,
  caller: Claims,
  scope: Scope,
): Promise<{ stored: StoredScope } | { faults: Fault[] }> {
  if (isLimitedToGroups(caller) && scope.groups === undefined) {
    const detail = 'a service token that is limited to groups can only create rules for these groups'
    return { faults: [{ code: 'forbidden', pointer: '/scope', detail }] }
  }
  if (scope.groups) {
    const unknown = await unknownGroups(sql, caller, scope.groups)
    return unknown.length > 0 ? { faults: unknown } : { stored: { groups: scope.groups } }
  }
  if (!scope.vehicles) return { stored: scope.tags ? { tags: scope.tags } : { all: true } }
  const rows = await sql<{ id: number; key: string }[]>`
    select id, key from vehicles where key = any (${scope.vehicles}::text[]) and ${visibleVehicles(sql, caller)}
    order by id
  `
  const known = new Set(rows.map(({ key }) => key))
  const faults = scope.vehicles.flatMap((key, at): Fault[] =>
    known.has(key) ? [] : [{ pointer: `/scope/vehicles/${at}`, detail: `vehicle ${key} does not exist` }],
  )
  return faults.length > 0 ? { faults } : { stored: { vehicles: rows.map(({ id }) => id) } }
}

async function unknownGroups(sql: Sql, caller: Claims, keys: readonly string[]): Promise<Fault[]> {
  const userId = caller.role === 'user' ? Number(caller.sub) : null
  const rows = await sql<{ key: string }[]>`
    select key from groups where key = any (${[...keys]}::text[])
      ${caller.groups === undefined ? sql`` : sql`and key = any (${[...caller.groups]}::text[])`}
      ${
        userId === null
          ? sql``
          : sql`and (owner_id = ${userId} or exists (
              select from vehicles where vehicles.group_key = groups.key and ${visibleVehicles(sql, caller)}
            ))`
      }
  `
  const known = new Set(rows.map(({ key }) => key))
  return keys.flatMap((key, at): Fault[] =>
    known.has(key) ? [] : [{ pointer: `/scope/groups/${at}`, detail: `group ${key} does not exist` }],
  )
}

/** An expression on `rules`: the scope with keys of vehicles. Deleted vehicles are left out. */
export function shownScope(sql: Sql) {
  return sql`
    case when rules.scope ? 'vehicles' then jsonb_build_object('vehicles', (
      select coalesce(jsonb_agg(vehicles.key order by vehicles.key), '[]') from vehicles
      where vehicles.id in (select jsonb_array_elements_text(rules.scope -> 'vehicles')::bigint)
    )) else rules.scope end`
}
