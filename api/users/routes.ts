import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { readNumberCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { refuseWeak } from './password-rules.ts'
import { hashPassword } from './passwords.ts'
import { deleteUser, findUser, insertUser, listUsers, updateUser, type UserRow } from './queries.ts'
import { isRefusal, refuse, refuseFaults, type Refusal } from '../http/refusal.ts'
import { pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Reply, type Route } from '../http/route.ts'
import { idParams, nameSchema, newEmailSchema, object, pageQuery, passwordSchema } from '../schema/fields.ts'

const roleSchema = { enum: ['admin', 'user'] } as const
const newUser = object(
  {
    email: newEmailSchema,
    name: nameSchema,
    password: passwordSchema,
    role: { ...roleSchema, default: 'user' },
  },
  ['email', 'password'],
)
const userPatch = object({
  email: newEmailSchema,
  name: nameSchema,
  password: passwordSchema,
  role: roleSchema,
})

export const userReply = replyObject('User', {
  id: { type: 'integer', minimum: 1 },
  email: { type: 'string' },
  name: { type: 'string' },
  role: { enum: ['admin', 'user'] },
  created_at: timeReply,
})

const deleteQuery = object({
  device_tokens: {
    enum: ['revoke', 'keep'],
    default: 'revoke',
    description: 'whether the device tokens that the user issued are revoked or kept',
  },
})
const deletedUserReply = replyObject('DeletedUser', {
  device_tokens_revoked: {
    type: 'integer',
    minimum: 0,
    description: 'number of revoked device tokens; their connections end',
  },
})

interface UserRoutesOptions {
  sql: Sql
}

/** POST and GET /api/users, GET, PATCH and DELETE /api/users/{id}; a user is {id, email, name, role, created_at}. */
export function userRoutes(options: UserRoutesOptions): Route[] {
  return [
    createUserRoute(options),
    listUsersRoute(options),
    readUserRoute(options),
    changeUserRoute(options),
    deleteUserRoute(options),
  ]
}

function createUserRoute({ sql }: UserRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/users',
    summary: 'Create a user',
    access: ['admin'],
    tag: 'accounts',
    replies: {
      201: { description: 'The user', schema: userReply, headers: { location: 'path of the new resource' } },
    },
    problems: ['conflict'],
    body: newUser,
    async handle({ body, ...actor }) {
      const { email, name = '', password, role } = body
      const weak = refuseWeak(password, email)
      if (weak) return weak
      const user = await insertUser(
        sql,
        { email, name, role, passwordHash: await hashPassword(password) },
        actor,
      )
      if (!user) return emailTaken()
      return { status: 201, body: toUser(user), headers: { location: `/api/users/${user.id}` } }
    },
  })
}

function listUsersRoute({ sql }: UserRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/users',
    summary: 'List users in order of creation',
    access: ['admin'],
    tag: 'accounts',
    replies: { 200: { description: 'A page of users', schema: pageOf(userReply) } },
    query: pageQuery,
    async handle({ query }) {
      const cursor = readNumberCursor('user', query.cursor)
      if (isRefusal(cursor)) return cursor
      const rows = await listUsers(sql, { afterId: cursor.after ?? 0, limit: query.limit + 1 })
      const page = toPage(rows, query.limit, (last) => writeCursor('user', last.id))
      return { status: 200, body: { ...page, items: page.items.map(toUser) } }
    },
  })
}

function readUserRoute({ sql }: UserRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/users/{id}',
    summary: 'Get a user',
    access: ['admin'],
    tag: 'accounts',
    replies: { 200: { description: 'The user', schema: userReply } },
    problems: ['not_found'],
    params: idParams,
    async handle({ params }) {
      const user = await findUser(sql, Number(params.id))
      return user ? { status: 200, body: toUser(user) } : noUser(params.id)
    },
  })
}

function changeUserRoute({ sql }: UserRoutesOptions): Route {
  return route({
    method: 'patch',
    path: '/api/users/{id}',
    summary: 'Change a user; a new password or role ends their sessions and tokens',
    access: ['admin'],
    tag: 'accounts',
    replies: { 200: { description: 'The changed user', schema: userReply } },
    problems: ['not_found', 'conflict'],
    params: idParams,
    body: userPatch,
    async handle({ params, body, ...actor }) {
      const { password, ...patch } = body
      const id = Number(params.id)
      if (password === undefined) return answerUpdate(await updateUser(sql, id, patch, actor))
      const user = await findUser(sql, id)
      if (!user) return noUser(params.id)
      const weak = refuseWeak(password, patch.email ?? user.email)
      if (weak) return weak
      const passwordHash = await hashPassword(password)
      return answerUpdate(await updateUser(sql, id, { ...patch, passwordHash }, actor))
    },
  })
}

function deleteUserRoute({ sql }: UserRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/users/{id}',
    summary:
      'Delete a user and, by default, revoke the device tokens they issued; their vehicles and devices remain',
    access: ['admin'],
    tag: 'accounts',
    replies: { 200: { description: 'The user is deleted', schema: deletedUserReply } },
    problems: ['not_found', 'conflict'],
    params: idParams,
    query: deleteQuery,
    async handle({ params, query, ...actor }) {
      const keepsDeviceTokens = query.device_tokens === 'keep'
      const result = await deleteUser(sql, Number(params.id), { keepsDeviceTokens }, actor)
      if (result === 'missing') return noUser(params.id)
      if (result === 'last_admin') return lastAdmin()
      return { status: 200, body: { device_tokens_revoked: result.deviceTokensRevoked } }
    },
  })
}

export function toUser({ id, email, name, role, createdUs }: UserRow) {
  return { id, email, name, role, created_at: formatTime(createdUs) }
}

/** The answer to a change of a user. */
export function answerUpdate(result: Awaited<ReturnType<typeof updateUser>>): Reply | Refusal {
  if (result === 'missing') return refuse('not_found', 'this user does not exist')
  if (result === 'last_admin') return lastAdmin()
  if (result === 'other_password') return notCurrent()
  return result === 'email_taken' ? emailTaken() : { status: 200, body: toUser(result) }
}

export function notCurrent() {
  return refuseFaults('forbidden', [{ pointer: '/current', detail: 'is not the current password' }])
}

function noUser(id: string) {
  return refuse('not_found', `user ${id} does not exist`)
}

export function emailTaken() {
  return refuseFaults('conflict', [{ pointer: '/email', detail: 'is taken' }])
}

function lastAdmin() {
  return refuse('conflict', 'this is the last administrator')
}
