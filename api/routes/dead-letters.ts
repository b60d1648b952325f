import { isUtf8 } from 'node:buffer'
import { PROBLEMS, type ProblemCode } from '../../contract/problems.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { readNumberCursor, toPage, writeCursor } from '../cursor.ts'
import { findDeadLetter, findPayloads, listDeadLetters, type DeadLetterRow } from '../queries/dead-letters.ts'
import { findVehicleId } from '../queries/vehicles.ts'
import { isRefusal, refuse, refuseFaults } from '../refusal.ts'
import { arrayOf, faultReply, keyOrNull, pageOf, replyObject, timeReply } from '../reply-schemas.ts'
import { route, type Route } from '../route.ts'
import { cursorSchema, keySchema, limitSchema, object, timeSchema } from '../schemas.ts'
import { readTimeRange } from '../time-range.ts'

/** Bytes of payloads in one page: it ends early, with a cursor, rather than to hold 1000 payloads of 256 KiB. */
const PAGE_PAYLOAD_BYTES_MAX = 4 * 1024 * 1024

const listQuery = object({
  vehicle: keySchema,
  code: { enum: Object.keys(PROBLEMS) as ProblemCode[] },
  from: timeSchema,
  to: timeSchema,
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
  payload: { type: 'boolean', default: false },
})
const idParams = object({ id: { type: 'string', pattern: '^[0-9]{1,15}$' } }, ['id'])

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
      description: 'its place in the array; null: the whole message',
    },
    payload_bytes: { type: 'integer', minimum: 0 },
    payload: { type: 'string', contentEncoding: 'base64' },
    text: { type: 'string', description: 'the payload of a single one, if it is UTF-8' },
  },
  ['payload', 'text'],
)

/**
 * GET /api/dead-letters, GET /api/dead-letters/{id}; a dead letter is {id, received_at, vehicle, device, code, problems,
 * reading_index, payload_bytes}, with `payload` (base64) when asked for.
 */
export function deadLetterRoutes({ sql }: { sql: Sql }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/dead-letters',
      summary: 'What was refused, the newest first; from inclusive, to exclusive',
      tag: 'dead letters',
      access: ['admin'],
      replies: { 200: { description: 'A page of them', schema: pageOf(deadLetterReply) } },
      query: listQuery,
      async handle({ query }) {
        const times = readTimeRange(query)
        if (isRefusal(times)) return times
        const cursor = readNumberCursor('dead-letter', query.cursor)
        if (isRefusal(cursor)) return cursor
        const vehicleId = query.vehicle === undefined ? undefined : await findVehicleId(sql, query.vehicle)
        if (query.vehicle !== undefined && vehicleId === undefined) {
          const detail = `"${query.vehicle}" is no vehicle`
          return refuseFaults('invalid_request', [{ pointer: '/vehicle', detail }])
        }

        const filter = { ...times.range, vehicleId, code: query.code, beforeId: cursor.after }
        const rows = await listDeadLetters(sql, { ...filter, limit: query.limit + 1 })
        const limit = query.payload ? Math.min(query.limit, countWithin(rows)) : query.limit
        const { items, next_cursor } = toPage(rows, limit, (last) => writeCursor('dead-letter', last.id))
        if (!query.payload) return { status: 200, body: { items: items.map(toDeadLetter), next_cursor } }
        const ids = items.map(({ id }) => id)
        const payloads = await findPayloads(sql, ids)
        // Retention may have dropped one since.
        const whole = items.flatMap((row) => {
          const payload = payloads.get(row.id)
          return payload ? [{ ...toDeadLetter(row), payload: payload.toString('base64') }] : []
        })
        return { status: 200, body: { items: whole, next_cursor } }
      },
    }),
    route({
      method: 'get',
      path: '/api/dead-letters/{id}',
      summary: 'One dead letter with its payload, also as text if it is UTF-8',
      tag: 'dead letters',
      access: ['admin'],
      replies: { 200: { description: 'The dead letter', schema: deadLetterReply } },
      problems: ['not_found'],
      params: idParams,
      async handle({ params }) {
        const id = Number(params.id)
        const [row, payloads] = await Promise.all([findDeadLetter(sql, id), findPayloads(sql, [id])])
        const payload = payloads.get(id)
        if (!row || !payload) return refuse('not_found', `there is no dead letter ${params.id}`)
        const text = isUtf8(payload) ? { text: payload.toString('utf8') } : {}
        return { status: 200, body: { ...toDeadLetter(row), payload: payload.toString('base64'), ...text } }
      },
    }),
  ]
}

/** How many of the rows, at least one, have payloads that fit in a page together. */
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
