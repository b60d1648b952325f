import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { recordChanges, type Actor, type Change } from '../audit/queries.ts'
import { asUs, UNIQUE_VIOLATION } from '../database/columns.ts'
import { revokeTokensIssuedBy } from '../device-tokens/queries.ts'
import { revokeServiceTokensOf } from '../service-tokens/queries.ts'

export type UserRole = 'admin' | 'user'

export interface UserRow {
  id: number
  email: string
  name: string
  role: UserRole
  createdUs: number
}

export interface Login {
  id: number
  email: string
  passwordHash: string
  role: UserRole
  /** tokens with an earlier `iat`, in seconds since 1970, are refused */
  tokensValidFromS: number
}

/** Data to check a login; `undefined` if no user has this e-mail address, ignoring case. */
export async function findLogin(sql: Sql, email: string): Promise<Login | undefined> {
  const [user] = await sql<Login[]>`${selectLogin(sql)} where lower(email) = lower(${email})`
  return user
}

export async function findLoginById(sql: Sql, id: number): Promise<Login | undefined> {
  const [user] = await sql<Login[]>`${selectLogin(sql)} where id = ${id}`
  return user
}

/** Locks the user until the end of the transaction. */
export async function lockLogin(tx: Sql, id: number): Promise<Login | undefined> {
  const [user] = await tx<Login[]>`${selectLogin(tx)} where id = ${id} for share`
  return user
}

/** The data that decide whether a token of a user is still valid. */
export interface UserAccess extends Pick<Login, 'role' | 'tokensValidFromS'> {
  /** the `sid` of each ended login that may still have tokens */
  endedLogins: string[]
}

export async function findAccess(sql: Sql, id: number): Promise<UserAccess | undefined> {
  const [user] = await sql<UserAccess[]>`
    select role, ${validFromS(sql)} as "tokensValidFromS",
      array(select sid::text from ended_logins where user_id = users.id and expires_at > now()) as "endedLogins"
    from users where id = ${id}
  `
  return user
}

export async function findUser(sql: Sql, id: number): Promise<UserRow | undefined> {
  const [user] = await sql<UserRow[]>`${selectUsers(sql)} where id = ${id}`
  return user
}

/** Lists users in the order of their ids, after `afterId`. */
export async function listUsers(sql: Sql, page: { afterId: number; limit: number }): Promise<UserRow[]> {
  return sql<UserRow[]>`${selectUsers(sql)} where id > ${page.afterId} order by id limit ${page.limit}`
}

/** Creates a user; `undefined` if the e-mail address is taken. */
export async function insertUser(
  sql: Sql,
  user: { email: string; name: string; passwordHash: string; role: UserRole },
  actor: Actor,
): Promise<UserRow | undefined> {
  try {
    return await sql.begin(async (transaction) => {
      const tx = transaction as unknown as Sql
      const [row] = await tx<UserRow[]>`
        insert into users (email, name, password_hash, role)
        values (${user.email}, ${user.name}, ${user.passwordHash}, ${user.role})
        returning id, email, name, role, ${asUs(tx, 'created_at')} as "createdUs"
      `
      if (row) await recordChanges(tx, actor, [change('create', row.id, undefined, row)])
      return row
    })
  } catch (error) {
    if (codeOf(error) === UNIQUE_VIOLATION) return undefined
    throw error
  }
}

export interface UserPatch {
  email?: string
  name?: string
  role?: UserRole
  passwordHash?: string
  /** the verified password's hash: only if it is still the current one */
  ifPasswordHash?: string
}

/**
 * Changes a user. A new password or role ends the user's sessions and tokens. The last administrator keeps the role, so
 * that there is always one.
 */
export async function updateUser(
  sql: Sql,
  id: number,
  patch: UserPatch,
  actor: Actor,
): Promise<UserRow | 'missing' | 'last_admin' | 'email_taken' | 'other_password'> {
  try {
    return await sql.begin(async (transaction) => {
      const tx = transaction as unknown as Sql
      if (patch.role !== undefined) await lockAdmins(tx)
      const [before] = await tx<UserRow[]>`${selectUsers(tx)} where id = ${id} for update`
      if (!before) return 'missing'
      if (patch.ifPasswordHash !== undefined) {
        const same = await tx`select from users where id = ${id} and password_hash = ${patch.ifPasswordHash}`
        if (same.length === 0) return 'other_password'
      }
      if (before.role === 'admin' && patch.role === 'user' && !(await hasOtherAdmin(tx, id)))
        return 'last_admin'
      const { email = before.email, name = before.name, role = before.role, passwordHash = null } = patch
      const [after] = await tx<UserRow[]>`
        update users
        set email = ${email}, name = ${name}, role = ${role},
          password_hash = coalesce(${passwordHash}::text, password_hash)
        where id = ${id}
        returning id, email, name, role, ${asUs(tx, 'created_at')} as "createdUs"
      `
      if (passwordHash !== null || role !== before.role) await endTokens(tx, id)
      if (before.role === 'admin' && role !== 'admin') await revokeServiceTokensOf(tx, id, actor)
      const changes = [change('update', id, before, after)]
      if (passwordHash !== null) changes.push({ action: 'user.password', subject: `user:${id}` })
      await recordChanges(tx, actor, changes)
      return after ?? 'missing'
    })
  } catch (error) {
    if (codeOf(error) === UNIQUE_VIOLATION) return 'email_taken'
    throw error
  }
}

/** Ends all sessions and tokens of a user. */
export async function logOutEverywhere(sql: Sql, id: number, actor: Actor): Promise<void> {
  await sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    await endTokens(tx, id)
    await recordChanges(tx, actor, [{ action: 'user.logout_everywhere', subject: `user:${id}` }])
  })
}

/**
 * Deletes a user. Vehicles and devices that the user created stay, without an owner. Device tokens that the user issued
 * are revoked, unless `keepsDeviceTokens`: anyone who has one could continue to write as that device.
 */
export async function deleteUser(
  sql: Sql,
  id: number,
  { keepsDeviceTokens }: { keepsDeviceTokens: boolean },
  actor: Actor,
): Promise<{ deviceTokensRevoked: number } | 'missing' | 'last_admin'> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    await lockAdmins(tx)
    const [before] = await tx<UserRow[]>`${selectUsers(tx)} where id = ${id} for update`
    if (!before) return 'missing'
    if (before.role === 'admin' && !(await hasOtherAdmin(tx, id))) return 'last_admin'
    // This user cannot issue tokens from here on, because the row is locked.
    const deviceTokensRevoked = keepsDeviceTokens ? 0 : await revokeTokensIssuedBy(tx, id, actor)
    await revokeServiceTokensOf(tx, id, actor)
    await tx`delete from users where id = ${id}`
    await recordChanges(tx, actor, [change('delete', id, before)])
    return { deviceTokensRevoked }
  })
}

export async function hasAdmin(sql: Sql): Promise<boolean> {
  const rows = await sql`select from users where role = 'admin' limit 1`
  return rows.length > 0
}

/** Inserts an administrator unless one exists. */
export function insertFirstAdmin(
  sql: Sql,
  admin: { email: string; passwordHash: string },
): Promise<'created' | 'exists' | 'email_taken'> {
  return sql.begin(async (tx) => {
    // Another process that starts now waits here, and then finds an administrator.
    await tx`lock table users in share row exclusive mode`
    const [existing] = await tx<{ isAdmin: boolean }[]>`
      select role = 'admin' as "isAdmin" from users
      where role = 'admin' or lower(email) = lower(${admin.email})
      order by 1 desc limit 1
    `
    if (existing) return existing.isAdmin ? 'exists' : 'email_taken'
    await tx`
      insert into users (email, password_hash, role) values (${admin.email}, ${admin.passwordHash}, 'admin')
    `
    return 'created'
  })
}

/** Keeps one of two administrators who remove each other at the same time. */
async function lockAdmins(tx: Sql): Promise<void> {
  await tx`select from users where role = 'admin' order by id for update`
}

async function hasOtherAdmin(tx: Sql, id: number): Promise<boolean> {
  const rows = await tx`select from users where role = 'admin' and id <> ${id} limit 1`
  return rows.length > 0
}

/**
 * Takes effect from the next whole second on, because `iat` has no fractions. A login before that gets that second as
 * its `iat`.
 */
async function endTokens(tx: Sql, id: number): Promise<void> {
  await tx`update users set tokens_valid_from = date_trunc('second', clock_timestamp()) + interval '1 s' where id = ${id}`
  await tx`delete from sessions where user_id = ${id}`
}

function change(verb: string, id: number, before?: UserRow, after?: UserRow): Change {
  const shown = (row: UserRow | undefined) => row && { email: row.email, name: row.name, role: row.role }
  return { action: `user.${verb}`, subject: `user:${id}`, before: shown(before), after: shown(after) }
}

function selectUsers(sql: Sql) {
  return sql`select id, email, name, role, ${asUs(sql, 'created_at')} as "createdUs" from users`
}

function selectLogin(sql: Sql) {
  return sql`
    select id, email, password_hash as "passwordHash", role, ${validFromS(sql)} as "tokensValidFromS" from users
  `
}

function validFromS(sql: Sql) {
  return sql`greatest(extract(epoch from tokens_valid_from), 0)::bigint`
}
