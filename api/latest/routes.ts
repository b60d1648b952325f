import { NUMBER_FIELDS, type NumberField } from '../../contract/telemetry.ts'
import type { Sql } from '../../sql/connect.ts'
import { areaParameters, readArea } from '../positions/area.ts'
import { readCursor, writeCursor } from '../schema/cursor.ts'
import { vehiclesParameters } from '../history/filter.ts'
import { findLatest, listLatest } from './queries.ts'
import { isRefusal, refuseFaults } from '../http/refusal.ts'
import { pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { cursorSchema, keyParams, keySchema, limitSchema, object } from '../schema/fields.ts'
import type { Schema } from '../../contract/schema-type.ts'
import type { ShortQueries } from '../database/short-queries.ts'
import { noVehicle } from '../vehicles/routes.ts'

function latestOf(title: string, value: Schema) {
  return replyObject(title, {
    value,
    time: { ...timeReply, description: 'of the reading with this value' },
    age_s: { type: 'integer', minimum: 0 },
    is_stale: { type: 'boolean', description: 'whether it is older than STALE_AFTER_S' },
  })
}

const latestNumber = latestOf('LatestNumber', { type: 'number' })
const numbers = Object.fromEntries(Object.keys(NUMBER_FIELDS).map((name) => [name, latestNumber])) as Record<
  NumberField,
  typeof latestNumber
>
const fields = {
  ...numbers,
  ignition: latestOf('LatestBoolean', { type: 'boolean' }),
  status: latestOf('LatestText', { type: 'string' }),
  extra: {
    type: 'object',
    additionalProperties: latestOf('LatestExtra', { type: ['string', 'number', 'boolean', 'null'] }),
  },
} as const
const latestReply = replyObject('Latest', {
  vehicle: keySchema,
  values: replyObject('LatestValues', fields, Object.keys(fields) as (keyof typeof fields)[]),
})

/**
 * GET /api/latest and /api/vehicles/{key}/latest: {vehicle, values} with the newest {value, time, age_s, is_stale} of
 * each field that the vehicle has ever sent.
 */
export function latestRoutes(options: { sql: Sql; quick: ShortQueries; staleAfterS: number }): Route[] {
  const { sql, quick, staleAfterS } = options
  return [
    route({
      method: 'get',
      path: '/api/latest',
      summary:
        'List the newest value of each field with its time: of all vehicles, of a group, in a box, or in a circle with the nearest first',
      access: ['admin', 'service', 'user'],
      scope: 'positions:read',
      tag: 'telemetry',
      replies: { 200: { description: 'A page of vehicles with their values', schema: pageOf(latestReply) } },
      query: object({
        ...areaParameters,
        group: vehiclesParameters.group,
        limit: limitSchema(1000, 100),
        cursor: cursorSchema,
      }),
      async handle({ query, caller, onWait }) {
        const { group, limit, near } = query
        const area = readArea(query)
        if (isRefusal(area)) return area
        if (near !== undefined && query.cursor !== undefined) {
          const detail = 'cannot be combined with near, which has one page'
          return refuseFaults('invalid_request', [{ pointer: '/cursor', detail }])
        }
        const from = readCursor('latest', query.cursor, keyPattern)
        if (isRefusal(from)) return from
        const page = { group, after: from.after, limit, staleAfterS }
        const isInArea = area.box !== undefined || area.circle !== undefined
        const list = async (it: Sql) => listLatest(it, caller, { ...area, ...page })
        const found = await (isInArea ? quick(caller, list, onWait) : list(sql))
        if (isRefusal(found)) return found
        const { items, hasMore, last } = found
        const next = near === undefined && hasMore && last !== null ? writeCursor('latest', last) : null
        const content = `{"items":[${items}],"next_cursor":${JSON.stringify(next)}}`
        return { status: 200, text: { type: 'application/json', content } }
      },
    }),
    route({
      method: 'get',
      path: '/api/vehicles/{key}/latest',
      summary: 'Get the newest value of each field of a vehicle, with its time',
      access: ['admin', 'service', 'user'],
      scope: 'positions:read',
      tag: 'telemetry',
      replies: { 200: { description: 'The values', schema: latestReply } },
      problems: ['not_found'],
      params: keyParams,
      async handle({ params: { key }, caller, onWait }) {
        const answer = await quick(
          caller,
          async (it) => ({ content: await findLatest(it, caller, { key, staleAfterS }) }),
          onWait,
        )
        if (isRefusal(answer)) return answer
        const { content } = answer
        if (content === undefined) return noVehicle(key)
        return { status: 200, text: { type: 'application/json', content } }
      },
    }),
  ]
}

const keyPattern = new RegExp(keySchema.pattern)
