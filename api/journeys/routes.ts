import { formatTime } from '../../contract/time.ts'
import { findVisibleVehicle } from '../access/visible.ts'
import type { ShortQueries } from '../database/short-queries.ts'
import type { HistoryQueries } from '../history/history-queries.ts'
import { vehiclesParameters } from '../history/filter.ts'
import { isRefusal, refuseFaults, type Refusal } from '../http/refusal.ts'
import { route, type Reply, type Route } from '../http/route.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { cursorSchema, keyParams, keySchema, limitSchema, object, timeSchema } from '../schema/fields.ts'
import { pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import type { TypeOf } from '../../contract/schema-type.ts'
import { readTimeRange } from '../schema/time-range.ts'
import { noVehicle } from '../vehicles/routes.ts'
import {
  JOURNEY_KINDS,
  listJourneys,
  type JourneyKey,
  type JourneyQuery,
  type JourneyRow,
} from './queries.ts'

const parameters = {
  from: timeSchema,
  to: timeSchema,
  kind: { enum: JOURNEY_KINDS },
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
} as const
const ofOne = object(parameters)
const ofMany = object({ vehicle: keySchema, group: vehiclesParameters.group, ...parameters })

const number = { type: 'number' } as const
const endReply = {
  ...replyObject('JourneyEnd', {
    lat: number,
    lon: number,
    place: {
      type: ['string', 'null'],
      description:
        'name of a geofence or settlement; null until it was looked up, and at the end of an open journey',
    },
  }),
  type: ['object', 'null'],
  description: 'null if the position is unknown',
} as const

const journeyReply = replyObject(
  'Journey',
  {
    id: { type: 'integer', minimum: 1 },
    vehicle: keySchema,
    kind: { enum: JOURNEY_KINDS, description: 'gap: time without readings' },
    from: timeReply,
    to: { ...timeReply, type: ['string', 'null'], description: 'null while the journey is open' },
    as_of: { ...timeReply, description: 'of an open journey: time of the newest reading in its figures' },
    distance_m: {
      type: ['number', 'null'],
      description: 'trip: path of its positions; stop: 0; gap: straight line; null if unknown',
    },
    odometer_m: { ...number, description: 'difference of the odometer, if it is known and plausible' },
    moving_s: number,
    idle_s: { ...number, description: 'standing with the engine on' },
    speed_max: { ...number, description: 'km/h' },
    speed_avg: { ...number, description: 'km/h while moving' },
    fuel_l: number,
    start: endReply,
    end: endReply,
    revision: {
      type: 'integer',
      minimum: 1,
      description: 'one more with each change by readings that came late',
    },
  },
  ['as_of', 'odometer_m', 'speed_max', 'speed_avg', 'fuel_l'],
)

interface JourneyRoutesOptions {
  quick: ShortQueries
  history: HistoryQueries
}

/** GET /api/journeys and GET /api/vehicles/{key}/journeys: trips, stops and gaps in order of time. */
export function journeyRoutes({ quick, history }: JourneyRoutesOptions): Route[] {
  const common = {
    method: 'get',
    isLong: true,
    access: ['admin', 'service', 'user'],
    scope: 'history:read',
    tag: 'telemetry',
    replies: { 200: { description: 'A page of journeys', schema: pageOf(journeyReply) } },
    problems: ['not_found'],
  } as const
  return [
    route({
      ...common,
      path: '/api/journeys',
      summary: 'List trips, stops and gaps that overlap a period: of all vehicles, a group or a vehicle',
      query: ofMany,
      async handle({ query, caller, onWait }) {
        const { vehicle: key, group } = query
        if (key !== undefined && group !== undefined) {
          const detail = 'cannot be combined with vehicle'
          return refuseFaults('invalid_request', [{ pointer: '/group', detail }])
        }
        const asked = key === undefined ? (group === undefined ? { all: true as const } : { group }) : { key }
        const page = readPage(query)
        if (isRefusal(page)) return page
        const rows = await history.runShort(
          caller,
          async (it) => listJourneys(it, caller, asked, page),
          onWait,
        )
        if (isRefusal(rows)) return rows
        return key === undefined || rows.length > 0
          ? toReply(rows, query.limit)
          : orNoVehicle({ quick, caller, onWait }, key)
      },
    }),
    route({
      ...common,
      path: '/api/vehicles/{key}/journeys',
      summary: 'List trips, stops and gaps of a vehicle that overlap a period, in order of time',
      params: keyParams,
      query: ofOne,
      async handle({ params: { key }, query, caller, onWait }) {
        const page = readPage(query)
        if (isRefusal(page)) return page
        const rows = await history.runShort(
          caller,
          async (it) => listJourneys(it, caller, { key }, page),
          onWait,
        )
        if (isRefusal(rows)) return rows
        return rows.length > 0 ? toReply(rows, query.limit) : orNoVehicle({ quick, caller, onWait }, key)
      },
    }),
  ]
}

function readPage(query: TypeOf<typeof ofOne>): JourneyQuery | Refusal {
  const times = readTimeRange(query)
  if (isRefusal(times)) return times
  const cursor = readCursor('journey', query.cursor, CURSOR)
  if (isRefusal(cursor)) return cursor
  return {
    range: times.range,
    kind: query.kind,
    behind: cursor.after === undefined ? undefined : readKey(cursor.after),
    limit: query.limit + 1,
  }
}

/** Microseconds since 1970, which are negative before, and the id. */
const CURSOR = /^-?\d{1,15}\.\d{1,15}$|^-?[1-8]\d{15}\.\d{1,15}$/

function readKey(text: string): JourneyKey {
  const [fromUs = 0, id = 0] = text.split('.').map(Number)
  return { fromUs, id }
}

function toReply(rows: readonly JourneyRow[], limit: number): Reply {
  const { items, next_cursor } = toPage(rows, limit, ({ fromUs, id }) =>
    writeCursor('journey', `${fromUs}.${id}`),
  )
  return { status: 200, body: { items: items.map(toJourney), next_cursor } }
}

/** The reply of an empty page: the vehicle does not exist, or has no such journey. */
async function orNoVehicle(
  {
    quick,
    caller,
    onWait,
  }: { quick: ShortQueries } & Pick<Parameters<Route['handle']>[0], 'onWait'> & {
      caller: Parameters<typeof findVisibleVehicle>[1]
    },
  key: string,
): Promise<Reply | Refusal> {
  const found = await quick(
    caller,
    async (it) => ({ vehicle: await findVisibleVehicle(it, caller, key) }),
    onWait,
  )
  if (isRefusal(found)) return found
  return found.vehicle === undefined ? noVehicle(key) : toReply([], 1)
}

function toJourney(row: JourneyRow) {
  const { id, vehicle, kind, fromUs, toUs, asOfUs, distanceMm, odometerMm, movingMs, idleMs } = row
  const { speedMax, speedAvg, fuelUl, revision } = row
  return {
    id,
    vehicle,
    kind,
    from: formatTime(fromUs),
    to: toUs === null ? null : formatTime(toUs),
    ...(toUs === null && { as_of: formatTime(asOfUs) }),
    distance_m: distanceMm === null ? null : distanceMm / 1000,
    ...(odometerMm !== null && { odometer_m: odometerMm / 1000 }),
    moving_s: movingMs / 1000,
    idle_s: idleMs / 1000,
    ...(speedMax !== null && { speed_max: speedMax / 1000 }),
    ...(speedAvg !== null && { speed_avg: speedAvg / 1000 }),
    ...(fuelUl !== null && { fuel_l: fuelUl / 1e6 }),
    start: toEnd(row.startLat, row.startLon, row.startPlace),
    end: toEnd(row.endLat, row.endLon, row.endPlace),
    revision,
  }
}

function toEnd(lat: number | null, lon: number | null, place: string | null) {
  return lat === null || lon === null ? null : { lat: lat / 1e7, lon: lon / 1e7, place }
}
