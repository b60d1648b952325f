import type { Sql } from '../../sql/connect.ts'
import { recordChanges, type Actor } from '../audit/queries.ts'
import { fromUs } from '../database/columns.ts'
import { lockLogin, type Login } from '../users/queries.ts'

/**
 * Browser sessions of one user; with one more, the oldest is logged out.
 * @limit browser sessions of a user | the oldest is logged out
 */
const SESSIONS_PER_USER_MAX = 20

export interface NewSession {
  id: string
  secretHash: Buffer
  expiresUs: number
}

/**
 * Returns the user, if the verified password is still the current one, and opens this session. A change of the password
 * or a logout everywhere that is in progress is awaited. A later one waits, and ends the session that was opened here.
 */
export async function openLogin(
  sql: Sql,
  user: Pick<Login, 'id' | 'passwordHash'>,
  session: NewSession | undefined,
): Promise<Login | undefined> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const login = await lockLogin(tx, user.id)
    if (login?.passwordHash !== user.passwordHash) return undefined
    if (session) await insertSession(tx, user.id, session)
    return login
  })
}

async function insertSession(
  tx: Sql,
  userId: number,
  { id, secretHash, expiresUs }: NewSession,
): Promise<void> {
  await tx`
    insert into sessions (id, user_id, secret_hash, expires_at)
    values (${id}, ${userId}, ${secretHash}, ${fromUs(tx, expiresUs)})
  `
  await tx`
    delete from sessions
    where user_id = ${userId}
      and (expires_at < now() or id in (
        select id from sessions where user_id = ${userId} order by created_at desc offset ${SESSIONS_PER_USER_MAX}
      ))
  `
}

/**
 * The user of a session, which now lasts until `expiresUs`; `undefined` if it does not exist or has ended. Waits for a
 * logout everywhere, as in `openLogin`.
 */
export async function prolongSession(
  sql: Sql,
  { id, secretHash, expiresUs }: NewSession,
): Promise<Login | undefined> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const [session] = await tx<{ userId: number }[]>`
      select user_id as "userId" from sessions where id = ${id} and secret_hash = ${secretHash}
    `
    const login = session && (await lockLogin(tx, session.userId))
    const prolonged = await tx`
      update sessions set expires_at = ${fromUs(tx, expiresUs)}
      where id = ${id} and secret_hash = ${secretHash} and expires_at > now()
    `
    return prolonged.count > 0 ? login : undefined
  })
}

/**
 * Time until the last token of a login has expired: an API token and, issued in its last moment, an MQTT token, an hour
 * each.
 */
const TOKENS_OVER_AFTER_S = 3 * 3600

/** Ends a session, and the tokens that were issued with it. */
export async function deleteSession(
  sql: Sql,
  { id, secretHash }: { id: string; secretHash: Buffer },
  actor: Actor,
): Promise<void> {
  await sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const [session] = await tx<{ userId: number }[]>`
      delete from sessions where id = ${id} and secret_hash = ${secretHash} returning user_id as "userId"
    `
    if (session) await endLogin(tx, session.userId, id, actor)
  })
}

/** Ends the tokens of a login, and its session if it has one. */
export async function logOut(sql: Sql, userId: number, sid: string, actor: Actor): Promise<void> {
  await sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    await tx`delete from sessions where id = ${sid} and user_id = ${userId}`
    await endLogin(tx, userId, sid, actor)
  })
}

async function endLogin(tx: Sql, userId: number, sid: string, actor: Actor): Promise<void> {
  await tx`delete from ended_logins where expires_at < now()`
  await tx`
    insert into ended_logins (sid, user_id, expires_at)
    values (${sid}, ${userId}, now() + make_interval(secs => ${TOKENS_OVER_AFTER_S}))
    on conflict (sid) do nothing
  `
  await recordChanges(tx, actor, [{ action: 'user.logout', subject: `user:${userId}` }])
}
