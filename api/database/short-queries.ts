import type { Claims } from '../../contract/claims.ts'
import { codeOf } from '../../kit/errors.ts'
import { createFairQueue } from '../../kit/fair-queue.ts'
import type { OnWait } from '../../kit/fair-waiting.ts'
import type { Sql } from '../../sql/connect.ts'
import { callerId } from '../access/caller-id.ts'
import type { Refusal } from '../http/refusal.ts'

/** A user or a service, each with its own queue. */
export type QueryCaller = Pick<Claims, 'role' | 'sub' | 'jti' | 'scopes'>

/** Runs a usually quick query when it is the caller's turn. */
export type ShortQueries = <T>(
  caller: QueryCaller,
  ask: (sql: Sql) => Promise<T>,
  onWait?: OnWait,
) => Promise<T | Refusal>

/** SQLSTATE `query_canceled`: the statement timed out. */
const QUERY_CANCELED = '57014'

/**
 * Whether a query is slow is known only once it runs. So each query first gets a short time, and callers take turns: a
 * caller waits for at most one such time for each other caller, even if the others' queries are all slow. A query that
 * times out is started again with `runLong`, where its caller waits among others like it; without `runLong` it fails
 * (F. J. Corbató and others: An Experimental Time-Sharing System, 1962).
 * @param options.sql whose statements have the short time; an `ask` with several statements has it for each of them
 */
export function createShortQueries(options: {
  sql: Sql
  atOnceMax: number
  waitingMax: number
  refusal: Refusal
  runLong?: ShortQueries
}): ShortQueries {
  const { sql, atOnceMax, waitingMax, refusal, runLong } = options
  const queue = createFairQueue({ atOnceMax, waitingMax })

  return async (caller, ask, onWait) => {
    try {
      const answer = await queue.run(callerId(caller), async () => ({ given: await ask(sql) }), onWait)
      return answer === undefined ? refusal : answer.given
    } catch (error) {
      if (runLong === undefined || codeOf(error) !== QUERY_CANCELED) throw error
      return runLong(caller, ask, onWait)
    }
  }
}
