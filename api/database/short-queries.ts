import type { Claims } from '../../contract/claims.ts'
import { codeOf } from '../../kit/errors.ts'
import { createFairQueue } from '../../kit/fair-queue.ts'
import type { OnWait } from '../../kit/fair-waiting.ts'
import type { Sql } from '../../sql/connect.ts'
import { callerId } from '../access/caller-id.ts'
import type { Refusal } from '../http/refusal.ts'

/** A user or a service, each of which has a line of its own. */
export type QueryCaller = Pick<Claims, 'role' | 'sub' | 'jti' | 'scopes'>

/** Asks what is answered soon as a rule, when it is the caller's turn. */
export type ShortQueries = <T>(
  caller: QueryCaller,
  ask: (sql: Sql) => Promise<T>,
  onWait?: OnWait,
) => Promise<T | Refusal>

/** SQLSTATE `query_canceled`: the statement's time was over. */
const QUERY_CANCELED = '57014'

/**
 * Whether a question takes long is known once it is asked. So each has a short time at first, and callers take turns: another
 * caller waits for one of these times at most, also while some ask what takes as long as it may. A question whose time is
 * over begins again with `runLong`, for which its caller waits among others like it, or fails without one
 * (F. J. Corbató and others: An Experimental Time-Sharing System, 1962).
 * @param options.sql whose statements have the short time; an `ask` that needs several has it for each
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
