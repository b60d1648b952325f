import type { Pool } from '../../sql/connect.ts'
import type { Availability } from './availability.ts'
import { createTimeLimit, type TimeLimit } from './time-limit.ts'

/** The time that a batch may take over the connection of its lane, and what happens when that time is over. */
export interface LaneLimit {
  start(): void
  /** Nothing is under way any longer. */
  end(): void
  /** Whether it was started and is not over. */
  readonly isRunning: boolean
  /** The result of an attempt, `undefined` if the time is over before. The attempt goes on. */
  inTime<T>(attempt: Promise<T>): Promise<T | undefined>
  /** The batch is late and in the spool. It goes on until `end`, at most `LATE_MAX_MS`. */
  keepLate(): void
  readonly isLate: boolean
  /** A batch that is not in time is cut from now on, also a late one. */
  giveUp(): void
  /** Whether the batch that is under way was cut off. */
  readonly isCut: boolean
  /** the same limit for `Store`, which must finish a late batch */
  readonly forStore: TimeLimit
}

export interface LaneLimitOptions {
  /** with `max: 1`; it is cut only while the database is away, at the end, and after `LATE_MAX_MS` */
  connection: Pool
  commitTimeoutMs: number
  availability: Availability
  /** aborted, nothing is settled any longer */
  signal: AbortSignal
}

/**
 * For a late batch while the server answers other queries. The batch may wait for a lock, and closing its connection would
 * leave a backend that goes on waiting. So this is about as long as TCP takes to find out that its peer is gone.
 * @limit a late batch; each lane has one | it is cancelled; later batches go to the spool meanwhile
 */
const LATE_MAX_MS = 15 * 60_000
/** The time that `Store` believes a late batch has: enough for steps that need no waiting. */
const LATE_REMAINING_MS = 1

export function createLaneLimit(options: LaneLimitOptions): LaneLimit {
  const { connection, commitTimeoutMs, availability, signal } = options
  const limit = createTimeLimit(onOver, signal)
  let lateSinceMs: number | undefined
  let isGivenUp = false
  let isCut = false
  let resolveOver = () => {}

  /** Called again and again while something takes longer than it may. */
  function onOver(): void {
    resolveOver()
    const isTooLate = lateSinceMs !== undefined && performance.now() - lateSinceMs > LATE_MAX_MS
    if (!signal.aborted && !isGivenUp && !isTooLate && availability.outage === undefined) return
    isCut = true
    connection.sever('a batch took too long')
  }

  return {
    start() {
      isCut = false
      limit.start(commitTimeoutMs)
    },
    end() {
      limit.stop()
      lateSinceMs = undefined
    },
    get isRunning() {
      return limit.remainingMs > 0
    },
    inTime(attempt) {
      const over = new Promise<undefined>((resolve) => (resolveOver = () => resolve(undefined)))
      return Promise.race([attempt, over])
    },
    keepLate() {
      lateSinceMs = performance.now()
    },
    get isLate() {
      return lateSinceMs !== undefined
    },
    giveUp() {
      isGivenUp = true
    },
    get isCut() {
      return isCut
    },
    forStore: {
      ...limit,
      get remainingMs() {
        return limit.remainingMs || (isCut ? 0 : LATE_REMAINING_MS)
      },
    },
  }
}
