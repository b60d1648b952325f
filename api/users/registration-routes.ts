import type { Sql } from '../../sql/connect.ts'
import type { LoginLimit } from '../sessions/login-limit.ts'
import { refuseWeak } from './password-rules.ts'
import { hashPassword } from './passwords.ts'
import { insertUser } from './queries.ts'
import { withRateLimit } from '../http/rate-limit.ts'
import { refuse } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { nameSchema, newEmailSchema, object, passwordSchema } from '../schema/fields.ts'
import { emailTaken, toUser, userReply } from './routes.ts'

const account = object({ email: newEmailSchema, name: nameSchema, password: passwordSchema }, [
  'email',
  'password',
])

/** POST /api/register {email, name?, password} -> 201, refused unless registration is open. Registered accounts have the role `user`. */
export function registrationRoutes(options: { sql: Sql; isOpen: boolean; limit: LoginLimit }): Route[] {
  const { sql, isOpen, limit } = options
  return withRateLimit(limit, [
    route({
      method: 'post',
      path: '/api/register',
      summary: 'Create an account, if registration is allowed',
      access: 'public',
      tag: 'accounts',
      replies: { 201: { description: 'The user', schema: userReply } },
      problems: ['forbidden', 'conflict'],
      body: account,
      bodyBytesMax: 16 * 1024,
      async handle({ body, address, requestId }) {
        if (!isOpen)
          return refuse('forbidden', 'registration is disabled: ask an administrator for an account')
        const { email, name = '', password } = body
        const weak = refuseWeak(password, email)
        if (weak) return weak
        return limit.within({ address }, async () => {
          const passwordHash = await hashPassword(password)
          const actor = { caller: undefined, address, requestId }
          const user = await insertUser(sql, { email, name, passwordHash, role: 'user' }, actor)
          // Each registration counts as failed, so that one address cannot create accounts without limit.
          return { answer: user ? { status: 201, body: toUser(user) } : emailTaken(), succeeded: false }
        })
      },
    }),
  ])
}
