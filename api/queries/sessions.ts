import type { Sql } from '../../sql/connect.ts'
import { fromUs } from './columns.ts'

/** Browsers in which one user is logged in; with one more, the oldest is logged out. */
const SESSIONS_PER_USER_MAX = 20

export interface NewSession {
  id: string
  userId: number
  secretHash: Buffer
  expiresUs: number
}

export async function insertSession(
  sql: Sql,
  { id, userId, secretHash, expiresUs }: NewSession,
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`
      insert into sessions (id, user_id, secret_hash, expires_at)
      values (${id}, ${userId}, ${secretHash}, ${fromUs(sql, expiresUs)})
    `
    await tx`
      delete from sessions
      where user_id = ${userId}
        and (expires_at < now() or id in (
          select id from sessions where user_id = ${userId} order by created_at desc offset ${SESSIONS_PER_USER_MAX}
        ))
    `
  })
}

/** The user of a session, which lasts until `expiresUs` from now on; undefined when there is none, or it is over. */
export async function prolongSession(
  sql: Sql,
  session: { id: string; secretHash: Buffer; expiresUs: number },
): Promise<number | undefined> {
  const [row] = await sql<{ userId: number }[]>`
    update sessions set expires_at = ${fromUs(sql, session.expiresUs)}
    where id = ${session.id} and secret_hash = ${session.secretHash} and expires_at > now()
    returning user_id as "userId"
  `
  return row?.userId
}

export async function deleteSession(sql: Sql, session: { id: string; secretHash: Buffer }): Promise<void> {
  await sql`delete from sessions where id = ${session.id} and secret_hash = ${session.secretHash}`
}
