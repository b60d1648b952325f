import { randomUUID } from 'node:crypto'
import type { Log } from '../../kit/log.ts'
import { createLogLimit } from '../../kit/log-limit.ts'
import type { Sql } from '../../sql/connect.ts'
import type { AccessLog } from '../audit/access-log.ts'
import type { ApiTokens } from './api-tokens.ts'
import type { LoginLimit } from './login-limit.ts'
import { createPasswordCheck } from '../users/passwords.ts'
import type { Actor } from '../audit/queries.ts'
import { openLogin } from './queries.ts'
import { findLogin } from '../users/queries.ts'
import { makeSessionSecret, SESSION_LIFETIME_S, sessionCookie } from './refresh-cookie.ts'
import { withRateLimit } from '../http/rate-limit.ts'
import { refuse, type Refusal } from '../http/refusal.ts'
import { replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { emailSchema, object } from '../schema/fields.ts'

const credentials = object(
  {
    email: emailSchema,
    password: { type: 'string', minLength: 1, maxLength: 1000 },
    remember: { type: 'boolean', default: false },
  },
  ['email', 'password'],
)

/** Limits a subject to the 80 characters that can be searched for. */
const EMAIL_SHOWN_MAX = 74

export const tokenReply = replyObject('ApiToken', {
  token: { type: 'string', description: 'a JWT, to be sent as `Authorization: Bearer`' },
  expires_at: timeReply,
})

/** POST /api/login {email, password, remember?} -> 200 {token, expires_at}, and a session's cookie with `remember` */
export function loginRoutes(options: {
  sql: Sql
  tokens: ApiTokens
  log: Log
  now: () => number
  limit: LoginLimit
  accessLog: AccessLog
}): Route[] {
  const { sql, tokens, log, now, limit, accessLog } = options
  const isPassword = createPasswordCheck()
  const logLimit = createLogLimit(5, now)

  /** @param id of the user with this e-mail address */
  async function refuseLogin(email: string, id: number | undefined, actor: Actor): Promise<Refusal> {
    const { address } = actor
    const subject = id === undefined ? `email:${email.toLowerCase().slice(0, EMAIL_SHOWN_MAX)}` : `user:${id}`
    await accessLog.note(actor, { action: 'user.login_failed', subject })
    const heldBack = logLimit.allow()
    if (heldBack >= 0) log.warn({ event: 'login_failed', email, address, held_back: heldBack })
    return refuse('unauthorized', 'the e-mail address or the password is wrong', {
      headers: { 'www-authenticate': 'Bearer realm="fleetwire"' },
    })
  }

  return withRateLimit(limit, [
    route({
      method: 'post',
      path: '/api/login',
      summary: 'Exchange e-mail address and password for an API token',
      tag: 'login',
      access: 'public',
      replies: {
        200: {
          description: 'The token',
          schema: tokenReply,
          headers: { 'set-cookie': 'with `remember`: the session, for /api/session only' },
        },
      },
      problems: ['unauthorized'],
      body: credentials,
      // Anyone may send this, so it is small; the longest valid body has 1254 characters, all of them escaped.
      bodyBytesMax: 16 * 1024,
      async handle({ body, address, isSecure, requestId }) {
        const actor = { caller: undefined, address, requestId }
        return limit.within({ address, account: body.email.toLowerCase() }, async () => {
          const found = await findLogin(sql, body.email)
          const succeeded = await isPassword(found?.passwordHash, body.password)
          if (!found || !succeeded)
            return { answer: await refuseLogin(body.email, found?.id, actor), succeeded }
          const atMs = now()
          const session = body.remember ? makeSessionSecret() : undefined
          const expiresUs = (atMs + SESSION_LIFETIME_S * 1000) * 1000
          // The password may have been changed while it was verified.
          const user = await openLogin(sql, found, session && { ...session, expiresUs })
          if (!user) return { answer: await refuseLogin(body.email, found.id, actor), succeeded: false }
          const subject = `user:${user.id}`
          const detail = { by: 'password' }
          await accessLog.note(actor, { action: 'user.login', subject, detail, userId: user.id })
          const headers = session ? { 'set-cookie': sessionCookie(session.value, isSecure) } : {}
          return {
            answer: { status: 200, body: tokens.make(user, session?.id ?? randomUUID(), atMs), headers },
            succeeded,
          }
        })
      },
    }),
  ])
}
