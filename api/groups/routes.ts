import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { changeGroup, listGroups, type GroupRow } from './queries.ts'
import { isRefusal, refuse, refuseFaults } from '../http/refusal.ts'
import { pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import {
  cursorSchema,
  keyParams,
  keySchema,
  limitSchema,
  object,
  orNull,
  userIdSchema,
} from '../schema/fields.ts'

const listQuery = object({ limit: limitSchema(1000, 100), cursor: cursorSchema })
const groupPatch = object({ owner: orNull(userIdSchema) }, ['owner'])

const groupReply = replyObject('Group', {
  key: keySchema,
  owner: {
    type: ['integer', 'null'],
    description:
      'the user who may put vehicles into it, shown to that user and to administrators; null if only administrators may',
  },
  vehicles: { type: 'integer', minimum: 0, description: 'number of its vehicles that the caller may see' },
  created_at: timeReply,
})

const keyPattern = new RegExp(keySchema.pattern)

/**
 * GET /api/groups, PATCH /api/groups/{key}; a group is {key, owner, vehicles, created_at}. The first vehicle or grant
 * that names a group creates it.
 */
export function groupRoutes({ sql }: { sql: Sql }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/groups',
      summary:
        'List the groups that the caller owns or that have vehicles the caller may see, ordered by key',
      access: ['admin', 'service', 'user'],
      scope: 'vehicles:read',
      tag: 'vehicles',
      replies: { 200: { description: 'A page of groups', schema: pageOf(groupReply) } },
      query: listQuery,
      async handle({ query, caller }) {
        const cursor = readCursor('group', query.cursor, keyPattern)
        if (isRefusal(cursor)) return cursor
        const rows = await listGroups(sql, caller, { after: cursor.after, limit: query.limit + 1 })
        const { items, next_cursor } = toPage(rows, query.limit, (last) => writeCursor('group', last.key))
        return { status: 200, body: { items: items.map(toGroup), next_cursor } }
      },
    }),
    route({
      method: 'patch',
      path: '/api/groups/{key}',
      summary: 'Give a group to another owner',
      access: ['admin'],
      tag: 'vehicles',
      replies: { 200: { description: 'The changed group', schema: groupReply } },
      problems: ['not_found'],
      params: keyParams,
      body: groupPatch,
      async handle({ params, body, ...actor }) {
        const result = await changeGroup(sql, params.key, body.owner, actor)
        if (result === 'missing') return refuse('not_found', `group ${params.key} does not exist`)
        if (result === 'unknown_user')
          return refuseFaults('invalid_request', [
            { pointer: '/owner', detail: `user ${body.owner} does not exist` },
          ])
        return { status: 200, body: toGroup(result) }
      },
    }),
  ]
}

function toGroup({ key, owner, vehicles, createdUs }: GroupRow) {
  return { key, owner, vehicles, created_at: formatTime(createdUs) }
}
