import type { Claims } from '../../contract/claims.ts'
import { READING_FIELDS, READING_SCHEMA } from '../../contract/telemetry.ts'
import type { OnWait } from '../../kit/fair-waiting.ts'
import type { Sql } from '../../sql/connect.ts'
import type { HistoryQueries } from './history-queries.ts'
import { bucketSchema, tzSchema } from './bucket-width.ts'
import { AGGREGATES } from './fill-gaps.ts'
import { readHistoryCursor } from './cursor.ts'
import {
  GROUP_VEHICLES_MAX,
  historyParameters,
  readHistoryFilter,
  readVehicles,
  vehiclesParameters,
} from './filter.ts'
import { readPage } from './page.ts'
import { POINTS_MAX } from './points.ts'
import { createHistorySeries } from './series.ts'
import { findVisibleVehicles, type RequestedVehicles, type Vehicle } from './filter-sql.ts'
import { findPosition } from './reading-queries.ts'
import { findVisibleVehicle } from '../access/visible.ts'
import { isRefusal, refuse, refuseFaults, type Fault, type Refusal } from '../http/refusal.ts'
import { arrayOf, keyOrNull, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Reply, type Route } from '../http/route.ts'
import type { ShortQueries } from '../database/short-queries.ts'
import { cursorSchema, keyParams, keySchema, object } from '../schema/fields.ts'
import type { TypeOf } from '../../contract/schema-type.ts'
import { noVehicle } from '../vehicles/routes.ts'

const AGGREGATE = `(${AGGREGATES.join('|')})`
/** Default number of items on a page. */
const LIMIT_DEFAULT = 1000

const parameters = {
  ...historyParameters,
  order: { enum: ['asc', 'desc'] },
  limit: { type: 'integer', minimum: 1, maximum: 10_000 },
  cursor: cursorSchema,
  bucket: bucketSchema,
  tz: tzSchema,
  aggregates: {
    type: 'string',
    pattern: `^${AGGREGATE}(,${AGGREGATE})*$`,
    maxLength: 100,
    description: `one or more of ${AGGREGATES.join()}`,
  },
  fill: { enum: ['null', 'previous'] },
  points: {
    type: 'integer',
    minimum: 2,
    maximum: POINTS_MAX,
    description: 'number of points of each vehicle, for a chart of one field (LTTB)',
  },
} as const
const ofOne = object(parameters)
const ofMany = object({ ...vehiclesParameters, ...parameters })

const readingReply = replyObject(
  'StoredReading',
  { ...READING_SCHEMA.properties, time: timeReply, received_at: timeReply, device: keyOrNull },
  READING_FIELDS,
)
const historyReply = replyObject('History', {
  items: {
    description: 'Several readings can have the same time; they are in the order in which they were stored.',
    ...arrayOf({
      anyOf: [
        replyObject(
          'HistoryReading',
          {
            ...READING_SCHEMA.properties,
            time: timeReply,
            received_at: timeReply,
            device: keyOrNull,
            vehicle: keySchema,
          },
          [...READING_FIELDS, 'received_at', 'device', 'vehicle'],
        ),
        {
          title: 'HistoryBucket',
          description: 'the requested values under the name of each field',
          type: 'object',
          properties: { time: timeReply, vehicle: keySchema },
          required: ['time'],
          additionalProperties: true,
        },
      ],
    }),
  },
  next_cursor: { type: ['string', 'null'] },
  prev_cursor: { type: ['string', 'null'] },
})

type Answer = ReturnType<typeof createAnswer>

interface TelemetryRoutesOptions {
  sql: Sql
  quick: ShortQueries
  history: HistoryQueries
  now: () => number
}

/**
 * GET /api/telemetry, GET /api/vehicles/{key}/telemetry, GET /api/vehicles/{key}/position. A reading is {time,
 * received_at, device} and those fields of the contract that it has, with {vehicle} if many vehicles are requested. A
 * bucket is {time} and {min, max, avg, first, last, count} under the name of each field.
 */
export function telemetryRoutes(options: TelemetryRoutesOptions): Route[] {
  const answer = createAnswer(options)
  return [readManyRoute(options, answer), readOneRoute(options, answer), readPositionRoute(options)]
}

function readManyRoute({ sql }: TelemetryRoutesOptions, answer: Answer): Route {
  return route({
    method: 'get',
    path: '/api/telemetry',
    isLong: true,
    summary: 'Get readings of many vehicles: vehicle by vehicle in order of time, or as buckets or points',
    access: ['admin', 'service', 'user'],
    scope: 'history:read',
    tag: 'telemetry',
    replies: { 200: { description: 'A page of readings, or all buckets or points', schema: historyReply } },
    problems: ['not_found'],
    query: ofMany,
    async handle({ query, caller, hasLeft, onWait }) {
      const found = await findVehicles(sql, caller, query)
      if (isRefusal(found)) return found
      const asked = { keys: found.map(({ key }) => key), caller }
      return answer(asked, query, { named: true, hasLeft, onWait })
    },
  })
}

function readOneRoute({ quick }: TelemetryRoutesOptions, answer: Answer): Route {
  return route({
    method: 'get',
    path: '/api/vehicles/{key}/telemetry',
    isLong: true,
    summary:
      'Get readings of a vehicle in order of time, from inclusive, to exclusive, or as buckets or points',
    access: ['admin', 'service', 'user'],
    scope: 'history:read',
    tag: 'telemetry',
    replies: { 200: { description: 'A page of readings, or all buckets or points', schema: historyReply } },
    problems: ['not_found'],
    params: keyParams,
    query: ofOne,
    async handle({ params: { key }, query, caller, hasLeft, onWait }) {
      const answered = await answer({ keys: [key], caller }, query, { named: false, hasLeft, onWait })
      if (isRefusal(answered) || !answered.isEmpty) return answered
      // The vehicle does not exist, or has sent nothing that matches.
      const found = await quick(
        caller,
        async (it) => ({ vehicle: await findVisibleVehicle(it, caller, key) }),
        onWait,
      )
      if (isRefusal(found)) return found
      return found.vehicle === undefined ? noVehicle(key) : answered
    },
  })
}

function readPositionRoute({ quick }: TelemetryRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/vehicles/{key}/position',
    summary: 'Get the newest reading of a vehicle that has a position',
    access: ['admin', 'service', 'user'],
    scope: 'positions:read',
    tag: 'telemetry',
    replies: { 200: { description: 'The reading', schema: readingReply } },
    problems: ['not_found'],
    params: keyParams,
    async handle({ params, caller, onWait }) {
      const answer = await quick(
        caller,
        async (it) => ({ found: await findPosition(it, caller, params.key) }),
        onWait,
      )
      if (isRefusal(answer)) return answer
      const { found } = answer
      if (found === undefined) return noVehicle(params.key)
      if (found.reading !== null) return json(found.reading)
      return refuse('not_found', `vehicle ${params.key} has not sent a position yet`)
    },
  })
}

/** Returns the function that answers a query of one vehicle or of many. */
function createAnswer({ history, now }: TelemetryRoutesOptions) {
  const series = createHistorySeries({ now })
  return async (
    vehicles: RequestedVehicles,
    query: TypeOf<typeof ofOne>,
    reply: { named: boolean; hasLeft: () => boolean; onWait: OnWait },
  ): Promise<(Reply & { isEmpty: boolean }) | Refusal> => {
    const faults = unfitting(query)
    if (faults.length > 0) return refuseFaults('invalid_request', faults)
    const filter = readHistoryFilter(query)
    if (isRefusal(filter)) return filter
    if (query.bucket !== undefined || query.points !== undefined) {
      const result = await history.ask(
        vehicles.caller,
        async (it) => series(it, vehicles, query, filter, reply),
        reply.onWait,
      )
      if (isRefusal(result)) return result
      const { items, isEmpty } = result
      return { status: 200, body: { items, next_cursor: null, prev_cursor: null }, isEmpty }
    }
    const read = readHistoryCursor(query.cursor)
    if (isRefusal(read)) return read
    const page = { order: query.order ?? 'asc', limit: query.limit ?? LIMIT_DEFAULT, cursor: read.cursor }
    const found = await history.runShort(
      vehicles.caller,
      async (it) => readPage(it, vehicles, filter, page, reply.named),
      reply.onWait,
    )
    if (isRefusal(found)) return found
    const { items, ...cursors } = found
    return { ...json(`{"items":[${items}],${JSON.stringify(cursors).slice(1)}`), isEmpty: items === '' }
  }
}

function json(content: string): Reply {
  return { status: 200, text: { type: 'application/json', content } }
}

/** The vehicles of a query that the caller may see: all that it names, or the existing vehicles of a group. */
export async function findVehicles(
  sql: Sql,
  caller: Claims,
  query: { vehicles?: string; group?: string },
): Promise<Vehicle[] | Refusal> {
  const asked = readVehicles(query)
  if (isRefusal(asked)) return asked
  const vehicles = await findVisibleVehicles(sql, caller, asked, GROUP_VEHICLES_MAX + 1)
  if (vehicles.length > GROUP_VEHICLES_MAX) {
    const detail = `has more than ${GROUP_VEHICLES_MAX} vehicles`
    return refuseFaults('invalid_request', [{ code: 'too_many_values', pointer: '/group', detail }])
  }
  const found = new Set(vehicles.map(({ key }) => key))
  const missing = 'keys' in asked ? asked.keys.find((key) => !found.has(key)) : undefined
  return missing === undefined ? vehicles : noVehicle(missing)
}

/** Parameters that cannot be combined with the others. */
function unfitting(query: TypeOf<typeof ofOne>): Fault[] {
  const { bucket, points, aggregates, fill, tz, limit, cursor, order } = query
  const faults: Fault[] = []
  const refuseWith = (name: string, value: unknown, detail: string) => {
    if (value !== undefined) faults.push({ pointer: `/${name}`, detail })
  }
  if (bucket !== undefined) refuseWith('points', points, 'excludes bucket')
  if (bucket === undefined) {
    refuseWith('aggregates', aggregates, 'needs bucket')
    refuseWith('fill', fill, 'needs bucket')
    refuseWith('tz', tz, 'needs bucket')
  }
  if (bucket !== undefined || points !== undefined) {
    for (const [name, value] of Object.entries({ limit, cursor, order }))
      refuseWith(name, value, 'cannot be combined with bucket or points, which have one page')
  }
  return faults
}
