import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { readNumberCursor, toPage, writeCursor } from '../cursor.ts'
import { deleteGrant, insertGrant, listGrants, type GrantRow } from '../queries/grants.ts'
import { isRefusal, refuse, refuseFaults } from '../refusal.ts'
import { keyOrNull, pageOf, replyObject, timeReply } from '../reply-schemas.ts'
import { route, type Route } from '../route.ts'
import { cursorSchema, idParams, keySchema, limitSchema, object, userIdSchema } from '../schemas.ts'

const newGrant = object({ user: userIdSchema, vehicle: keySchema, group: keySchema }, ['user'])
const listQuery = object({
  user: userIdSchema,
  vehicle: keySchema,
  group: keySchema,
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
})

const grantReply = replyObject('Grant', {
  id: { type: 'integer', minimum: 1 },
  user: { type: 'integer', minimum: 1 },
  vehicle: keyOrNull,
  group: keyOrNull,
  created_at: timeReply,
})

/** POST and GET /api/grants, DELETE /api/grants/{id}; a grant is {id, user, vehicle, group, created_at}. */
export function grantRoutes({ sql }: { sql: Sql }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/grants',
      summary: 'Let a user see a vehicle, or all vehicles of a group, without changing them',
      access: ['admin'],
      tag: 'accounts',
      replies: { 201: { description: 'The grant', schema: grantReply } },
      problems: ['conflict'],
      body: newGrant,
      async handle({ body, ...actor }) {
        const { user: userId, vehicle = null, group = null } = body
        if ((vehicle === null) === (group === null)) {
          return refuseFaults('invalid_request', [
            { pointer: '', detail: 'must have either a vehicle or a group' },
          ])
        }
        const result = await insertGrant(sql, { userId, vehicle, group }, actor)
        if (result === 'exists') return refuse('conflict', 'this grant already exists')
        if (result === 'unknown_user') {
          return refuseFaults('invalid_request', [
            { pointer: '/user', detail: `user ${userId} does not exist` },
          ])
        }
        if (result === 'unknown_vehicle') {
          return refuseFaults('invalid_request', [
            { pointer: '/vehicle', detail: `vehicle "${vehicle}" does not exist` },
          ])
        }
        return { status: 201, body: toGrant(result) }
      },
    }),
    route({
      method: 'get',
      path: '/api/grants',
      summary: 'List grants in order of creation',
      access: ['admin'],
      tag: 'accounts',
      replies: { 200: { description: 'A page of them', schema: pageOf(grantReply) } },
      query: listQuery,
      async handle({ query }) {
        const cursor = readNumberCursor('grant', query.cursor)
        if (isRefusal(cursor)) return cursor
        const { user: userId, vehicle, group } = query
        const page = { userId, vehicle, group, afterId: cursor.after ?? 0, limit: query.limit + 1 }
        const rows = await listGrants(sql, page)
        const { items, next_cursor } = toPage(rows, query.limit, (last) => writeCursor('grant', last.id))
        return { status: 200, body: { items: items.map(toGrant), next_cursor } }
      },
    }),
    route({
      method: 'delete',
      path: '/api/grants/{id}',
      summary: 'Take a grant back',
      access: ['admin'],
      tag: 'accounts',
      replies: { 204: { description: 'The grant is revoked' } },
      problems: ['not_found'],
      params: idParams,
      async handle({ params, ...actor }) {
        const deleted = await deleteGrant(sql, Number(params.id), actor)
        return deleted ? { status: 204 } : refuse('not_found', `grant ${params.id} does not exist`)
      },
    }),
  ]
}

function toGrant({ id, userId, vehicle, group, createdUs }: GrantRow) {
  return { id, user: userId, vehicle, group, created_at: formatTime(createdUs) }
}
