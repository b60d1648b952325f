import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { readNumberCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { listChanges, type AuditRow } from './queries.ts'
import { isRefusal } from '../http/refusal.ts'
import { pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { cursorSchema, limitSchema, object, timeSchema } from '../schema/fields.ts'
import { readTimeRange } from '../schema/time-range.ts'
import { TEXT_PATTERN } from '../../contract/text-pattern.ts'

/** e.g. `vehicle:truck-7`, `user:1` */
const nameSchema = { type: 'string', minLength: 1, maxLength: 80, pattern: TEXT_PATTERN } as const

const listQuery = object({
  subject: nameSchema,
  actor: nameSchema,
  from: timeSchema,
  to: timeSchema,
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
})

const auditReply = replyObject('AuditEntry', {
  id: { type: 'integer', minimum: 1 },
  at: timeReply,
  actor: { type: 'string', description: 'such as user:1' },
  action: { type: 'string', description: 'such as vehicle.update' },
  subject: { type: 'string', description: 'such as vehicle:truck-7' },
  before: { type: ['object', 'null'], description: 'null if it was created' },
  after: {
    type: ['object', 'null'],
    description: 'null if it was deleted; events that change nothing have a `count`',
  },
  request_id: { type: 'string' },
  address: { type: 'string' },
})

/** GET /api/audit-log; an entry is {id, at, actor, action, subject, before, after, request_id, address}. */
export function auditRoutes({ sql }: { sql: Sql }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/audit-log',
      summary:
        'List changes, logins, exports and reads of secrets, newest first; from inclusive, to exclusive',
      access: ['admin'],
      tag: 'accounts',
      replies: { 200: { description: 'A page of entries', schema: pageOf(auditReply) } },
      query: listQuery,
      async handle({ query }) {
        const times = readTimeRange(query)
        if (isRefusal(times)) return times
        const cursor = readNumberCursor('audit', query.cursor)
        if (isRefusal(cursor)) return cursor
        const { subject, actor } = query
        const filter = { ...times.range, subject, actor, beforeId: cursor.after, limit: query.limit + 1 }
        const rows = await listChanges(sql, filter)
        const { items, next_cursor } = toPage(rows, query.limit, (last) => writeCursor('audit', last.id))
        return { status: 200, body: { items: items.map(toEntry), next_cursor } }
      },
    }),
  ]
}

function toEntry({ atUs, requestId, ...entry }: AuditRow) {
  return { ...entry, at: formatTime(atUs), request_id: requestId }
}
