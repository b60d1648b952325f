import { createFairQueue } from '../../kit/fair-queue.ts'
import type { Sql } from '../../sql/connect.ts'
import { callerId } from '../access/caller-id.ts'
import { refuse } from '../http/refusal.ts'
import { createShortQueries, type ShortQueries } from '../database/short-queries.ts'

/**
 * Waiting queries of all users; beyond it the user with most of them is refused one with 503.
 * @limit waiting history queries; users take turns | the user with most of them gets 503 with `Retry-After`
 */
const WAITING_MAX = 64

/** Runs a query of readings when it is the caller's turn, or refuses it if too many of the caller's queries wait. */
export interface HistoryQueries {
  /** Runs a query that reads many readings. */
  ask: ShortQueries
  /** Runs a usually quick query: a page, see short-queries.ts. */
  runShort: ShortQueries
}

const tooMany = refuse('unavailable', 'too many of your history requests are waiting', {
  headers: { 'retry-after': '2' },
})

/**
 * Queues queries for a few connections. A user who has used them less gets the next one sooner, so that a page of one
 * user does not wait behind all queries of another.
 * @param options.sql has `atOnceMax` connections
 * @param options.pageSql has one, whose statements have a short time; default: `sql`
 */
export function createHistoryQueries(options: {
  sql: Sql
  atOnceMax: number
  pageSql?: Sql
  waitingMax?: number
}): HistoryQueries {
  const { sql, atOnceMax, pageSql = sql, waitingMax = WAITING_MAX } = options
  const queue = createFairQueue({ atOnceMax, waitingMax })
  const ask: ShortQueries = async (caller, question, onWait) => {
    const answer = await queue.run(callerId(caller), async () => ({ given: await question(sql) }), onWait)
    return answer === undefined ? tooMany : answer.given
  }
  const runShort = createShortQueries({
    sql: pageSql,
    atOnceMax: 1,
    waitingMax,
    refusal: tooMany,
    runLong: ask,
  })
  return { ask, runShort }
}
