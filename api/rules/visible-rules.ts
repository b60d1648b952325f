import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { ownerOf } from '../access/visible.ts'

/**
 * A condition on `rules`: those that the caller may see and change. Administrators and services see all of them, users
 * their own, and services that are limited to groups those of the fleet for these groups alone.
 */
export function visibleRules(sql: Sql, caller: Claims) {
  if (caller.role === 'user') return sql`(not rules.for_fleet and rules.owner_id = ${Number(caller.sub)})`
  if (caller.groups === undefined) return sql`true`
  return sql`(rules.for_fleet and coalesce(rules.scope -> 'groups' <@ ${sql.json([...caller.groups])}, false))`
}

/**
 * A condition on `rules`, joined with `events`: those whose events the caller may see, of vehicles that it may see.
 * Users also see those of rules for the fleet.
 */
export function rulesWithVisibleEvents(sql: Sql, caller: Claims) {
  if (caller.role === 'user')
    return sql`(rules.id is null or rules.for_fleet or rules.owner_id = ${Number(caller.sub)})`
  if (caller.groups === undefined) return sql`true`
  return sql`(rules.id is null or rules.for_fleet)`
}

/** Whether the caller's rules cover the whole fleet, and the owner of those that do not. */
export function coverageOf(caller: Claims): { forFleet: boolean; ownerId: number | null } {
  return caller.role === 'user'
    ? { forFleet: false, ownerId: ownerOf(caller) }
    : { forFleet: true, ownerId: null }
}
