import { READING_FIELDS, READING_SCHEMA } from '../../contract/telemetry.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { readNumberCursor, toPage, writeCursor } from '../cursor.ts'
import { findPosition, listReadings, type ReadingRow } from '../queries/telemetry.ts'
import { findVehicleId } from '../queries/vehicles.ts'
import { isRefusal, refuse } from '../refusal.ts'
import { keyOrNull, pageOf, replyObject, timeReply } from '../reply-schemas.ts'
import { route, type Route } from '../route.ts'
import { cursorSchema, keyParams, limitSchema, object, timeSchema } from '../schemas.ts'
import { readTimeRange } from '../time-range.ts'
import { noVehicle } from './vehicles.ts'

const telemetryQuery = object({
  from: timeSchema,
  to: timeSchema,
  limit: limitSchema(10_000, 1000),
  cursor: cursorSchema,
})

const readingReply = replyObject(
  'StoredReading',
  { ...READING_SCHEMA.properties, time: timeReply, received_at: timeReply, device: keyOrNull },
  READING_FIELDS,
)

/**
 * GET /api/vehicles/{key}/telemetry, GET /api/vehicles/{key}/position; a reading is {time, received_at, device} and
 * those fields of the contract that it has.
 */
export function telemetryRoutes({ sql }: { sql: Sql }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/vehicles/{key}/telemetry',
      summary: 'Readings of a vehicle in order of time, from inclusive, to exclusive',
      tag: 'telemetry',
      access: ['admin'],
      replies: { 200: { description: 'A page of them', schema: pageOf(readingReply) } },
      problems: ['not_found'],
      params: keyParams,
      query: telemetryQuery,
      async handle({ params, query }) {
        const times = readTimeRange(query)
        if (isRefusal(times)) return times
        const cursor = readNumberCursor('time', query.cursor)
        if (isRefusal(cursor)) return cursor
        const vehicleId = await findVehicleId(sql, params.key)
        if (vehicleId === undefined) return noVehicle(params.key)

        const page = { ...times.range, afterUs: cursor.after, limit: query.limit + 1 }
        const rows = await listReadings(sql, vehicleId, page)
        const { items, next_cursor } = toPage(rows, query.limit, (last) => writeCursor('time', last.timeUs))
        return { status: 200, body: { items: items.map(toReading), next_cursor } }
      },
    }),
    route({
      method: 'get',
      path: '/api/vehicles/{key}/position',
      summary: 'The newest reading of a vehicle that has a position',
      tag: 'telemetry',
      access: ['admin'],
      replies: { 200: { description: 'The reading', schema: readingReply } },
      problems: ['not_found'],
      params: keyParams,
      async handle({ params }) {
        const vehicleId = await findVehicleId(sql, params.key)
        if (vehicleId === undefined) return noVehicle(params.key)
        const row = await findPosition(sql, vehicleId)
        if (row) return { status: 200, body: toReading(row) }
        return refuse('not_found', `the vehicle ${params.key} has not sent a position yet`)
      },
    }),
  ]
}

function toReading(row: ReadingRow) {
  const reading: Record<string, unknown> = {
    time: formatTime(row.timeUs),
    received_at: formatTime(row.receivedUs),
    device: row.device,
  }
  for (const field of READING_FIELDS) if (row[field] !== null) reading[field] = row[field]
  return reading
}
