import { createFairQueue } from '../kit/fair-queue.ts'
import type { Sql } from '../sql/connect.ts'
import { refuse, type Refusal } from './refusal.ts'

/** Questions that wait, of all users; beyond it the user with most of them is refused one with 503. */
const WAITING_MAX = 64

/** A user or a service, each of which has a line of its own. */
export interface Asker {
  role: string
  sub: string
}

/** Asks what reads many readings when it is the caller's turn, or refuses it if too many questions of the caller wait. */
export type HistoryQueries = <T>(caller: Asker, ask: (sql: Sql) => Promise<T>) => Promise<T | Refusal>

/**
 * Over `sql`, which has few connections. A user gets the next one the sooner the less it has used them, so that a page of
 * one does not wait behind all that another asks for.
 * @param atOnceMax connections of `sql`
 */
export function createHistoryQueries(sql: Sql, atOnceMax: number, waitingMax = WAITING_MAX): HistoryQueries {
  const queue = createFairQueue({ atOnceMax, waitingMax })
  return async ({ role, sub }, ask) => {
    const answer = await queue.run(`${role} ${sub}`, async () => ({ given: await ask(sql) }))
    if (answer !== undefined) return answer.given
    const detail = 'too many of your history requests are waiting'
    return refuse('unavailable', detail, { headers: { 'retry-after': '2' } })
  }
}
