import type { Sql } from '../../sql/connect.ts'
import { areaParameters, readArea } from './area.ts'
import { readCursor, writeCursor } from '../schema/cursor.ts'
import { vehiclesParameters } from '../history/filter.ts'
import { listPositions } from './queries.ts'
import { isRefusal, refuseFaults } from '../http/refusal.ts'
import { keyOrNull, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import type { ShortQueries } from '../database/short-queries.ts'
import { cursorSchema, keySchema, limitSchema, object } from '../schema/fields.ts'

const positionsQuery = object({
  ...areaParameters,
  group: vehiclesParameters.group,
  limit: limitSchema(10_000, 10_000),
  cursor: cursorSchema,
})

const number = { type: 'number' } as const
const positionReply = replyObject(
  'Position',
  {
    vehicle: keySchema,
    time: timeReply,
    received_at: timeReply,
    device: keyOrNull,
    lat: number,
    lon: number,
    altitude: number,
    speed: number,
    heading: number,
    ignition: { type: 'boolean' },
    distance: { ...number, description: 'metres' },
  },
  ['altitude', 'speed', 'heading', 'ignition', 'distance'],
)

/**
 * GET /api/positions; a position is {vehicle, time, received_at, device, lat, lon} and those of {altitude, speed,
 * heading, ignition} that its reading has. A search by distance adds {distance} in metres.
 */
export function positionRoutes({ sql, quick }: { sql: Sql; quick: ShortQueries }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/positions',
      summary:
        'List newest positions: of all vehicles, of a group, in a box, or in a circle with the nearest first',
      access: ['admin', 'service', 'user'],
      scope: 'positions:read',
      tag: 'telemetry',
      replies: { 200: { description: 'A page of positions', schema: pageOf(positionReply) } },
      problems: ['not_found'],
      query: positionsQuery,
      async handle({ query, caller, onWait }) {
        const area = readArea(query)
        if (isRefusal(area)) return area
        if (query.near !== undefined && query.cursor !== undefined) {
          const detail = 'cannot be combined with near, which has one page'
          return refuseFaults('invalid_request', [{ pointer: '/cursor', detail }])
        }
        const cursor = readCursor('position', query.cursor, keyPattern)
        if (isRefusal(cursor)) return cursor

        const { limit, group, near } = query
        const page = { group, after: cursor.after, limit }
        const isInArea = area.box !== undefined || area.circle !== undefined
        const list = async (it: Sql) => listPositions(it, caller, { ...area, ...page })
        const found = await (isInArea ? quick(caller, list, onWait) : list(sql))
        if (isRefusal(found)) return found
        const { items, hasMore, last } = found
        const next = near === undefined && hasMore && last !== null ? writeCursor('position', last) : null
        const content = `{"items":[${items}],"next_cursor":${JSON.stringify(next)}}`
        return { status: 200, text: { type: 'application/json', content } }
      },
    }),
  ]
}

const keyPattern = new RegExp(keySchema.pattern)
