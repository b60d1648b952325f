import { setTimeout as delay } from 'node:timers/promises'
import { FleetwireError } from '../../kit/errors.ts'
import type { Pool } from '../../sql/connect.ts'
import type { Availability } from './availability.ts'
import { classify } from './sqlstate.ts'

export interface WatchdogOptions {
  /** Dedicated, with `max: 1`. On a shared connection, the query would wait behind a late write. */
  connection: Pool
  availability: Availability
  /** default 10 s */
  silenceMaxMs?: number
  signal: AbortSignal
}

/**
 * A server silent for this long is away: frozen, or behind a dead network.
 * @limit silence of the database server while a write is late | the database is away
 */
const SILENCE_MAX_MS = 10_000
const ASK_EVERY_MS = 1000
/** How long the server may take to answer after a connection to it was lost. */
const DOUBT_MAX_MS = 2000

/**
 * Distinguishes a slow server from one that is away. While a write is late, the server gets a query that needs no disk and no
 * lock. An answer only proves that the server is running; it proves nothing about writes.
 */
export function startWatchdog(options: WatchdogOptions): void {
  const { connection, availability, silenceMaxMs = SILENCE_MAX_MS, signal } = options
  let isWatching = false
  let isVerifying = false

  async function watch(): Promise<void> {
    isWatching = true
    let answeredMs = performance.now()
    while (availability.lateCount > 0 && availability.outage === undefined && !signal.aborted) {
      const leftMs = answeredMs + silenceMaxMs - performance.now()
      const answer = leftMs > 0 ? await ask(leftMs) : 'silence'
      if (answer === 'here') answeredMs = performance.now()
      else if (answer === 'silence') availability.away(silence())
      else if (classify(answer) === 'away') availability.away(answer)
      await availability.untilNoneLate(ASK_EVERY_MS)
    }
    isWatching = false
  }

  async function verify(lost: unknown): Promise<void> {
    if (isVerifying) return
    isVerifying = true
    // This connection may have been lost as well; then the first query fails.
    const isHere = (await ask(DOUBT_MAX_MS)) === 'here' || (await ask(DOUBT_MAX_MS)) === 'here'
    isVerifying = false
    if (!isHere && !signal.aborted) availability.away(lost)
  }

  /** Resolves with 'here', 'silence', or the error of the query. */
  async function ask(withinMs: number): Promise<unknown> {
    const timer = new AbortController()
    const answer = await Promise.race([
      connection`select 1`.then(
        () => 'here',
        (error: unknown) => error,
      ),
      delay(withinMs, 'silence', { signal: timer.signal }).catch(() => 'silence'),
    ])
    timer.abort()
    if (answer === 'silence') connection.sever('the database server is not answering')
    return answer
  }

  function silence(): FleetwireError {
    return new FleetwireError('no_answer', `the database server has not answered for ${silenceMaxMs} ms`)
  }

  availability.onLate(() => {
    if (!isWatching) void watch()
  })
  availability.onDoubt((error) => void verify(error))
  // Connects now, so that the first query does not wait for a new connection to a busy server.
  connection`select 1`.catch(() => {})
}
