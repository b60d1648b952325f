import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { countPresence, listPresence, type PresenceRow } from './queries.ts'
import { isRefusal } from '../http/refusal.ts'
import { keyOrNull, pageOf, replyObject } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { cursorSchema, keySchema, limitSchema, object } from '../schema/fields.ts'

const listQuery = object({
  online: { type: 'boolean' },
  vehicle: keySchema,
  group: keySchema,
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
})

const presenceReply = replyObject('Presence', {
  device: keySchema,
  vehicle: keyOrNull,
  group: keyOrNull,
  online: {
    type: 'boolean',
    description: 'connected over MQTT, or reported over HTTP within STALE_AFTER_S',
  },
  since: {
    type: ['string', 'null'],
    description:
      'start of the current state; null if the device was never online, or the state began before the history that the caller may see',
  },
  last_seen: { type: ['string', 'null'] },
})
const count = { type: 'integer', minimum: 0 } as const
const countsReply = replyObject('PresenceCounts', { online: count, offline: count, never: count })

/**
 * GET /api/presence, GET /api/presence/counts; an item is {device, vehicle, group, online, since, last_seen}. The two
 * times are null for a device that was never online.
 */
export function presenceRoutes({ sql, staleAfterS }: { sql: Sql; staleAfterS: number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/presence',
      summary: 'List which devices are online and since when, ordered by key',
      access: ['admin', 'service', 'user'],
      scope: 'devices:read',
      tag: 'devices',
      replies: { 200: { description: 'A page of devices', schema: pageOf(presenceReply) } },
      query: listQuery,
      async handle({ query, caller }) {
        const cursor = readCursor('presence', query.cursor, keyPattern)
        if (isRefusal(cursor)) return cursor
        const { online, vehicle, group, limit } = query
        const filter = { online, vehicle, group, after: cursor.after, limit: limit + 1, staleAfterS }
        const rows = await listPresence(sql, caller, filter)
        const page = toPage(rows, limit, (last) => writeCursor('presence', last.device))
        return { status: 200, body: { ...page, items: page.items.map(toPresence) } }
      },
    }),
    route({
      method: 'get',
      path: '/api/presence/counts',
      summary: 'Count devices that are online, offline, and never were online',
      access: ['admin', 'service', 'user'],
      scope: 'devices:read',
      tag: 'devices',
      replies: { 200: { description: 'The counts', schema: countsReply } },
      query: object({ group: keySchema }),
      async handle({ query, caller }) {
        return { status: 200, body: await countPresence(sql, caller, { group: query.group, staleAfterS }) }
      },
    }),
  ]
}

const keyPattern = new RegExp(keySchema.pattern)

function toPresence({ device, vehicle, group, online, sinceUs, lastSeenUs }: PresenceRow) {
  const since = sinceUs === null ? null : formatTime(sinceUs)
  return {
    device,
    vehicle,
    group,
    online,
    since,
    last_seen: lastSeenUs === null ? null : formatTime(lastSeenUs),
  }
}
