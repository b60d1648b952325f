import type { Claims } from '../../contract/claims.ts'
import type { RuleKindName } from '../../contract/rule-kinds.ts'
import type { Sql } from '../../sql/connect.ts'
import { recordChanges, type Actor, type Change } from '../audit/queries.ts'
import { asUs, fromUs } from '../database/columns.ts'
import { changeVersioned, orTaken, renamed, type NotChanged } from '../database/versioned.ts'
import type { Fault } from '../http/refusal.ts'
import { noteRuleChange } from './coverage.ts'
import type { RuleFields, RuleRow } from './rule-fields.ts'
import type { StoredScope } from '../../rules/rule-scope.ts'
import { shownScope, storeScope } from './scope.ts'
import { coverageOf, visibleRules } from './visible-rules.ts'

/**
 * Rules of all users and of the fleet: each reading of a vehicle is judged by all that cover it.
 * @limit rules | 403
 */
export const RULES_MAX = 200
/**
 * Rules of all users together: the others are left for the fleet.
 * @limit rules of users | 403
 */
export const RULES_OF_USERS_MAX = 100
/** @limit rules of one user | 403 */
export const RULES_OF_USER_MAX = 20
/** @limit versions of a rule | 409: create another rule */
export const RULE_VERSIONS_MAX = 1000
/**
 * Deleted rules without an event, by which late readings are still judged.
 * @limit deleted rules without an event | the oldest are removed
 */
export const DELETED_RULES_MAX = 1000

/** Why a rule was not created or changed. */
export type RuleRefusal = { faults: Fault[] } | { tooMany: string } | 'too_many_versions'

type RuleActor = Actor & { caller: Claims }

/** Creates a rule that applies to readings from `sinceUs` on, or from now on. */
export async function insertRule(
  sql: Sql,
  rule: RuleFields,
  sinceUs: number | undefined,
  actor: RuleActor,
): Promise<RuleRow | RuleRefusal | 'taken'> {
  const inserting = sql.begin(async (transaction): Promise<RuleRow | RuleRefusal> => {
    const tx = transaction as unknown as Sql
    const { caller } = actor
    // Otherwise two requests could both take the last place.
    await tx`lock table rules in share row exclusive mode`
    const tooMany = await findExcess(tx, caller)
    if (tooMany !== undefined) return { tooMany }
    const scope = await storeScope(tx, caller, rule.scope)
    if ('faults' in scope) return scope
    const { forFleet, ownerId } = coverageOf(caller)
    const [row] = await tx<{ id: number }[]>`
      insert into rules (key, name, kind, params, scope, severity, schedule, notify, enabled, for_fleet, owner_id)
      values (${rule.key}, ${rule.name}, ${rule.kind}, ${json(tx, rule.params)}, ${json(tx, scope.stored)},
        ${rule.severity}, ${rule.schedule && json(tx, rule.schedule)}, ${rule.notify}, ${rule.enabled}, ${forFleet},
        ${ownerId})
      returning id`
    const id = row?.id ?? 0
    const from = await beginVersion(tx, id, sinceUs)
    await noteRuleChange(tx, { scopes: [scope.stored], forFleet, ownerId }, from)
    const after = await findRuleById(tx, id)
    await recordChanges(tx, actor, [change('create', rule.key, undefined, after)])
    return after
  })
  return orTaken(inserting)
}

/** Why the caller cannot create a rule; `undefined` if there is room. */
async function findExcess(tx: Sql, caller: Claims): Promise<string | undefined> {
  const userId = caller.role === 'user' ? Number(caller.sub) : null
  const [count] = await tx<{ all: number; ofUsers: number; own: number }[]>`
    select count(*)::int as all, (count(*) filter (where not for_fleet))::int as "ofUsers",
      (count(*) filter (where not for_fleet and owner_id = ${userId}))::int as own
    from rules where deleted_at is null`
  const { all = 0, ofUsers = 0, own = 0 } = count ?? {}
  if (all >= RULES_MAX) return `there are ${RULES_MAX} rules: delete some`
  if (userId === null) return undefined
  if (own >= RULES_OF_USER_MAX) return `you may own at most ${RULES_OF_USER_MAX} rules: delete some`
  return ofUsers >= RULES_OF_USERS_MAX
    ? `users have ${RULES_OF_USERS_MAX} rules, and there is no room for more`
    : undefined
}

/** Lists rules that the caller may see, in order of their keys. */
export async function listRules(
  sql: Sql,
  caller: Claims,
  page: { kind: RuleKindName | undefined; after: string | undefined; limit: number },
): Promise<RuleRow[]> {
  return sql<RuleRow[]>`
    ${selectRules(sql)}
    where rules.deleted_at is null and rules.key > ${page.after ?? ''} and ${visibleRules(sql, caller)}
      ${page.kind === undefined ? sql`` : sql`and rules.kind = ${page.kind}`}
    order by rules.key
    limit ${page.limit}`
}

export async function findRule(sql: Sql, caller: Claims, key: string): Promise<RuleRow | undefined> {
  const [row] = await sql<RuleRow[]>`
    ${selectRules(sql)} where rules.deleted_at is null and rules.key = ${key} and ${visibleRules(sql, caller)}`
  return row
}

/** Applies `patch` to a rule that has one of `etags`, or any if `etags` is `undefined`. */
export async function updateRule(
  sql: Sql,
  key: string,
  etags: readonly string[] | undefined,
  sinceUs: number | undefined,
  patch: (before: RuleFields) => { rule: RuleFields } | { faults: Fault[] },
  actor: RuleActor,
): Promise<RuleRow | RuleRefusal | NotChanged> {
  const changing = changeVersioned(sql, etags, lock(key, actor.caller), async (tx, before) => {
    const patched = patch(before)
    if ('faults' in patched) return patched
    const { rule } = patched
    // A scope that stays the same may name vehicles that the caller may no longer see.
    const isSameScope = sameJson(rule.scope, before.scope)
    const scope = isSameScope
      ? { stored: before.storedScope }
      : await storeScope(tx, actor.caller, rule.scope)
    if ('faults' in scope) return scope
    await tx`
      update rules set key = ${rule.key}, name = ${rule.name}, kind = ${rule.kind}, params = ${json(tx, rule.params)},
        scope = ${json(tx, scope.stored)}, severity = ${rule.severity},
        schedule = ${rule.schedule && json(tx, rule.schedule)}, notify = ${rule.notify}, enabled = ${rule.enabled},
        version = version + 1, updated_at = now()
      where id = ${before.id}`
    if (isVersion(before, rule, sinceUs)) {
      if (await hasAllVersions(tx, before.id)) throw new TooManyVersions()
      const from = await beginVersion(tx, before.id, sinceUs)
      const { forFleet, ownerId } = before
      await noteRuleChange(tx, { scopes: [before.storedScope, scope.stored], forFleet, ownerId }, from)
    }
    const after = await findRuleById(tx, before.id)
    await recordChanges(tx, actor, [change('update', key, before, after), ...renamed('rule', key, rule.key)])
    return after
  })
  try {
    return await orTaken(changing)
  } catch (error) {
    if (error instanceof TooManyVersions) return 'too_many_versions'
    throw error
  }
}

/** Rolls the change back. */
class TooManyVersions extends Error {}

/** Deletes a rule: it applies to no later reading. */
export function deleteRule(
  sql: Sql,
  key: string,
  etags: readonly string[] | undefined,
  actor: RuleActor,
): Promise<'deleted' | NotChanged> {
  return changeVersioned(sql, etags, lock(key, actor.caller), async (tx, before) => {
    await tx`update rules set deleted_at = now(), version = version + 1 where id = ${before.id}`
    const from = await endVersions(tx, before.id, undefined)
    const { forFleet, ownerId, storedScope } = before
    await noteRuleChange(tx, { scopes: [storedScope], forFleet, ownerId }, from)
    await tx`
      delete from rules where id in (
        select id from rules
        where deleted_at is not null and not exists (select from events where events.rule_id = rules.id)
        order by deleted_at desc, id desc offset ${DELETED_RULES_MAX}
      )`
    await recordChanges(tx, actor, [change('delete', key, before)])
    return 'deleted' as const
  })
}

/** Ends the versions of a rule at a time, and removes those that began later. Returns the time as text. */
async function endVersions(tx: Sql, id: number, sinceUs: number | undefined): Promise<string> {
  const [row] = await tx<{ at: string }[]>`
    select (${sinceUs === undefined ? tx`settings_now()` : fromUs(tx, sinceUs)})::text as at`
  if (row === undefined) throw new Error('the database returned no time')
  const { at } = row
  await tx`delete from rule_versions where rule_id = ${id} and valid_from >= ${at}::text::timestamptz`
  await tx`update rule_versions set valid_to = ${at}::text::timestamptz
    where rule_id = ${id} and valid_to > ${at}::text::timestamptz`
  return at
}

/** Makes the rule as it is now valid from a time on. Returns the time as text. */
async function beginVersion(tx: Sql, id: number, sinceUs: number | undefined): Promise<string> {
  const at = await endVersions(tx, id, sinceUs)
  await tx`
    insert into rule_versions (rule_id, valid_from, kind, params, scope, severity, schedule, notify, enabled)
    select id, ${at}::text::timestamptz, kind, params, scope, severity, schedule, notify, enabled from rules where id = ${id}`
  return at
}

async function hasAllVersions(tx: Sql, id: number): Promise<boolean> {
  const [row] = await tx<{ count: number }[]>`
    select count(*)::int as count from rule_versions where rule_id = ${id}`
  return (row?.count ?? 0) >= RULE_VERSIONS_MAX
}

/** Whether a change concerns what the rule finds; a name does not. */
function isVersion(before: RuleFields, after: RuleFields, sinceUs: number | undefined): boolean {
  const judged = (rule: RuleFields) => ({ ...fieldsOf(rule), key: '', name: '' })
  return sinceUs !== undefined || !sameJson(judged(before), judged(after))
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, it]) => [name, sorted(it)])
}

type LockedRule = RuleRow & {
  id: number
  isOwn: boolean
  forFleet: boolean
  ownerId: number | null
  storedScope: StoredScope
}

function lock(key: string, caller: Claims) {
  return async (tx: Sql): Promise<LockedRule | undefined> => {
    const [row] = await tx<{ id: number }[]>`
      select id from rules where key = ${key} and deleted_at is null and ${visibleRules(tx, caller)} for update`
    if (row === undefined) return undefined
    const [more] = await tx<Pick<LockedRule, 'forFleet' | 'ownerId' | 'storedScope'>[]>`
      select for_fleet as "forFleet", owner_id as "ownerId", scope as "storedScope" from rules where id = ${row.id}`
    if (more === undefined) return undefined
    return { ...(await findRuleById(tx, row.id)), ...more, id: row.id, isOwn: true }
  }
}

async function findRuleById(sql: Sql, id: number): Promise<RuleRow> {
  const [row] = await sql<RuleRow[]>`${selectRules(sql)} where rules.id = ${id}`
  if (row === undefined) throw new Error(`rule ${id} was deleted within its transaction`)
  return row
}

function selectRules(sql: Sql) {
  return sql`
    select rules.key, rules.name, rules.kind, rules.params, ${shownScope(sql)} as scope, rules.severity, rules.schedule,
      rules.notify, rules.enabled, rules.owner_id as owner, rules.version,
      (
        select (extract(epoch from nullif(max(valid_from), '-infinity')) * 1000000)::bigint
        from rule_versions where rule_id = rules.id
      ) as "validFromUs",
      ${asUs(sql, 'rules.created_at')} as "createdUs", ${asUs(sql, 'rules.updated_at')} as "updatedUs"
    from rules`
}

function change(verb: string, key: string, before?: RuleRow, after?: RuleRow): Change {
  return {
    action: `rule.${verb}`,
    subject: `rule:${key}`,
    before: before && fieldsOf(before),
    after: after && fieldsOf(after),
  }
}

function fieldsOf(row: RuleFields): RuleFields {
  const { key, name, kind, params, scope, severity, schedule, notify, enabled } = row
  return { key, name, kind, params, scope, severity, schedule, notify, enabled }
}

function json(sql: Sql, value: object) {
  return sql.json(value as never)
}
