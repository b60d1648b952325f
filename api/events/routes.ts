import { RULE_KIND_NAMES, SEVERITIES } from '../../contract/rule-kinds.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { isRefusal, refuse, type Refusal } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import {
  cursorSchema,
  idParams,
  keySchema,
  limitSchema,
  object,
  textSchema,
  timeSchema,
} from '../schema/fields.ts'
import { keyOrNull, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { readTimeRange } from '../schema/time-range.ts'
import { measureOf } from './measure.ts'
import { acknowledgeEvent, EVENT_STATES, findEvent, listEvents, type EventRow } from './queries.ts'

/** @limit characters of the note of an acknowledgement | 400 */
export const EVENT_NOTE_LENGTH_MAX = 500

const listQuery = object({
  vehicle: keySchema,
  group: keySchema,
  kind: { enum: RULE_KIND_NAMES },
  rule: keySchema,
  state: { enum: EVENT_STATES },
  severity: { enum: SEVERITIES },
  acknowledged: { enum: ['true', 'false'] },
  from: { ...timeSchema, description: `${timeSchema.description}; events that end later` },
  to: { ...timeSchema, description: `${timeSchema.description}; events that begin earlier` },
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
})

const acknowledgement = object({ note: { ...textSchema, maxLength: EVENT_NOTE_LENGTH_MAX } })

const timeOrNull = { type: ['string', 'null'] } as const
const textOrNull = { type: ['string', 'null'] } as const
const numberOrNull = { type: ['number', 'null'] } as const
const placeReply = {
  type: ['object', 'null'],
  properties: { lat: { type: 'number' }, lon: { type: 'number' } },
  required: ['lat', 'lon'],
} as const

export const eventReply = replyObject('Event', {
  id: { type: 'integer', minimum: 1 },
  vehicle: keySchema,
  rule: { ...keyOrNull, description: 'key of the rule; null if it no longer exists' },
  kind: { enum: RULE_KIND_NAMES },
  severity: { enum: SEVERITIES },
  state: {
    enum: EVENT_STATES,
    description: '`retracted` if readings that came late show that it did not happen',
  },
  started_at: timeReply,
  ended_at: {
    ...timeOrNull,
    description: 'null while it is open; equal to `started_at` for an event of one moment',
  },
  start: placeReply,
  end: placeReply,
  place: { ...textOrNull, description: 'name of the place where it began' },
  peak: {
    type: ['object', 'null'],
    properties: { value: { type: 'number' }, at: timeReply },
    required: ['value', 'at'],
    description: 'the most extreme value, in `unit`',
  },
  limit: { ...numberOrNull, description: 'the limit that applied at the peak, in `unit`' },
  unit: textOrNull,
  details: { type: 'object', description: 'further values of the kind' },
  late: { type: 'boolean', description: 'it was found long after it began' },
  revision: { type: 'integer', minimum: 1, description: 'number of changes by late readings, plus one' },
  detected_at: timeReply,
  acknowledged: {
    type: ['object', 'null'],
    properties: {
      at: timeReply,
      by: { type: 'string', description: 'user:ID or service:NAME, as in the audit log' },
      note: textOrNull,
    },
    required: ['at', 'by', 'note'],
  },
})

/** GET /api/events, GET /api/events/{id}, POST /api/events/{id}/acknowledge. */
export function eventRoutes({ sql }: { sql: Sql }): Route[] {
  return [listEventsRoute(sql), readEventRoute(sql), acknowledgeRoute(sql)]
}

function listEventsRoute(sql: Sql): Route {
  return route({
    method: 'get',
    path: '/api/events',
    summary:
      "List events of the caller's vehicles, by rules of the fleet and the caller's own, latest start first",
    access: ['admin', 'service', 'user'],
    scope: 'events:read',
    tag: 'events',
    replies: { 200: { description: 'A page of events', schema: pageOf(eventReply) } },
    query: listQuery,
    async handle({ query, caller }) {
      const cursor = readCursor('event', query.cursor, /^-?\d{1,16}\.\d{1,16}$/)
      if (isRefusal(cursor)) return cursor
      const times = readTimeRange({
        ...(query.from !== undefined && { from: query.from }),
        ...(query.to !== undefined && { to: query.to }),
      })
      if (isRefusal(times)) return times
      const { vehicle, group, kind, rule, state, severity, acknowledged, limit } = query
      const filter = {
        vehicle,
        group,
        kind,
        rule,
        state,
        severity,
        ...times.range,
        acknowledged: acknowledged === undefined ? undefined : acknowledged === 'true',
      }
      const [startedUs, id] = (cursor.after ?? '').split('.').map(Number)
      const behind = startedUs === undefined || id === undefined ? undefined : { startedUs, id }
      const rows = await listEvents(sql, caller, filter, { behind, limit: limit + 1 })
      const { items, next_cursor } = toPage(rows, limit, (last) =>
        writeCursor('event', `${last.startedUs}.${last.id}`),
      )
      return { status: 200, body: { items: items.map(toEvent), next_cursor } }
    },
  })
}

function readEventRoute(sql: Sql): Route {
  return route({
    method: 'get',
    path: '/api/events/{id}',
    summary: 'Get an event',
    access: ['admin', 'service', 'user'],
    scope: 'events:read',
    tag: 'events',
    replies: { 200: { description: 'The event', schema: eventReply } },
    problems: ['not_found'],
    params: idParams,
    async handle({ params, caller }) {
      const event = await findEvent(sql, caller, Number(params.id))
      return event ? { status: 200, body: toEvent(event) } : noEvent(params.id)
    },
  })
}

function acknowledgeRoute(sql: Sql): Route {
  return route({
    method: 'post',
    path: '/api/events/{id}/acknowledge',
    summary: 'Acknowledge an event; the first acknowledgement stays',
    access: ['admin', 'service', 'user'],
    scope: 'events:write',
    tag: 'events',
    replies: { 200: { description: 'The event', schema: eventReply } },
    problems: ['not_found'],
    params: idParams,
    body: acknowledgement,
    async handle({ params, body, ...actor }) {
      const note = body.note === undefined || body.note === '' ? null : body.note
      const result = await acknowledgeEvent(sql, Number(params.id), note, actor)
      if (result === 'missing') return noEvent(params.id)
      if (result === 'read_only')
        return refuse('forbidden', `you may see event ${params.id}, but not acknowledge it`)
      return { status: 200, body: toEvent(result) }
    },
  })
}

function noEvent(id: string): Refusal {
  return refuse('not_found', `event ${id} does not exist`)
}

function toEvent(row: EventRow) {
  const { unit, perUnit } = measureOf(row.kind, row.field)
  const { peakValue, peakUs, limitValue, acknowledgedUs } = row
  return {
    id: row.id,
    vehicle: row.vehicle,
    rule: row.rule,
    kind: row.kind,
    severity: row.severity,
    state: row.state,
    started_at: formatTime(row.startedUs),
    ended_at: row.endedUs === null ? null : formatTime(row.endedUs),
    start: toPosition(row.startLat, row.startLon),
    end: toPosition(row.endLat, row.endLon),
    place: row.place,
    peak:
      peakValue === null || peakUs === null ? null : { value: peakValue / perUnit, at: formatTime(peakUs) },
    limit: limitValue === null ? null : limitValue / perUnit,
    unit,
    details: row.details,
    late: row.late,
    revision: row.revision,
    detected_at: formatTime(row.detectedUs),
    acknowledged:
      acknowledgedUs === null
        ? null
        : { at: formatTime(acknowledgedUs), by: row.acknowledgedBy, note: row.acknowledgedNote },
  }
}

/** 1e-7 degrees to degrees. */
function toPosition(lat: number | null, lon: number | null) {
  return lat === null || lon === null ? null : { lat: lat / 1e7, lon: lon / 1e7 }
}
