import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../kit/errors.ts'
import type { Sql } from '../sql/connect.ts'
import type { Ingest } from './ingest/ingest.ts'
import type { Spool } from './ingest/spool/spool.ts'

const ANSWER_MS_MAX = 2000
const NO_ANSWER = `no answer within ${ANSWER_MS_MAX} ms`

export interface Readiness {
  /** whether readings are acknowledged */
  ready: boolean
  /** why readings are not acknowledged, or a limitation while they are; empty if the broker is fully working */
  detail: string
}

/**
 * Whether the broker can acknowledge. While the database is away or slow, it can as long as the spool has room. Then it is
 * ready, and the detail names the state of the database. Never rejects, and takes no longer than the timeout of its query.
 */
export function createReadiness(options: {
  sql: Sql
  ingest: Pick<Ingest, 'outage' | 'slowness' | 'pressure'>
  spool: Pick<Spool, 'messages' | 'bytes' | 'bytesMax'>
}): () => Promise<Readiness> {
  const { sql, ingest, spool } = options
  // One query for all concurrent requests: after its timeout it still holds its connection until the database answers.
  let question: Promise<string | undefined> | undefined
  const askOnce = () => (question ??= ask(sql).finally(() => (question = undefined)))

  async function findTrouble(): Promise<string | undefined> {
    if (ingest.outage !== undefined) return `the database is away (${ingest.outage.reason})`
    const trouble = await Promise.race([askOnce(), tooLate()])
    if (trouble === undefined)
      return ingest.slowness && `the database is slow (${secondsSince(ingest.slowness)} s)`
    return trouble === NO_ANSWER ? `the database is slow (${NO_ANSWER})` : `the database is away (${trouble})`
  }

  async function read(): Promise<Readiness> {
    const trouble = await findTrouble()
    const fill = `${spool.messages} messages, ${spool.bytes} of ${spool.bytesMax} bytes, in the spool`
    if (ingest.pressure.isFull) {
      const why = trouble ?? 'too much waits for the database'
      return { ready: false, detail: `readings are not acknowledged: ${why}, and ${fill}` }
    }
    if (trouble !== undefined) return { ready: true, detail: `${trouble}; ${fill}` }
    return { ready: true, detail: spool.messages > 0 ? fill : '' }
  }

  // A damaged spool cannot be read.
  return () => read().catch((error: unknown) => ({ ready: false, detail: messageOf(error) }))
}

function secondsSince({ sinceMs }: { sinceMs: number }): number {
  return Math.round((Date.now() - sinceMs) / 1000)
}

async function ask(sql: Sql): Promise<string | undefined> {
  return sql`select 1`.then(
    () => undefined,
    (error: unknown) => messageOf(error),
  )
}

async function tooLate(): Promise<string> {
  await delay(ANSWER_MS_MAX, undefined, { ref: false })
  return NO_ANSWER
}
