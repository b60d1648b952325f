import type { Sql } from '../sql/connect.ts'
import { refuse, type Refusal } from './refusal.ts'

/** Answers that are being made or wait for a connection; further ones get 503. */
const HISTORY_AT_ONCE_MAX = 64

/**
 * Asks what reads many readings, unless too many others do. One whose client has left counts until the page
 * is there that was being read.
 */
export type HistoryQueries = <T>(ask: (sql: Sql) => Promise<T>) => Promise<T | Refusal>

/** Over `sql`, which may have few connections: the queue for them is bounded, and leaves places for all other requests. */
export function createHistoryQueries(sql: Sql, atOnceMax = HISTORY_AT_ONCE_MAX): HistoryQueries {
  let running = 0
  return async (ask) => {
    if (running >= atOnceMax)
      return refuse('unavailable', 'too many questions about history are being answered', {
        headers: { 'retry-after': '2' },
      })
    running++
    try {
      return await ask(sql)
    } finally {
      running--
    }
  }
}
