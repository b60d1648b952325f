import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { duplicateFaults, keyedFaults, keyFaults, refuseTaken, toList } from '../schema/bulk.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { FOREIGN_GROUP, WITHOUT_GROUP } from '../imports/import-rows.ts'
import { etagHeader, etagOf, readIfMatch } from '../http/etag.ts'
import { mergePatch } from '../http/merge-patch.ts'
import {
  ATTRIBUTES_MAX,
  deleteVehicle,
  findVehicle,
  insertVehicles,
  listVehicles,
  updateVehicle,
  type VehicleFields,
  type VehicleRow,
} from './queries.ts'
import { overQuotaDetail, type Quotas } from '../access/quota.ts'
import { refuseNotChanged } from '../http/not-changed.ts'
import { isRefusal, refuse, refuseFaults } from '../http/refusal.ts'
import { arrayOf, keyOrNull, oneOrManyOf, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import type { ShortQueries } from '../database/short-queries.ts'
import {
  attributesSchema,
  cursorSchema,
  keyParams,
  keySchema,
  limitSchema,
  nameSchema,
  object,
  oneOrMany,
  orNull,
  tagSchema,
  tagsSchema,
  searchSchema,
  textSchema,
  vinSchema,
} from '../schema/fields.ts'

const fields = {
  name: nameSchema,
  plate: textSchema,
  vin: vinSchema,
  group: keySchema,
  tags: tagsSchema,
  attributes: attributesSchema,
}
export const newVehicle = object({ key: keySchema, ...fields }, ['key'])
const vehiclePatch = object({
  key: keySchema,
  name: orNull(nameSchema),
  plate: orNull(textSchema),
  vin: orNull(vinSchema),
  group: orNull(keySchema),
  tags: orNull(tagsSchema),
  attributes: orNull(attributesPatch()),
})
const listQuery = object({
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
  group: keySchema,
  tag: tagSchema,
  search: searchSchema,
})
const deleteQuery = object({ history: { enum: ['keep', 'delete'], default: 'keep' } })

/** Default values of a vehicle. */
export const NO_VEHICLE = { name: '', plate: '', vin: '', group: null, tags: [], attributes: {} }

const vehicleReply = replyObject('Vehicle', {
  key: keySchema,
  name: nameSchema,
  plate: { type: 'string' },
  vin: { type: 'string' },
  group: keyOrNull,
  tags: arrayOf({ type: 'string' }),
  attributes: { type: 'object', description: 'text, numbers and booleans by name' },
  created_at: timeReply,
})

interface VehicleRoutesOptions {
  sql: Sql
  quick: ShortQueries
  quotas: Quotas
}

/**
 * POST and GET /api/vehicles, GET, PATCH and DELETE /api/vehicles/{key}; a vehicle is {key, name, plate, vin, group, tags,
 * attributes, created_at}.
 */
export function vehicleRoutes(options: VehicleRoutesOptions): Route[] {
  return [
    createVehicleRoute(options),
    listVehiclesRoute(options),
    readVehicleRoute(options),
    changeVehicleRoute(options),
    deleteVehicleRoute(options),
  ]
}

function createVehicleRoute({ sql, quotas }: VehicleRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/vehicles',
    summary: 'Create a vehicle, or an array of vehicles',
    access: ['admin', 'service', 'user'],
    scope: 'vehicles:write',
    tag: 'vehicles',
    replies: {
      201: {
        description: 'All were created',
        schema: oneOrManyOf(vehicleReply),
        headers: { location: 'path of the new resource, if it is a single one', ...etagHeader },
      },
    },
    problems: ['conflict'],
    body: oneOrMany(newVehicle),
    async handle({ body, ...actor }) {
      const vehicles = toList(body).map((it) => ({ ...NO_VEHICLE, ...it }) as VehicleFields)
      const duplicates = duplicateFaults(body)
      if (duplicates.length > 0) return refuseFaults('conflict', duplicates)

      const result = await insertVehicles(sql, vehicles, actor, { max: quotas.vehiclesMax })
      if ('taken' in result) return refuseTaken(body, result.taken)
      if ('overQuota' in result) return refuse('forbidden', overQuotaDetail(result.overQuota, 'vehicles'))
      if ('foreignGroups' in result)
        return refuseFaults('invalid_request', keyFaults(body, 'group', result.foreignGroups, FOREIGN_GROUP))
      if ('withoutGroup' in result)
        return refuseFaults('invalid_request', keyedFaults(body, result.withoutGroup, 'group', WITHOUT_GROUP))
      const created = new Map(result.created.map((row) => [row.key, row]))
      const rows = vehicles.flatMap(({ key }) => created.get(key) ?? [])
      const [first] = rows
      if (Array.isArray(body) || first === undefined) return { status: 201, body: rows.map(toVehicle) }
      const headers = { location: `/api/vehicles/${first.key}`, ...etagOf(first) }
      return { status: 201, body: toVehicle(first), headers }
    },
  })
}

function listVehiclesRoute({ sql }: VehicleRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/vehicles',
    summary: 'List the vehicles that the caller may see, ordered by key',
    access: ['admin', 'service', 'user'],
    scope: 'vehicles:read',
    tag: 'vehicles',
    replies: { 200: { description: 'A page of vehicles', schema: pageOf(vehicleReply) } },
    query: listQuery,
    async handle({ query, caller }) {
      const cursor = readCursor('vehicle', query.cursor, keyPattern)
      if (isRefusal(cursor)) return cursor
      const { group, tag, search } = query
      const page = { group, tag, search, after: cursor.after, limit: query.limit + 1 }
      const rows = await listVehicles(sql, caller, page)
      const { items, next_cursor } = toPage(rows, query.limit, (last) => writeCursor('vehicle', last.key))
      return { status: 200, body: { items: items.map(toVehicle), next_cursor } }
    },
  })
}

function readVehicleRoute({ quick }: VehicleRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/vehicles/{key}',
    summary: 'Get a vehicle',
    access: ['admin', 'service', 'user'],
    scope: 'vehicles:read',
    tag: 'vehicles',
    replies: { 200: { description: 'The vehicle', schema: vehicleReply, headers: etagHeader } },
    problems: ['not_found'],
    params: keyParams,
    async handle({ params, caller, onWait }) {
      const answer = await quick(
        caller,
        async (it) => ({ vehicle: await findVehicle(it, caller, params.key) }),
        onWait,
      )
      if (isRefusal(answer)) return answer
      const { vehicle } = answer
      if (!vehicle) return noVehicle(params.key)
      return { status: 200, body: toVehicle(vehicle), headers: etagOf(vehicle) }
    },
  })
}

function changeVehicleRoute({ sql }: VehicleRoutesOptions): Route {
  return route({
    method: 'patch',
    path: '/api/vehicles/{key}',
    summary:
      'Change a vehicle, including its key, by a JSON Merge Patch (RFC 7396); with If-Match only if it is unchanged',
    access: ['admin', 'service', 'user'],
    scope: 'vehicles:write',
    tag: 'vehicles',
    replies: {
      200: { description: 'The changed vehicle', schema: vehicleReply, headers: etagHeader },
    },
    problems: ['conflict', 'not_found', 'precondition_failed'],
    params: keyParams,
    body: vehiclePatch,
    async handle({ params, body, headers, ...actor }) {
      const etags = readIfMatch(headers['if-match'])
      const patch = (before: VehicleFields): VehicleFields => ({
        ...NO_VEHICLE,
        ...(mergePatch(before, body) as VehicleFields),
      })
      const result = await updateVehicle(sql, params.key, etags, patch, actor)
      if (result === 'too_many_attributes') {
        const detail = `would give the vehicle more than ${ATTRIBUTES_MAX} attributes`
        return refuseFaults('invalid_request', [{ pointer: '/attributes', detail }])
      }
      if (result === 'foreign_group') {
        const detail = `"${body.group ?? ''}" ${FOREIGN_GROUP}`
        return refuseFaults('invalid_request', [{ pointer: '/group', detail }])
      }
      if (result === 'no_group')
        return refuseFaults('invalid_request', [{ pointer: '/group', detail: WITHOUT_GROUP }])
      if (result === 'taken') return refuseTaken(body, [body.key ?? ''])
      if (typeof result === 'string') return refuseNotChanged('vehicle', params.key, result)
      return { status: 200, body: toVehicle(result), headers: etagOf(result) }
    },
  })
}

function deleteVehicleRoute({ sql }: VehicleRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/vehicles/{key}',
    summary: 'Delete a vehicle; its readings are kept, unless an administrator sends history=delete',
    access: ['admin', 'service', 'user'],
    scope: 'vehicles:write',
    tag: 'vehicles',
    replies: { 204: { description: 'The vehicle is deleted' } },
    problems: ['not_found', 'precondition_failed'],
    params: keyParams,
    query: deleteQuery,
    async handle({ params, query, headers, ...actor }) {
      const withHistory = query.history === 'delete'
      if (withHistory && actor.caller.role !== 'admin') {
        return refuseFaults('forbidden', [
          { pointer: '/history', detail: '"delete" requires the role admin' },
        ])
      }
      const options = { etags: readIfMatch(headers['if-match']), withHistory }
      const result = await deleteVehicle(sql, params.key, options, actor)
      return result === 'deleted' ? { status: 204 } : refuseNotChanged('vehicle', params.key, result)
    },
  })
}

export function noVehicle(key: string) {
  return refuse('not_found', `vehicle ${key} does not exist`)
}

const keyPattern = new RegExp(keySchema.pattern)

/** Same shape as `attributes`, with null for removed ones. */
function attributesPatch() {
  const { additionalProperties, ...others } = attributesSchema
  const type = [...additionalProperties.type, 'null'] as const
  return { ...others, additionalProperties: { ...additionalProperties, type } } as const
}

function toVehicle({ key, name, plate, vin, group, tags, attributes, createdUs }: VehicleRow) {
  return { key, name, plate, vin, group, tags, attributes, created_at: formatTime(createdUs) }
}
