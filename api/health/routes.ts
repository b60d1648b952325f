import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, messageOf } from '../../kit/errors.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Sql } from '../../sql/connect.ts'
import { refuse } from '../http/refusal.ts'
import { replyObject } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'

const PING_TIMEOUT_MS = 2000

const statusReply = replyObject('Status', { status: { enum: ['up', 'ready'] } })

/** GET /healthz (the process is up), GET /readyz (its database answers), GET /metrics (Prometheus). */
export function healthRoutes({ sql, metrics }: { sql: Sql; metrics: Metrics }): Route[] {
  const check = createCheck(sql)
  return [
    route({
      method: 'get',
      path: '/healthz',
      summary: 'Report that the process is running',
      tag: 'operation',
      access: 'public',
      replies: { 200: { description: 'The process is running', schema: statusReply } },
      handle: () => ({ status: 200, body: { status: 'up' } }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      summary: 'Report whether the database answers',
      tag: 'operation',
      access: 'public',
      replies: { 200: { description: 'The database answers', schema: statusReply } },
      problems: ['unavailable'],
      async handle() {
        const reason = await check()
        if (reason === undefined) return { status: 200, body: { status: 'ready' } }
        return refuse('unavailable', `the database does not answer: ${reason}`)
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      summary: 'Get the metrics of this process in the Prometheus text format',
      tag: 'operation',
      access: 'public',
      replies: { 200: { description: 'The metrics', types: ['text/plain'] } },
      handle: async () => ({
        status: 200,
        text: { content: await metrics.text(), type: metrics.contentType },
      }),
    }),
  ]
}

/**
 * Returns the reason why the database does not answer within 2 s, or `undefined` if it answers. One query serves all
 * requests that arrive meanwhile, so that probes of a hanging database do not pile up.
 */
function createCheck(sql: Sql): () => Promise<string | undefined> {
  let asked: Promise<string | undefined> | undefined

  async function ask(): Promise<string | undefined> {
    try {
      await ping(sql)
      return undefined
    } catch (error) {
      return codeOf(error) || messageOf(error)
    } finally {
      asked = undefined
    }
  }

  return async () => {
    const timer = new AbortController()
    asked ??= ask()
    const late = sleep(PING_TIMEOUT_MS, `no answer within ${PING_TIMEOUT_MS} ms`, { signal: timer.signal })
    try {
      return await Promise.race([asked, late.catch(() => undefined)])
    } finally {
      timer.abort()
    }
  }
}

/** Resolves when the database answers; rejects with its error. */
async function ping(sql: Sql): Promise<void> {
  await sql`select 1`
}
