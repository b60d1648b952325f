import type { Sql } from '../../sql/connect.ts'
import type { AccessLog } from '../audit/access-log.ts'
import type { ApiTokens } from './api-tokens.ts'
import { deleteSession, prolongSession } from './queries.ts'
import { noSessionCookie, readSessionCookie, SESSION_LIFETIME_S, sessionCookie } from './refresh-cookie.ts'
import { refuse } from '../http/refusal.ts'
import { tokenReply } from './login-routes.ts'
import { route, type Route } from '../http/route.ts'

/** The body is empty. Another site cannot use these routes, because the cookie is SameSite=Strict. */
const SMALL_BODY_BYTES = 1024

const cookieHeader = { 'set-cookie': 'the session cookie, sent to this route only' }

/**
 * POST /api/session -> 200 {token, expires_at}, DELETE /api/session -> 204; both use the cookie that a login has set.
 */
export function sessionRoutes(options: {
  sql: Sql
  tokens: ApiTokens
  now: () => number
  accessLog: AccessLog
}): Route[] {
  const { sql, tokens, now, accessLog } = options
  return [
    route({
      method: 'post',
      path: '/api/session',
      summary: "Get a new API token for a browser's session, and prolong the session",
      access: 'public',
      usesSession: true,
      tag: 'login',
      replies: { 200: { description: 'The token', schema: tokenReply, headers: cookieHeader } },
      problems: ['unauthorized'],
      bodyBytesMax: SMALL_BODY_BYTES,
      async handle({ headers, isSecure, address, requestId }) {
        const session = readSessionCookie(headers.cookie)
        const atMs = now()
        const expiresUs = (atMs + SESSION_LIFETIME_S * 1000) * 1000
        const user = session && (await prolongSession(sql, { ...session, expiresUs }))
        if (!session || !user) {
          return refuse('unauthorized', 'the session has ended: log in again', {
            headers: {
              'www-authenticate': 'Bearer realm="fleetwire"',
              'set-cookie': noSessionCookie(isSecure),
            },
          })
        }
        const actor = { caller: undefined, address, requestId }
        const access = { action: 'user.login', subject: `user:${user.id}`, detail: { by: 'session' } }
        await accessLog.note(actor, { ...access, userId: user.id })
        return {
          status: 200,
          body: tokens.make(user, session.id, atMs),
          headers: { 'set-cookie': sessionCookie(session.value, isSecure) },
        }
      },
    }),
    route({
      method: 'delete',
      path: '/api/session',
      summary: 'Log out of this browser, and revoke the tokens it was issued',
      access: 'public',
      usesSession: true,
      tag: 'login',
      replies: { 204: { description: 'This browser is logged out', headers: cookieHeader } },
      async handle({ headers, isSecure, address, requestId }) {
        const session = readSessionCookie(headers.cookie)
        if (session) await deleteSession(sql, session, { caller: undefined, address, requestId })
        return { status: 204, headers: { 'set-cookie': noSessionCookie(isSecure) } }
      },
    }),
  ]
}
