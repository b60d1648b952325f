import { isUtf8 } from 'node:buffer'
import type { Claims } from '../../contract/claims.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import type { AccessLog } from '../audit/access-log.ts'
import { readNumberCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { deadLetterFilters, readDeadLetterFilter } from './filter.ts'
import {
  countDeadLetters,
  deleteDeadLetters,
  findDeadLetter,
  findPayloads,
  isReadOnlyLetter,
  listDeadLetters,
  type DeadLetterRow,
} from './queries.ts'
import { isRefusal, refuse, refuseFaults, type Refusal } from '../http/refusal.ts'
import { arrayOf, faultReply, keyOrNull, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { cursorSchema, idParams, limitSchema, object } from '../schema/fields.ts'

/**
 * Bytes of payloads in one page: it ends early, with a cursor, so that 1000 payloads of 256 KiB are never in memory at
 * once.
 */
const PAGE_PAYLOAD_BYTES_MAX = 4 * 1024 * 1024

const filterQuery = object(deadLetterFilters)
const listQuery = object({
  ...deadLetterFilters,
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
  payload: { type: 'boolean', default: false },
})

/**
 * Maximum that one request deletes, few enough for a transaction.
 * @limit dead letters that one request deletes | `more` is true
 */
const DELETED_MAX = 10_000

const deadLetterReply = replyObject(
  'DeadLetter',
  {
    id: { type: 'integer', minimum: 1 },
    received_at: timeReply,
    vehicle: keyOrNull,
    device: keyOrNull,
    code: { type: 'string' },
    problems: arrayOf(faultReply),
    reading_index: {
      type: ['integer', 'null'],
      description: 'index of the reading in the array; null for the whole message',
    },
    payload_bytes: { type: 'integer', minimum: 0 },
    payload: { type: 'string', contentEncoding: 'base64' },
    text: {
      type: 'string',
      description: 'the payload as text, if it is UTF-8; only for a single dead letter',
    },
  },
  ['payload', 'text'],
)

export const deadLetterCount = replyObject('DeadLetterCount', {
  code: { type: 'string' },
  count: { type: 'integer', minimum: 1 },
  newest: timeReply,
})
const summaryReply = replyObject('DeadLetterSummary', { items: arrayOf(deadLetterCount) })
const deletedReply = replyObject('DeletedDeadLetters', {
  deleted: { type: 'integer', minimum: 0 },
  more: { type: 'boolean', description: 'more may match: repeat the request' },
})

interface DeadLetterRoutesOptions {
  sql: Sql
  accessLog: AccessLog
}

/**
 * GET and DELETE /api/dead-letters, GET /api/dead-letters/summary, GET and DELETE /api/dead-letters/{id}; a dead letter is
 * {id, received_at, vehicle, device, code, problems, reading_index, payload_bytes}, with `payload` (base64) on request.
 */
export function deadLetterRoutes(options: DeadLetterRoutesOptions): Route[] {
  return [
    listDeadLettersRoute(options),
    summarizeDeadLettersRoute(options),
    deleteDeadLettersRoute(options),
    readDeadLetterRoute(options),
    deleteDeadLetterRoute(options),
  ]
}

function listDeadLettersRoute({ sql, accessLog }: DeadLetterRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/dead-letters',
    summary: 'List dead letters, newest first; from inclusive, to exclusive',
    access: ['admin', 'service', 'user'],
    scope: 'dead-letters:read',
    tag: 'dead letters',
    replies: { 200: { description: 'A page of dead letters', schema: pageOf(deadLetterReply) } },
    query: listQuery,
    async handle({ query, ...actor }) {
      const { caller } = actor
      const cursor = readNumberCursor('dead-letter', query.cursor)
      if (isRefusal(cursor)) return cursor
      const filter = await readDeadLetterFilter(sql, query, caller)
      if (isRefusal(filter)) return filter

      const page = { ...filter, beforeId: cursor.after, limit: query.limit + 1 }
      const rows = await listDeadLetters(sql, caller, page)
      const limit = query.payload ? Math.min(query.limit, countWithin(rows)) : query.limit
      const { items, next_cursor } = toPage(rows, limit, (last) => writeCursor('dead-letter', last.id))
      if (!query.payload) return { status: 200, body: { items: items.map(toDeadLetter), next_cursor } }
      await accessLog.note(actor, { action: 'dead_letter.read', subject: 'dead-letters' })
      const ids = items.map(({ id }) => id)
      const payloads = await findPayloads(sql, ids)
      // Retention may have dropped a dead letter since.
      const whole = items.flatMap((row) => {
        const payload = payloads.get(row.id)
        return payload ? [{ ...toDeadLetter(row), payload: payload.toString('base64') }] : []
      })
      return { status: 200, body: { items: whole, next_cursor } }
    },
  })
}

function summarizeDeadLettersRoute({ sql }: DeadLetterRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/dead-letters/summary',
    summary: 'Count dead letters by reason, most frequent first',
    access: ['admin', 'service', 'user'],
    scope: 'dead-letters:read',
    tag: 'dead letters',
    replies: { 200: { description: 'A count for each reason', schema: summaryReply } },
    query: filterQuery,
    async handle({ query, caller }) {
      const filter = await readDeadLetterFilter(sql, query, caller)
      if (isRefusal(filter)) return filter
      const counts = await countDeadLetters(sql, caller, filter)
      const items = counts.map(({ code, count, newestUs }) => ({
        code,
        count,
        newest: formatTime(newestUs),
      }))
      return { status: 200, body: { items } }
    },
  })
}

function deleteDeadLettersRoute({ sql }: DeadLetterRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/dead-letters',
    summary:
      "Delete dead letters of the caller's vehicles, 10,000 at a time; `more` is true if more may match",
    access: ['admin', 'service', 'user'],
    scope: 'dead-letters:write',
    tag: 'dead letters',
    replies: { 200: { description: 'Number of deleted dead letters', schema: deletedReply } },
    query: filterQuery,
    async handle({ query, ...actor }) {
      if (Object.keys(query).length === 0) {
        return refuseFaults('invalid_request', [{ pointer: '', detail: 'requires at least one filter' }])
      }
      const filter = await readDeadLetterFilter(sql, query, actor.caller, { toChange: true })
      if (isRefusal(filter)) return filter
      const deleted = await deleteDeadLetters(sql, { ...filter, limit: DELETED_MAX }, actor)
      return { status: 200, body: { deleted, more: deleted === DELETED_MAX } }
    },
  })
}

function readDeadLetterRoute({ sql, accessLog }: DeadLetterRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/dead-letters/{id}',
    summary: 'Get a dead letter with its payload, also as text if it is UTF-8',
    access: ['admin', 'service', 'user'],
    scope: 'dead-letters:read',
    tag: 'dead letters',
    replies: { 200: { description: 'The dead letter', schema: deadLetterReply } },
    problems: ['not_found'],
    params: idParams,
    async handle({ params, ...actor }) {
      const id = Number(params.id)
      const [row, payloads] = await Promise.all([
        findDeadLetter(sql, actor.caller, id),
        findPayloads(sql, [id]),
      ])
      const payload = payloads.get(id)
      if (!row || !payload) return noDeadLetter(params.id)
      await accessLog.note(actor, { action: 'dead_letter.read', subject: `dead-letter:${id}` })
      const text = isUtf8(payload) ? { text: payload.toString('utf8') } : {}
      return { status: 200, body: { ...toDeadLetter(row), payload: payload.toString('base64'), ...text } }
    },
  })
}

function deleteDeadLetterRoute({ sql }: DeadLetterRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/dead-letters/{id}',
    summary: "Delete a dead letter of the caller's vehicle",
    access: ['admin', 'service', 'user'],
    scope: 'dead-letters:write',
    tag: 'dead letters',
    replies: { 204: { description: 'The dead letter is deleted' } },
    problems: ['not_found'],
    params: idParams,
    async handle({ params, ...actor }) {
      const none = { vehicleId: undefined, code: undefined, fromUs: undefined, toUs: undefined }
      const deleted = await deleteDeadLetters(sql, { ...none, id: Number(params.id), limit: 1 }, actor)
      return deleted > 0 ? { status: 204 } : notChanged(sql, actor.caller, params.id)
    },
  })
}

/** The reason why a dead letter was not replayed or deleted. */
export async function notChanged(sql: Sql, caller: Claims, id: string): Promise<Refusal> {
  if (!(await isReadOnlyLetter(sql, caller, Number(id)))) return noDeadLetter(id)
  return refuse('forbidden', `you have read-only access to the vehicle of dead letter ${id}`)
}

function noDeadLetter(id: string): Refusal {
  return refuse('not_found', `dead letter ${id} does not exist`)
}

/** How many of the rows, at least one, have payloads that fit in one page together. */
function countWithin(rows: DeadLetterRow[]): number {
  let bytes = 0
  const tooMany = rows.findIndex(({ payloadBytes }) => (bytes += payloadBytes) > PAGE_PAYLOAD_BYTES_MAX)
  return tooMany < 0 ? rows.length : Math.max(1, tooMany)
}

function toDeadLetter(row: DeadLetterRow) {
  const { id, receivedUs, vehicle, device, code, problems, readingIndex, payloadBytes } = row
  return {
    id,
    received_at: formatTime(receivedUs),
    vehicle,
    device,
    code,
    problems,
    reading_index: readingIndex,
    payload_bytes: payloadBytes,
  }
}
