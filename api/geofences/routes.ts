import type { Sql } from '../../sql/connect.ts'
import { etagHeader, etagOf, readIfMatch } from '../http/etag.ts'
import { mergePatch } from '../http/merge-patch.ts'
import { refuseNotChanged } from '../http/not-changed.ts'
import { readSince as readRuleSince } from '../rules/since.ts'
import { isRefusal, refuse, refuseFaults, type Fault, type Refusal } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { FOREIGN_GROUP, WITHOUT_GROUP } from '../imports/import-rows.ts'
import { refuseTaken } from '../schema/bulk.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import {
  cursorSchema,
  keyParams,
  keySchema,
  limitSchema,
  nameSchema,
  object,
  orNull,
  searchSchema,
  timeSchema,
} from '../schema/fields.ts'
import { pageOf } from '../schema/reply-schemas.ts'
import {
  geometrySchema,
  hysteresisSchema,
  newGeofence,
  NO_GEOFENCE,
  radiusSchema,
  readGeofence,
  scheduleSchema,
  speedLimitSchema,
  widthSchema,
  type GeofenceFields,
} from './geofence.ts'
import {
  deleteGeofence,
  findGeofence,
  insertGeofences,
  listGeofences,
  updateGeofence,
  type NoRoom,
} from './queries.ts'
import { geofenceReply, toGeofence } from './replies.ts'

const sinceSchema = {
  ...timeSchema,
  description:
    'readings from this past time on are judged by it, RFC 3339 with zone or epoch milliseconds; default: now',
} as const

const postBody = object({ ...newGeofence.properties, since: sinceSchema }, ['key', 'geometry'])
const patchBody = object({
  name: orNull(nameSchema),
  group: orNull(keySchema),
  geometry: geometrySchema,
  radius_m: orNull(radiusSchema),
  width_m: orNull(widthSchema),
  hysteresis_m: orNull(hysteresisSchema),
  speed_limit: orNull(speedLimitSchema),
  schedule: orNull(scheduleSchema),
  since: sinceSchema,
})
/** @limit geofences on a page | 400 */
const PAGE_MAX = 500
const listQuery = object({
  limit: limitSchema(PAGE_MAX, 100),
  cursor: cursorSchema,
  group: keySchema,
  search: searchSchema,
})
const deleteQuery = object({ since: sinceSchema })

interface GeofenceRoutesOptions {
  sql: Sql
  now: () => number
}

/**
 * POST and GET /api/geofences, GET, PATCH and DELETE /api/geofences/{key}; a geofence is {key, name, group, geometry,
 * radius_m, width_m, hysteresis_m, speed_limit, schedule, valid_from, created_at}.
 */
export function geofenceRoutes(options: GeofenceRoutesOptions): Route[] {
  return [
    createGeofenceRoute(options),
    listGeofencesRoute(options),
    readGeofenceRoute(options),
    changeGeofenceRoute(options),
    deleteGeofenceRoute(options),
  ]
}

function createGeofenceRoute({ sql, now }: GeofenceRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/geofences',
    summary: 'Create a geofence',
    access: ['admin', 'service', 'user'],
    scope: 'geofences:write',
    tag: 'geofences',
    replies: {
      201: {
        description: 'The geofence',
        schema: geofenceReply,
        headers: { location: 'path of the new resource', ...etagHeader },
      },
    },
    problems: ['conflict'],
    body: postBody,
    async handle({ body, ...actor }) {
      const { since, ...given } = body
      const sinceUs = readSince(since, now)
      if (isSinceRefusal(sinceUs)) return sinceUs
      const read = readGeofence({ ...NO_GEOFENCE, ...given })
      if ('faults' in read) return refuseFaults('invalid_request', read.faults)

      const result = await insertGeofences(sql, [read.fields], actor, { sinceUs })
      if ('taken' in result) return refuseTaken(body, result.taken)
      if ('noRoom' in result) return refuse('forbidden', noRoomDetail(result.noRoom))
      if ('foreignGroups' in result) return refuseForeignGroup(body.group)
      if ('withoutGroup' in result)
        return refuseFaults('invalid_request', [{ pointer: '/group', detail: WITHOUT_GROUP }])
      const [created] = result.created
      if (created === undefined) return refuse('conflict', 'the geofence was deleted meanwhile')
      const headers = { location: `/api/geofences/${created.key}`, ...etagOf(created) }
      return { status: 201, body: toGeofence(created), headers }
    },
  })
}

function listGeofencesRoute({ sql }: GeofenceRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/geofences',
    summary: 'List the geofences that the caller may see, ordered by key',
    access: ['admin', 'service', 'user'],
    scope: 'geofences:read',
    tag: 'geofences',
    replies: { 200: { description: 'A page of geofences', schema: pageOf(geofenceReply) } },
    query: listQuery,
    async handle({ query, caller }) {
      const cursor = readCursor('geofence', query.cursor, keyPattern)
      if (isRefusal(cursor)) return cursor
      const { group, search, limit } = query
      const rows = await listGeofences(sql, caller, { group, search, after: cursor.after, limit: limit + 1 })
      const { items, next_cursor } = toPage(rows, limit, (last) => writeCursor('geofence', last.key))
      return { status: 200, body: { items: items.map(toGeofence), next_cursor } }
    },
  })
}

function readGeofenceRoute({ sql }: GeofenceRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/geofences/{key}',
    summary: 'Get a geofence',
    access: ['admin', 'service', 'user'],
    scope: 'geofences:read',
    tag: 'geofences',
    replies: { 200: { description: 'The geofence', schema: geofenceReply, headers: etagHeader } },
    problems: ['not_found'],
    params: keyParams,
    async handle({ params, caller }) {
      const geofence = await findGeofence(sql, caller, params.key)
      if (geofence === undefined) return noGeofence(params.key)
      return { status: 200, body: toGeofence(geofence), headers: etagOf(geofence) }
    },
  })
}

function changeGeofenceRoute({ sql, now }: GeofenceRoutesOptions): Route {
  return route({
    method: 'patch',
    path: '/api/geofences/{key}',
    summary:
      'Change a geofence, for readings from now or `since` on; its key is fixed, because rules name it',
    access: ['admin', 'service', 'user'],
    scope: 'geofences:write',
    tag: 'geofences',
    replies: { 200: { description: 'The changed geofence', schema: geofenceReply, headers: etagHeader } },
    problems: ['not_found', 'precondition_failed'],
    params: keyParams,
    body: patchBody,
    async handle({ params, body, headers, ...actor }) {
      const { since, ...patch } = body
      const sinceUs = readSince(since, now)
      if (isSinceRefusal(sinceUs)) return sinceUs
      const options = { etags: readIfMatch(headers['if-match']), sinceUs }
      const result = await updateGeofence(
        sql,
        params.key,
        options,
        (it) => readGeofence(patched(it, patch)),
        actor,
      )
      if (result === 'foreign_group') return refuseForeignGroup(body.group ?? undefined)
      if (result === 'no_group')
        return refuseFaults('invalid_request', [{ pointer: '/group', detail: WITHOUT_GROUP }])
      if (typeof result === 'string') return refuseNotChanged('geofence', params.key, result)
      if ('faults' in result) return refuseFaults('invalid_request', result.faults)
      return { status: 200, body: toGeofence(result), headers: etagOf(result) }
    },
  })
}

function deleteGeofenceRoute({ sql, now }: GeofenceRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/geofences/{key}',
    summary: 'Delete a geofence, for readings from now or `since` on',
    access: ['admin', 'service', 'user'],
    scope: 'geofences:write',
    tag: 'geofences',
    replies: { 204: { description: 'The geofence is deleted' } },
    problems: ['not_found', 'precondition_failed'],
    params: keyParams,
    query: deleteQuery,
    async handle({ params, query, headers, ...actor }) {
      const sinceUs = readSince(query.since, now)
      if (isSinceRefusal(sinceUs)) return sinceUs
      const options = { etags: readIfMatch(headers['if-match']), sinceUs }
      const result = await deleteGeofence(sql, params.key, options, actor)
      return result === 'deleted' ? { status: 204 } : refuseNotChanged('geofence', params.key, result)
    },
  })
}

export function noGeofence(key: string): Refusal {
  return refuse('not_found', `geofence ${key} does not exist`)
}

export function noRoomDetail({ max, room, whose }: NoRoom): string {
  return whose === 'yours'
    ? `you may own at most ${max} geofences, and can create ${room} more`
    : `there may be at most ${max} geofences, and ${room} more can be created`
}

const keyPattern = new RegExp(keySchema.pattern)

function refuseForeignGroup(group = ''): Refusal {
  return refuseFaults('invalid_request', [{ pointer: '/group', detail: `"${group}" ${FOREIGN_GROUP}` }])
}

/** A geometry is replaced as a whole, and with its type its radius or width becomes meaningless. */
function patched(before: GeofenceFields, patch: object): GeofenceFields {
  const { geometry } = patch as Partial<GeofenceFields>
  const isOfOtherType = geometry !== undefined && geometry.type !== before.geometry.type
  const base = isOfOtherType ? { ...before, radius_m: null, width_m: null } : before
  return { ...NO_GEOFENCE, ...(mergePatch(base, patch) as GeofenceFields) }
}

function readSince(text: string | undefined, now: () => number): number | undefined | Refusal {
  const faults: Fault[] = []
  const us = readRuleSince(text, now, faults)
  return faults.length > 0 ? refuseFaults('invalid_request', faults) : us
}

function isSinceRefusal(read: number | undefined | Refusal): read is Refusal {
  return typeof read === 'object'
}
