import type { Sql } from '../../sql/connect.ts'
import type { AccessLog } from '../audit/access-log.ts'
import type { LoginLimit } from '../sessions/login-limit.ts'
import { refuseWeak } from './password-rules.ts'
import { createPasswordCheck, hashPassword } from './passwords.ts'
import { logOut } from '../sessions/queries.ts'
import { findLoginById, findUser, logOutEverywhere, updateUser } from './queries.ts'
import { withRateLimit } from '../http/rate-limit.ts'
import { isRefusal, refuse } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { nameSchema, object, passwordSchema } from '../schema/fields.ts'
import { answerUpdate, notCurrent, toUser, userReply } from './routes.ts'

const newPassword = object(
  { current: { type: 'string', minLength: 1, maxLength: 1000 }, password: passwordSchema },
  ['current', 'password'],
)

interface MeRoutesOptions {
  sql: Sql
  limit: LoginLimit
  accessLog: AccessLog
}

/**
 * GET and PATCH /api/me, PUT /api/me/password, POST /api/me/logout and /api/me/logout-everywhere: actions of users on
 * their own account.
 */
export function meRoutes(options: MeRoutesOptions): Route[] {
  return [
    readMeRoute(options),
    changeMeRoute(options),
    ...withRateLimit(options.limit, [changePasswordRoute(options)]),
    logOutRoute(options),
    logOutEverywhereRoute(options),
  ]
}

function readMeRoute({ sql }: MeRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/me',
    summary: 'Get the current user',
    access: ['admin', 'user'],
    tag: 'accounts',
    replies: { 200: { description: 'The user', schema: userReply } },
    problems: ['not_found'],
    async handle({ caller }) {
      const user = await findUser(sql, Number(caller.sub))
      return user ? { status: 200, body: toUser(user) } : refuse('not_found', 'this user no longer exists')
    },
  })
}

function changeMeRoute({ sql }: MeRoutesOptions): Route {
  return route({
    method: 'patch',
    path: '/api/me',
    summary: "Change the caller's name",
    access: ['admin', 'user'],
    tag: 'accounts',
    replies: { 200: { description: 'The changed user', schema: userReply } },
    problems: ['not_found', 'conflict'],
    body: object({ name: nameSchema }),
    async handle({ body, ...actor }) {
      return answerUpdate(await updateUser(sql, Number(actor.caller.sub), body, actor))
    },
  })
}

function changePasswordRoute({ sql, limit, accessLog }: MeRoutesOptions): Route {
  const isPassword = createPasswordCheck()
  return route({
    method: 'put',
    path: '/api/me/password',
    isLong: true,
    summary:
      "Change the caller's password; ends all their sessions and tokens, including the ones used for this request",
    access: ['admin', 'user'],
    tag: 'accounts',
    replies: { 204: { description: 'The password is changed' } },
    problems: ['not_found', 'conflict'],
    body: newPassword,
    async handle({ body, ...actor }) {
      // Rate-limited, so that a stolen token cannot be used to guess passwords.
      return limit.within({ address: actor.address, account: `user ${actor.caller.sub}` }, async () => {
        const id = Number(actor.caller.sub)
        const user = await findLoginById(sql, id)
        const succeeded = await isPassword(user?.passwordHash, body.current)
        if (!user || !succeeded) {
          await accessLog.note(actor, { action: 'user.login_failed', subject: `user:${id}` })
          return { answer: notCurrent(), succeeded }
        }
        const weak = refuseWeak(body.password, user.email)
        if (weak) return { answer: weak, succeeded }
        const patch = {
          passwordHash: await hashPassword(body.password),
          ifPasswordHash: user.passwordHash,
        }
        const updated = await updateUser(sql, id, patch, actor)
        const answer = answerUpdate(updated)
        const isPasswordUnchanged = updated !== 'other_password'
        return { answer: isRefusal(answer) ? answer : { status: 204 }, succeeded: isPasswordUnchanged }
      })
    },
  })
}

function logOutRoute({ sql }: MeRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/me/logout',
    summary: 'Log out: ends the session and the tokens of this login',
    access: ['admin', 'user'],
    tag: 'accounts',
    replies: { 204: { description: 'Logged out' } },
    async handle(actor) {
      const { sub, sid } = actor.caller
      if (sid === undefined)
        return refuse(
          'conflict',
          'this token was not issued by a login; to end it, use /api/me/logout-everywhere',
        )
      await logOut(sql, Number(sub), sid, actor)
      return { status: 204 }
    },
  })
}

function logOutEverywhereRoute({ sql }: MeRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/me/logout-everywhere',
    summary: "End all of the caller's sessions and tokens, including the ones used for this request",
    access: ['admin', 'user'],
    tag: 'accounts',
    replies: { 204: { description: 'All sessions and tokens have ended' } },
    async handle(actor) {
      await logOutEverywhere(sql, Number(actor.caller.sub), actor)
      return { status: 204 }
    },
  })
}
