import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import type { BrokerClient } from '../intake/broker-client.ts'
import { readNumberCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { deadLetterFilters, readDeadLetterFilter } from './filter.ts'
import type { Actor } from '../audit/queries.ts'
import { listReplayable, removeReplayed, type ReplayableLetter } from './queries.ts'
import { isRefusal, refuse } from '../http/refusal.ts'
import { replay, type Replayed } from './replay.ts'
import { arrayOf, faultReply, replyObject } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { cursorSchema, idParams, limitSchema, object } from '../schema/fields.ts'
import { notChanged } from './routes.ts'

const keptReply = replyObject('KeptDeadLetter', {
  id: { type: 'integer', minimum: 1 },
  errors: { ...arrayOf(faultReply), description: 'the remaining problems' },
})

const replayReply = replyObject('Replay', {
  replayed: {
    type: 'integer',
    minimum: 0,
    description: 'dead letters whose readings are now stored, and which were removed from the list',
  },
  stored: { type: 'integer', minimum: 0, description: 'newly stored readings' },
  duplicates: { type: 'integer', minimum: 0, description: 'readings that had been stored before' },
  kept: { ...arrayOf(keptReply), description: 'dead letters that were refused again' },
})

const replayPageReply = replyObject('ReplayPage', {
  ...replayReply.properties,
  next_cursor: {
    type: ['string', 'null'],
    description: 'cursor for the next request; null if there are no more',
  },
})

/**
 * POST /api/dead-letters/{id}/replay and POST /api/dead-letters/replay send dead letters through the pipeline again.
 */
export function deadLetterReplayRoutes({ sql, broker }: { sql: Sql; broker: BrokerClient }): Route[] {
  async function replayAll(letters: ReplayableLetter[], actor: Actor & { caller: Claims }) {
    const { done, unavailable } = await replay(sql, broker, letters)
    const gone = done.filter(({ problems }) => problems === undefined)
    if (gone.length > 0)
      await removeReplayed(
        sql,
        gone.map(({ id }) => id),
        actor,
      )
    if (unavailable === undefined) return summarize(done, gone.length)
    const detail = `${unavailable}; ${done.length} of ${letters.length} dead letters were replayed before`
    return refuse('unavailable', detail, { headers: { 'retry-after': '2' } })
  }

  return [
    route({
      isLong: true,
      method: 'post',
      path: '/api/dead-letters/replay',
      summary: "Send dead letters of the caller's vehicles through the pipeline again, oldest first",
      access: ['admin', 'service', 'user'],
      scope: 'dead-letters:write',
      tag: 'dead letters',
      replies: { 200: { description: 'The outcome of the replay', schema: replayPageReply } },
      query: object({ ...deadLetterFilters, limit: limitSchema(1000, 100), cursor: cursorSchema }),
      async handle({ query, ...actor }) {
        const cursor = readNumberCursor('replay', query.cursor)
        if (isRefusal(cursor)) return cursor
        const filter = await readDeadLetterFilter(sql, query, actor.caller, { toChange: true })
        if (isRefusal(filter)) return filter
        const asked = { ...filter, afterId: cursor.after, limit: query.limit + 1 }
        const letters = await listReplayable(sql, actor.caller, asked)
        const { items, next_cursor } = toPage(letters, query.limit, ({ id }) => writeCursor('replay', id))
        const result = await replayAll(items, actor)
        return isRefusal(result) ? result : { status: 200, body: { ...result, next_cursor } }
      },
    }),
    route({
      isLong: true,
      method: 'post',
      path: '/api/dead-letters/{id}/replay',
      summary: "Send a dead letter of the caller's vehicle through the pipeline again",
      access: ['admin', 'service', 'user'],
      scope: 'dead-letters:write',
      tag: 'dead letters',
      replies: { 200: { description: 'The outcome of the replay', schema: replayReply } },
      problems: ['not_found'],
      params: idParams,
      async handle({ params, ...actor }) {
        const none = { vehicleId: undefined, code: undefined, fromUs: undefined, toUs: undefined }
        const letters = await listReplayable(sql, actor.caller, { ...none, id: Number(params.id), limit: 1 })
        if (letters.length === 0) return notChanged(sql, actor.caller, params.id)
        const result = await replayAll(letters, actor)
        return isRefusal(result) ? result : { status: 200, body: result }
      },
    }),
  ]
}

function summarize(done: Replayed[], replayed: number) {
  const sum = (read: (it: Replayed) => number) => done.reduce((total, it) => total + read(it), 0)
  const kept = done.flatMap(({ id, problems }) => (problems === undefined ? [] : [{ id, errors: problems }]))
  return { replayed, stored: sum((it) => it.stored), duplicates: sum((it) => it.duplicates), kept }
}
