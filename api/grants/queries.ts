import { formatTime } from '../../contract/time.ts'
import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { recordChanges, type Actor, type Change } from '../audit/queries.ts'
import { asUs, fromUs, UNIQUE_VIOLATION } from '../database/columns.ts'
import { useGroups } from '../groups/queries.ts'

/** Either `vehicle` or `group`; the other is null. */
export interface GrantRow {
  id: number
  userId: number
  vehicle: string | null
  group: string | null
  /** the user sees nothing that happened before, in microseconds since 1970; null for the whole history */
  historyFromUs: number | null
  createdUs: number
}

type NewGrant = Omit<GrantRow, 'id' | 'createdUs'>

/** Grants a vehicle or a group to a user. Returns what does not exist, or that the grant already exists. */
export async function insertGrant(
  sql: Sql,
  grant: NewGrant,
  actor: Actor,
): Promise<GrantRow | 'unknown_user' | 'unknown_vehicle' | 'exists'> {
  const { userId, vehicle, group, historyFromUs } = grant
  try {
    return await sql.begin(async (transaction) => {
      const tx = transaction as unknown as Sql
      // Locked, so that neither is deleted before the grant is inserted.
      const users = await tx`select from users where id = ${userId} for key share`
      if (users.length === 0) return 'unknown_user'
      const [found] = await tx<{ id: number }[]>`select id from vehicles where key = ${vehicle} for key share`
      if (vehicle !== null && found === undefined) return 'unknown_vehicle'
      if (actor.caller !== undefined) await useGroups(tx, actor.caller, [group])
      const createdBy = actor.caller?.role === 'admin' ? Number(actor.caller.sub) : null
      const [row] = await tx<{ id: number; createdUs: number }[]>`
        insert into grants (user_id, vehicle_id, group_key, history_from, created_by)
        values (${userId}, ${found?.id ?? null}, ${group}, ${timeOrNull(tx, historyFromUs)},
          (select id from users where id = ${createdBy}))
        returning id, ${asUs(tx, 'created_at')} as "createdUs"
      `
      if (row === undefined) return 'exists'
      const made = { ...grant, ...row }
      await recordChanges(tx, actor, [change('create', made, undefined, shown(grant))])
      return made
    })
  } catch (error) {
    if (codeOf(error) === UNIQUE_VIOLATION) return 'exists'
    throw error
  }
}

/** Lists grants in the order in which they were created. */
export async function listGrants(
  sql: Sql,
  page: {
    userId: number | undefined
    vehicle: string | undefined
    group: string | undefined
    afterId: number
    limit: number
  },
): Promise<GrantRow[]> {
  const { userId, vehicle, group, afterId, limit } = page
  return sql<GrantRow[]>`
    ${selectGrants(sql)}
    where grants.id > ${afterId}
      ${userId === undefined ? sql`` : sql`and grants.user_id = ${userId}`}
      ${vehicle === undefined ? sql`` : sql`and vehicles.key = ${vehicle}`}
      ${group === undefined ? sql`` : sql`and grants.group_key = ${group}`}
    order by grants.id
    limit ${limit}
  `
}

/** Changes the start of a grant. */
export function updateGrant(
  sql: Sql,
  id: number,
  /** `undefined` leaves the start unchanged */
  historyFromUs: number | null | undefined,
  actor: Actor,
): Promise<GrantRow | 'missing'> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const [before] = await tx<GrantRow[]>`${selectGrants(tx)} where grants.id = ${id} for update of grants`
    if (!before) return 'missing'
    if (historyFromUs === undefined || historyFromUs === before.historyFromUs) return before
    const after = { ...before, historyFromUs }
    await tx`update grants set history_from = ${timeOrNull(tx, historyFromUs)} where id = ${id}`
    await recordChanges(tx, actor, [change('update', before, shown(before), shown(after))])
    return after
  })
}

/** Deletes a grant; false if it does not exist. */
export function deleteGrant(sql: Sql, id: number, actor: Actor): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const [before] = await tx<GrantRow[]>`${selectGrants(tx)} where grants.id = ${id} for update of grants`
    if (!before) return false
    await tx`delete from grants where id = ${id}`
    await recordChanges(tx, actor, [change('delete', before, shown(before))])
    return true
  })
}

/** The format of the API. */
function shown({ userId, vehicle, group, historyFromUs }: NewGrant) {
  return {
    user: userId,
    vehicle,
    group,
    history_from: historyFromUs === null ? null : formatTime(historyFromUs),
  }
}

function timeOrNull(sql: Sql, us: number | null) {
  return us === null ? sql`null` : fromUs(sql, us)
}

function change(verb: string, { id }: { id: number }, before?: object, after?: object): Change {
  return { action: `grant.${verb}`, subject: `grant:${id}`, before, after }
}

function selectGrants(sql: Sql) {
  return sql`
    select grants.id, grants.user_id as "userId", vehicles.key as vehicle, grants.group_key as "group",
      ${asUs(sql, 'grants.history_from')} as "historyFromUs", ${asUs(sql, 'grants.created_at')} as "createdUs"
    from grants left join vehicles on vehicles.id = grants.vehicle_id
  `
}
