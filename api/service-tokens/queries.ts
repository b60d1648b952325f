import type { Claims } from '../../contract/claims.ts'
import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { recordChanges, type Actor } from '../audit/queries.ts'
import { asUs, fromUs, UNIQUE_VIOLATION } from '../database/columns.ts'

export interface NewServiceToken {
  jti: string
  name: string
  scopes: string[]
  /** `null` for all vehicles */
  groups: string[] | null
}

export interface ServiceTokenRow extends Omit<NewServiceToken, 'jti'> {
  id: number
  createdUs: number
  /** id of the administrator; `null` if it was deleted */
  createdBy: number | null
  expiresUs: number
  /** `null` if it was not revoked */
  revokedUs: number | null
  /** accurate to a minute; `null` if never used */
  lastUsedUs: number | null
}

type Issuer = Actor & { caller: Claims }

/**
 * Tokens that are neither revoked nor expired.
 * @limit service tokens in use | 409
 */
export const SERVICE_TOKENS_MAX = 100
/**
 * Includes tokens that were revoked before they expired, because brokers keep these in memory.
 * @limit unexpired service tokens, including revoked ones | 409
 */
const UNEXPIRED_MAX = 1000
/** Time for which an expired token is still listed. */
const KEPT_DAYS = 30

/** Stores a token; `unknownGroups` are keys of groups that do not exist. */
export async function insertServiceToken(
  sql: Sql,
  token: NewServiceToken,
  times: { issuedUs: number; expiresUs: number },
  actor: Issuer,
): Promise<{ created: ServiceTokenRow } | { unknownGroups: string[] } | 'name_taken' | 'too_many'> {
  try {
    return await sql.begin((transaction) => insert(transaction as unknown as Sql, token, times, actor))
  } catch (error) {
    if (codeOf(error) === UNIQUE_VIOLATION) return 'name_taken'
    throw error
  }
}

async function insert(
  tx: Sql,
  { jti, name, scopes, groups }: NewServiceToken,
  { issuedUs, expiresUs }: { issuedUs: number; expiresUs: number },
  actor: Issuer,
): Promise<{ created: ServiceTokenRow } | { unknownGroups: string[] } | 'too_many'> {
  // One at a time. Otherwise two tokens could both take the last place.
  await tx`lock table service_tokens in share row exclusive mode`
  await tx`delete from service_tokens where expires_at < now() - make_interval(days => ${KEPT_DAYS})`
  const [count] = await tx<{ live: number; unexpired: number }[]>`
    select count(*) filter (where revoked_at is null)::int as live, count(*)::int as unexpired
    from service_tokens where expires_at > now()
  `
  if ((count?.live ?? 0) >= SERVICE_TOKENS_MAX || (count?.unexpired ?? 0) >= UNEXPIRED_MAX) return 'too_many'
  // Locked, because an unused group passes to the next user who names it, see useGroups.
  const known = await tx<{ key: string }[]>`
    select key from groups where key = any (${groups ?? []}::text[]) order by key for key share
  `
  const unknownGroups = (groups ?? []).filter((key) => !known.some((it) => it.key === key))
  if (unknownGroups.length > 0) return { unknownGroups }
  // An expired token releases its name.
  await tx`update service_tokens set revoked_at = now() where name = ${name} and revoked_at is null and expires_at <= now()`
  const [created] = await tx<ServiceTokenRow[]>`
    insert into service_tokens (jti, name, scopes, groups, created_at, expires_at, created_by)
    values (${jti}, ${name}, ${scopes}, ${groups}, ${fromUs(tx, issuedUs)}, ${fromUs(tx, expiresUs)},
      ${Number(actor.caller.sub)})
    returning ${columns(tx)}
  `
  if (created === undefined) return 'too_many'
  await recordChanges(tx, actor, [
    { action: 'service_token.issue', ...subjectOf(created), after: shown(created) },
  ])
  return { created }
}

/** Lists tokens in the order in which they were issued, after `afterId`; never the tokens themselves. */
export async function listServiceTokens(
  sql: Sql,
  page: { afterId: number; limit: number },
): Promise<ServiceTokenRow[]> {
  return sql<ServiceTokenRow[]>`
    select ${columns(sql)} from service_tokens where id > ${page.afterId} order by id limit ${page.limit}
  `
}

/** Revokes a token; the first revocation counts. Returns its `jti`, or `undefined` if it does not exist. */
export function revokeServiceToken(sql: Sql, id: number, actor: Issuer): Promise<string | undefined> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const [row] = await tx<(ServiceTokenRow & { jti: string })[]>`
      select jti, ${columns(tx)} from service_tokens where id = ${id} for update
    `
    if (row !== undefined && row.revokedUs === null) await revoke(tx, [row], actor)
    return row?.jti
  })
}

/**
 * Revokes the tokens that an administrator has issued, in the transaction that deletes the user or removes the role:
 * the former administrator has seen them.
 */
export async function revokeServiceTokensOf(tx: Sql, userId: number, actor: Actor): Promise<void> {
  const rows = await tx<ServiceTokenRow[]>`
    select ${columns(tx)} from service_tokens where created_by = ${userId} and revoked_at is null order by id for update
  `
  await revoke(tx, rows, actor)
}

async function revoke(tx: Sql, rows: ServiceTokenRow[], actor: Actor): Promise<void> {
  if (rows.length === 0) return
  await tx`update service_tokens set revoked_at = now() where id = any (${rows.map(({ id }) => id)}::bigint[])`
  const changes = rows.map((row) => ({
    action: 'service_token.revoke',
    ...subjectOf(row),
    before: shown(row),
  }))
  await recordChanges(tx, actor, changes)
}

/** The data that decide whether a service token is still valid. */
export async function findServiceAccess(
  sql: Sql,
  jti: string,
): Promise<{ isRevoked: boolean; isUseDue: boolean } | undefined> {
  const [row] = await sql<{ isRevoked: boolean; isUseDue: boolean }[]>`
    select revoked_at is not null as "isRevoked", ${isUseDue(sql)} as "isUseDue"
    from service_tokens where jti = ${jti}
  `
  return row
}

/** Records that a token was used, once a minute, however many programs and processes use it. */
export async function noteServiceTokenUse(sql: Sql, jti: string): Promise<void> {
  await sql`update service_tokens set last_used_at = now() where jti = ${jti} and ${isUseDue(sql)}`
}

function isUseDue(sql: Sql) {
  return sql`(last_used_at is null or last_used_at <= now() - interval '1 min')`
}

function subjectOf({ name }: ServiceTokenRow) {
  return { subject: `service:${name}` }
}

function shown({ id, scopes, groups }: ServiceTokenRow) {
  return { id, scopes, groups }
}

function columns(sql: Sql) {
  return sql`
    id, name, scopes, groups, ${asUs(sql, 'created_at')} as "createdUs", created_by as "createdBy",
    ${asUs(sql, 'expires_at')} as "expiresUs", ${asUs(sql, 'revoked_at')} as "revokedUs",
    ${asUs(sql, 'last_used_at')} as "lastUsedUs"
  `
}
