import { LIVE_STATES } from '../../contract/live-frame.ts'
import type { Sql } from '../../sql/connect.ts'
import { readCursor, writeCursor } from '../schema/cursor.ts'
import { listLive } from './queries.ts'
import { isRefusal } from '../http/refusal.ts'
import { arrayOf, keyOrNull, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { cursorSchema, keySchema, limitSchema, object } from '../schema/fields.ts'

const number = { type: 'number' } as const
const liveVehicleReply = replyObject(
  'LiveVehicle',
  {
    id: { type: 'integer', minimum: 1, description: 'id of the vehicle in frames of the live feed' },
    vehicle: keySchema,
    name: { type: 'string' },
    plate: { type: 'string' },
    vin: { type: 'string' },
    tags: arrayOf({ type: 'string' }),
    group: keyOrNull,
    state: {
      enum: LIVE_STATES,
      description: 'from its newest values that are not stale, and whether one of its devices is online',
    },
    last_state: {
      enum: LIVE_STATES,
      description: 'the state by the same values whether it is online or not; by all values if all are stale',
    },
    last_state_time: { ...timeReply, description: 'of the value that decides `last_state`' },
    is_stale: { type: 'boolean', description: 'whether all of these values are older than STALE_AFTER_S' },
    time: { ...timeReply, description: 'of the position' },
    lat: number,
    lon: number,
    speed: number,
    heading: number,
    ignition: { type: 'boolean' },
  },
  ['plate', 'vin', 'tags', 'last_state_time', 'time', 'lat', 'lon', 'speed', 'heading', 'ignition'],
)

/**
 * GET /api/live: the snapshot from which the live feed continues (docs/live-feed.md). A vehicle without a position that
 * the caller may see has no {time, lat, lon}. {speed, heading, ignition} are included if they are known and not stale.
 */
export function liveRoutes({ sql, staleAfterS }: { sql: Sql; staleAfterS: number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/live',
      summary: 'Get position and state of all vehicles: the snapshot that the live feed continues',
      access: ['admin', 'service', 'user'],
      scope: 'positions:read',
      tag: 'telemetry',
      replies: { 200: { description: 'A page of vehicles', schema: pageOf(liveVehicleReply) } },
      query: object({ limit: limitSchema(10_000, 10_000), cursor: cursorSchema }),
      async handle({ query: { limit, cursor }, caller }) {
        const from = readCursor('live', cursor, keyPattern)
        if (isRefusal(from)) return from
        const { items, hasMore, last } = await listLive(sql, caller, {
          after: from.after,
          limit,
          staleAfterS,
        })
        const next = hasMore && last !== null ? writeCursor('live', last) : null
        const content = `{"items":[${items}],"next_cursor":${JSON.stringify(next)}}`
        return { status: 200, text: { type: 'application/json', content } }
      },
    }),
  ]
}

const keyPattern = new RegExp(keySchema.pattern)
