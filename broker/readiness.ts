import { setTimeout as delay } from 'node:timers/promises'
import { FleetwireError, messageOf } from '../kit/errors.ts'
import type { Sql } from '../sql/connect.ts'
import type { Ingest } from './ingest/ingest.ts'
import type { Spool } from './ingest/spool/spool.ts'

const ANSWER_MS_MAX = 2000

/**
 * Whether the broker can acknowledge. With the database away it can, as long as the spool has room: then it is ready, and
 * says so. Rejects with `unavailable` when it cannot.
 */
export function createReadiness(options: { sql: Sql; ingest: Ingest; spool: Spool }): () => Promise<string> {
  const { sql, ingest, spool } = options
  // One for all who ask meanwhile: after its time it still has its place in the pool until the database answers.
  let question: Promise<string | undefined> | undefined
  const askOnce = () => (question ??= ask(sql).finally(() => (question = undefined)))

  return async () => {
    const away = ingest.outage?.reason ?? (await Promise.race([askOnce(), tooLate()]))
    const fill = `${spool.messages} messages, ${spool.bytes} of ${spool.bytesMax} bytes, in the spool`
    if (ingest.pressure.isFull) {
      const why = away === undefined ? 'too much waits for the database' : `the database is away (${away})`
      throw new FleetwireError('unavailable', `readings are not acknowledged: ${why}, and ${fill}`)
    }
    if (away !== undefined) return `: the database is away (${away}); ${fill}`
    return spool.messages > 0 ? `: ${fill}` : ''
  }
}

async function ask(sql: Sql): Promise<string | undefined> {
  return sql`select 1`.then(
    () => undefined,
    (error: unknown) => messageOf(error),
  )
}

async function tooLate(): Promise<string> {
  await delay(ANSWER_MS_MAX, undefined, { ref: false })
  return `no answer within ${ANSWER_MS_MAX} ms`
}
