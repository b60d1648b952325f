import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { areaParameters, readArea } from '../area.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { vehiclesParameters } from '../history-filter.ts'
import { listPositions, type PositionRow } from '../queries/positions.ts'
import { isRefusal, refuseFaults } from '../refusal.ts'
import { keyOrNull, pageOf, replyObject, timeReply } from '../reply-schemas.ts'
import { route, type Route } from '../route.ts'
import { cursorSchema, keySchema, limitSchema, object } from '../schemas.ts'

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
 * GET /api/positions; a position is {vehicle, time, received_at, device, lat, lon} and those of {altitude, speed, heading,
 * ignition} that its reading has, with {distance} in metres when asked for what is near.
 */
export function positionRoutes({ sql }: { sql: Sql }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/positions',
      summary:
        'The newest positions: of all vehicles, of a group, in a box, or in a circle the nearest first',
      access: ['admin', 'service', 'user'],
      tag: 'telemetry',
      replies: { 200: { description: 'A page of them', schema: pageOf(positionReply) } },
      problems: ['not_found'],
      query: positionsQuery,
      async handle({ query, caller }) {
        const area = readArea(query)
        if (isRefusal(area)) return area
        if (query.near !== undefined && query.cursor !== undefined) {
          const detail = 'does not go with near, which has one page'
          return refuseFaults('invalid_request', [{ pointer: '/cursor', detail }])
        }
        const cursor = readCursor('position', query.cursor, keyPattern)
        if (isRefusal(cursor)) return cursor

        const page = { group: query.group, after: cursor.after, limit: query.limit + 1 }
        const rows = await listPositions(sql, caller, { ...area, ...page })
        const { items, next_cursor } = toPage(rows, query.limit, (last) =>
          writeCursor('position', last.vehicle),
        )
        const next = query.near === undefined ? next_cursor : null
        return { status: 200, body: { items: items.map(toPosition), next_cursor: next } }
      },
    }),
  ]
}

const keyPattern = new RegExp(keySchema.pattern)

function toPosition(row: PositionRow) {
  const { vehicle, timeUs, receivedUs, device, lat, lon, altitude, speed, heading, ignition, distance } = row
  return {
    vehicle,
    time: formatTime(timeUs),
    received_at: formatTime(receivedUs),
    device,
    lat,
    lon,
    ...(altitude !== null && { altitude }),
    ...(speed !== null && { speed }),
    ...(heading !== null && { heading }),
    ...(ignition !== null && { ignition }),
    ...(distance !== null && { distance }),
  }
}
