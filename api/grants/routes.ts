import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { readNumberCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { deleteGrant, insertGrant, listGrants, updateGrant, type GrantRow } from './queries.ts'
import { isRefusal, refuse, refuseFaults, type Fault, type Refusal } from '../http/refusal.ts'
import { keyOrNull, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import {
  cursorSchema,
  idParams,
  keySchema,
  limitSchema,
  object,
  orNull,
  timeSchema,
  userIdSchema,
} from '../schema/fields.ts'
import { readTime } from '../schema/time-range.ts'

const historyFrom = {
  ...orNull(timeSchema),
  description: `${timeSchema.description}: the user sees nothing that happened before; null for the whole history`,
} as const
const newGrant = object(
  { user: userIdSchema, vehicle: keySchema, group: keySchema, history_from: historyFrom },
  ['user'],
)
const grantPatch = object({ history_from: historyFrom })
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
  history_from: {
    type: ['string', 'null'],
    description: 'RFC 3339: the user sees nothing that happened before; null for the whole history',
  },
  created_at: timeReply,
})

interface GrantRoutesOptions {
  sql: Sql
}

/** POST and GET /api/grants, PATCH and DELETE /api/grants/{id}; a grant is {id, user, vehicle, group, history_from, created_at}. */
export function grantRoutes(options: GrantRoutesOptions): Route[] {
  return [
    createGrantRoute(options),
    listGrantsRoute(options),
    changeGrantRoute(options),
    deleteGrantRoute(options),
  ]
}

function createGrantRoute({ sql }: GrantRoutesOptions): Route {
  return route({
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
      const read = readHistoryFrom(body.history_from)
      if (isRefusal(read)) return read
      const historyFromUs = read.us ?? null
      const result = await insertGrant(sql, { userId, vehicle, group, historyFromUs }, actor)
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
  })
}

function listGrantsRoute({ sql }: GrantRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/grants',
    summary: 'List grants in order of creation',
    access: ['admin'],
    tag: 'accounts',
    replies: { 200: { description: 'A page of grants', schema: pageOf(grantReply) } },
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
  })
}

function changeGrantRoute({ sql }: GrantRoutesOptions): Route {
  return route({
    method: 'patch',
    path: '/api/grants/{id}',
    summary: 'Change the start of the history that a grant shows, by a JSON Merge Patch (RFC 7396)',
    access: ['admin'],
    tag: 'accounts',
    replies: { 200: { description: 'The changed grant', schema: grantReply } },
    problems: ['not_found'],
    params: idParams,
    body: grantPatch,
    async handle({ params, body, ...actor }) {
      const read = readHistoryFrom(body.history_from)
      if (isRefusal(read)) return read
      const result = await updateGrant(sql, Number(params.id), read.us, actor)
      return result === 'missing' ? noGrant(params.id) : { status: 200, body: toGrant(result) }
    },
  })
}

function deleteGrantRoute({ sql }: GrantRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/grants/{id}',
    summary: 'Revoke a grant',
    access: ['admin'],
    tag: 'accounts',
    replies: { 204: { description: 'The grant is revoked' } },
    problems: ['not_found'],
    params: idParams,
    async handle({ params, ...actor }) {
      const deleted = await deleteGrant(sql, Number(params.id), actor)
      return deleted ? { status: 204 } : noGrant(params.id)
    },
  })
}

/** `us` is `undefined` if the request does not include it. */
function readHistoryFrom(text: string | null | undefined): { us: number | null | undefined } | Refusal {
  if (text === null) return { us: null }
  const faults: Fault[] = []
  const us = readTime('/history_from', text, faults)
  return faults.length > 0 ? refuseFaults('invalid_request', faults) : { us }
}

function noGrant(id: string) {
  return refuse('not_found', `grant ${id} does not exist`)
}

function toGrant({ id, userId, vehicle, group, historyFromUs, createdUs }: GrantRow) {
  const history_from = historyFromUs === null ? null : formatTime(historyFromUs)
  return { id, user: userId, vehicle, group, history_from, created_at: formatTime(createdUs) }
}
