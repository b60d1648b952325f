import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { isRefusal } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { keyParams, keySchema, pageQuery } from '../schema/fields.ts'
import { pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { listInside } from './inside.ts'
import { findGeofence } from './queries.ts'
import { noGeofence } from './routes.ts'

const number = { type: 'number' } as const
const insideReply = replyObject('VehicleInside', {
  vehicle: keySchema,
  time: { ...timeReply, description: 'of its newest position' },
  lat: number,
  lon: number,
})

/** GET /api/geofences/{key}/vehicles */
export function vehiclesInsideRoutes({ sql }: { sql: Sql }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/geofences/{key}/vehicles',
      summary: 'List the vehicles that are in a geofence by their newest positions, ordered by key',
      access: ['admin', 'service', 'user'],
      scope: 'positions:read',
      tag: 'geofences',
      replies: { 200: { description: 'A page of vehicles', schema: pageOf(insideReply) } },
      problems: ['not_found'],
      params: keyParams,
      query: pageQuery,
      async handle({ params, query, caller }) {
        const cursor = readCursor('inside', query.cursor, keyPattern)
        if (isRefusal(cursor)) return cursor
        const geofence = await findGeofence(sql, caller, params.key)
        if (geofence === undefined) return noGeofence(params.key)
        const page = { after: cursor.after, limit: query.limit + 1 }
        const rows = await listInside(sql, caller, geofence, page)
        const { items, next_cursor } = toPage(rows, query.limit, (last) =>
          writeCursor('inside', last.vehicle),
        )
        const toItem = ({ vehicle, timeUs, lat, lon }: (typeof items)[number]) => {
          return { vehicle, time: formatTime(timeUs), lat, lon }
        }
        return { status: 200, body: { items: items.map(toItem), next_cursor } }
      },
    }),
  ]
}

const keyPattern = new RegExp(keySchema.pattern)
