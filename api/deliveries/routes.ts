import { UUID } from '../../contract/ids.ts'
import { DELIVERY_REASONS, DELIVERY_STATES, SEVERITIES } from '../../contract/notifications.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { isRefusal, refuse } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { readNumberCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { cursorSchema, idSchema, keySchema, limitSchema, object } from '../schema/fields.ts'
import { arrayOf, keyOrNull, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { findDelivery, listDeliveries, sendAgain, type DeliveryRow } from './queries.ts'

const listQuery = object({
  channel: keySchema,
  vehicle: keySchema,
  event: idSchema,
  state: { enum: DELIVERY_STATES },
  reason: { enum: DELIVERY_REASONS },
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
})
const uuidParams = object({ id: { type: 'string', pattern: `^${UUID}$`, description: 'a UUID' } }, ['id'])

const timeOrNull = { type: ['string', 'null'] } as const
const deliveryReply = replyObject('Delivery', {
  id: { type: 'string', description: 'the `webhook-id`, and part of the Message-ID' },
  channel: keySchema,
  event: { type: ['integer', 'null'], description: 'id of the event; null for a digest and a test' },
  vehicle: { ...keyOrNull, description: 'null if it has none, or the vehicle was deleted' },
  reason: { enum: DELIVERY_REASONS },
  severity: { enum: SEVERITIES },
  state: {
    enum: DELIVERY_STATES,
    description:
      'digested: held for a digest, or part of one; dead: no further attempts; cancelled: never sent',
  },
  digest: { type: ['string', 'null'], description: 'id of the digest that it is part of' },
  attempts: arrayOf(
    replyObject('DeliveryAttempt', {
      at: timeReply,
      duration_ms: { type: 'integer', minimum: 0 },
      result: { type: 'string', description: '`ok`, or what went wrong' },
      status: { type: ['integer', 'null'], description: 'of HTTP or SMTP; null if there was no reply' },
    }),
  ),
  last_error: { type: ['string', 'null'] },
  next_at: { ...timeOrNull, description: 'time of the next attempt; null if there is none' },
  created_at: timeReply,
  sent_at: timeOrNull,
})

const access = ['admin', 'service', 'user'] as const

/** GET /api/deliveries, GET /api/deliveries/{id}, POST /api/deliveries/{id}/send-again: what became of notifications. */
export function deliveryRoutes({ sql }: { sql: Sql }): Route[] {
  return [listDeliveriesRoute(sql), readDeliveryRoute(sql), sendAgainRoute(sql)]
}

function listDeliveriesRoute(sql: Sql): Route {
  return route({
    method: 'get',
    path: '/api/deliveries',
    summary: "List deliveries to the caller's channels with every attempt, newest first",
    access,
    scope: 'channels:read',
    tag: 'notifications',
    replies: { 200: { description: 'A page of deliveries', schema: pageOf(deliveryReply) } },
    query: listQuery,
    async handle({ query, caller }) {
      const cursor = readNumberCursor('delivery', query.cursor)
      if (isRefusal(cursor)) return cursor
      const { channel, vehicle, event, state, reason, limit } = query
      const rows = await listDeliveries(sql, caller, {
        channel,
        vehicle,
        event: event === undefined ? undefined : Number(event),
        state,
        reason,
        beforeSeq: cursor.after,
        limit: limit + 1,
      })
      const { items, next_cursor } = toPage(rows, limit, (last) => writeCursor('delivery', last.seq))
      return { status: 200, body: { items: items.map(toDelivery), next_cursor } }
    },
  })
}

function readDeliveryRoute(sql: Sql): Route {
  return route({
    method: 'get',
    path: '/api/deliveries/{id}',
    summary: 'Get a delivery with every attempt',
    access,
    scope: 'channels:read',
    tag: 'notifications',
    replies: { 200: { description: 'The delivery', schema: deliveryReply } },
    problems: ['not_found'],
    params: uuidParams,
    async handle({ params, caller }) {
      const delivery = await findDelivery(sql, caller, params.id)
      return delivery ? { status: 200, body: toDelivery(delivery) } : noDelivery(params.id)
    },
  })
}

function sendAgainRoute(sql: Sql): Route {
  return route({
    method: 'post',
    path: '/api/deliveries/{id}/send-again',
    summary: 'Send a delivery again that was sent or is dead, under its id',
    access,
    scope: 'channels:write',
    tag: 'notifications',
    replies: { 202: { description: 'The delivery, which is sent soon', schema: deliveryReply } },
    problems: ['not_found', 'conflict'],
    params: uuidParams,
    async handle({ params, ...actor }) {
      const { caller } = actor
      const delivery = await findDelivery(sql, caller, params.id)
      if (!delivery) return noDelivery(params.id)
      if (!(await sendAgain(sql, delivery, actor)))
        return refuse(
          'conflict',
          `delivery ${params.id} is ${delivery.state}; only sent and dead ones can be sent again`,
        )
      const again = await findDelivery(sql, caller, params.id)
      return again ? { status: 202, body: toDelivery(again) } : noDelivery(params.id)
    },
  })
}

function noDelivery(id: string) {
  return refuse('not_found', `delivery ${id} does not exist`)
}

function toDelivery(row: DeliveryRow) {
  const { id, channel, event, vehicle, reason, severity, state, digest, attempts, lastError } = row
  const timeOf = (us: number | null) => (us === null ? null : formatTime(us))
  return {
    id,
    channel,
    event,
    vehicle,
    reason,
    severity,
    state,
    digest,
    attempts: attempts.map(({ atUs, durationMs, result, status }) => ({
      at: formatTime(atUs),
      duration_ms: durationMs,
      result,
      status,
    })),
    last_error: lastError,
    next_at: timeOf(row.nextUs),
    created_at: formatTime(row.createdUs),
    sent_at: timeOf(row.sentUs),
  }
}
