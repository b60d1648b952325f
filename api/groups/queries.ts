import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { recordChanges, type Actor } from '../audit/queries.ts'
import { asUs } from '../database/columns.ts'
import { ownerOf, visibleVehicles } from '../access/visible.ts'

export interface GroupRow {
  key: string
  /**
   * id of a user; `null` if only administrators may put vehicles into the group, or the caller may not see the owner
   */
  owner: number | null
  /** number of its vehicles that the caller may see */
  vehicles: number
  createdUs: number
}

/**
 * Prepares groups for vehicles that the caller puts into them, or for grants, in the same transaction. The caller
 * becomes the owner of a group that does not exist, or that nothing names any longer. Returns the groups into which the
 * caller may put nothing.
 */
export async function useGroups(
  tx: Sql,
  caller: Claims,
  keys: readonly (string | null)[],
): Promise<string[]> {
  const wanted = [...new Set(keys)].filter((key) => key !== null)
  if (wanted.length === 0) return []
  const outside = wanted.filter((key) => !(caller.groups?.includes(key) ?? true))
  if (outside.length > 0) return outside
  // Locked first, in a separate statement: the next one then sees vehicles that were just put into these groups.
  await tx`select from groups where key = any (${wanted}::text[]) order by key for update`
  await tx`
    delete from groups where key = any (${wanted}::text[]) and not is_group_used(key)
  `
  const owner = ownerOf(caller)
  const made = await tx<{ key: string }[]>`
    insert into groups (key, owner_id) select key, ${owner} from unnest(${wanted}::text[]) as key order by key
    on conflict do nothing
    returning key
  `
  if (caller.role !== 'user') return []
  const foreign = await tx<{ key: string }[]>`
    select key from groups where key = any (${wanted}::text[]) and owner_id is distinct from ${owner} order by key
  `
  // Then nothing is put into any of them.
  if (foreign.length > 0) await tx`delete from groups where key = any (${made.map(({ key }) => key)}::text[])`
  return foreign.map(({ key }) => key)
}

/** Lists groups that are the caller's own, or that have a vehicle which the caller may see, in order of their keys. */
export async function listGroups(
  sql: Sql,
  caller: Claims,
  page: { after: string | undefined; limit: number },
): Promise<GroupRow[]> {
  return sql<GroupRow[]>`
    select * from (${selectGroups(sql, caller)}) as seen
    where key > ${page.after ?? ''} ${isSeen(sql, caller)}
    order by key
    limit ${page.limit}
  `
}

/** Gives a group to another owner. */
export function changeGroup(
  sql: Sql,
  key: string,
  owner: number | null,
  actor: Actor & { caller: Claims },
): Promise<GroupRow | 'missing' | 'unknown_user'> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const [before] = await tx<{ owner: number | null }[]>`
      select owner_id as owner from groups where key = ${key} for update
    `
    if (before === undefined) return 'missing'
    const users = await tx`select from users where id = ${owner} for key share`
    if (owner !== null && users.length === 0) return 'unknown_user'
    await tx`update groups set owner_id = ${owner} where key = ${key}`
    const change = { action: 'group.update', subject: `group:${key}`, before, after: { owner } }
    await recordChanges(tx, actor, [change])
    const [after] = await tx<
      GroupRow[]
    >`select * from (${selectGroups(tx, actor.caller)}) as seen where key = ${key}`
    return after ?? 'missing'
  })
}

function selectGroups(sql: Sql, caller: Claims) {
  const owner =
    caller.role === 'user' ? sql`case when owner_id = ${Number(caller.sub)} then owner_id end` : sql`owner_id`
  return sql`
    select groups.key, ${owner} as owner, ${asUs(sql, 'groups.created_at')} as "createdUs",
      (select count(*)::int from vehicles where vehicles.group_key = groups.key and ${visibleVehicles(sql, caller)}) as vehicles
    from groups
  `
}

function isSeen(sql: Sql, caller: Claims) {
  if (caller.groups !== undefined) return sql`and key = any (${[...caller.groups]}::text[])`
  return caller.role === 'user' ? sql`and (owner is not null or vehicles > 0)` : sql``
}
