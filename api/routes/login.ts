import { randomUUID } from 'node:crypto'
import { makeClaims } from '../../contract/claims.ts'
import { formatTime } from '../../contract/time.ts'
import type { Jwt } from '../../kit/jwt.ts'
import { createLogLimit } from '../../kit/log-limit.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import { createLoginLimit, type LoginLimitOptions } from '../login-limit.ts'
import { createPasswordCheck } from '../passwords.ts'
import { findLogin } from '../queries/users.ts'
import { withRateLimit } from '../rate-limit.ts'
import { refuse, type Refusal } from '../refusal.ts'
import { replyObject, timeReply } from '../reply-schemas.ts'
import { route, type Route } from '../route.ts'
import { object, TEXT_PATTERN } from '../schemas.ts'

const LIFETIME_S = 12 * 3600

const credentials = object(
  {
    email: { type: 'string', minLength: 1, maxLength: 254, pattern: TEXT_PATTERN },
    password: { type: 'string', minLength: 1, maxLength: 1000 },
  },
  ['email', 'password'],
)

const tokenReply = replyObject('ApiToken', {
  token: { type: 'string', description: 'a JWT, to be sent as `Authorization: Bearer`' },
  expires_at: timeReply,
})

/** POST /api/login {email, password} -> 200 {token, expires_at} */
export function loginRoutes(options: {
  sql: Sql
  jwt: Jwt
  log: Log
  now: () => number
  loginLimit?: LoginLimitOptions
}): Route[] {
  const { sql, jwt, log, now, loginLimit = {} } = options
  const limit = createLoginLimit({ now, ...loginLimit })
  const isPassword = createPasswordCheck()
  const logLimit = createLogLimit(5, now)

  function makeToken(sub: string, role: 'admin' | 'user') {
    const nowS = Math.floor(now() / 1000)
    const claims = makeClaims({ sub, role, aud: 'api', jti: randomUUID(), nowS, lifetimeS: LIFETIME_S })
    return { token: jwt.sign(claims), expires_at: formatTime(claims.exp * 1_000_000) }
  }

  function refuseLogin(email: string, address: string): Refusal {
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
      replies: { 200: { description: 'The token', schema: tokenReply } },
      problems: ['unauthorized'],
      body: credentials,
      // Anyone may send this, so it is kept small; the longest valid one has 1254 characters, all of it escaped.
      bodyBytesMax: 16 * 1024,
      async handle({ body, address }) {
        const attempt = limit.begin(address)
        if (attempt.retryAfterS > 0) {
          const headers = { 'retry-after': String(attempt.retryAfterS) }
          return refuse('too_many_requests', `wait ${attempt.retryAfterS} s before the next login`, {
            headers,
          })
        }
        let succeeded = false
        try {
          const user = await findLogin(sql, body.email)
          succeeded = await isPassword(user?.passwordHash, body.password)
          if (!user || !succeeded) return refuseLogin(body.email, address)
          return { status: 200, body: makeToken(String(user.id), user.role) }
        } finally {
          attempt.done(succeeded)
        }
      },
    }),
  ])
}
