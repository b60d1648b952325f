import { messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { createSlowness, secondsSince } from './slowness.ts'

/**
 * Whether the database takes writes, the same for all writers. It is *slow* while writes take longer than they may and the
 * server answers. It is *away* when it refuses every write, or does not answer at all. Each part reports what it notices.
 */
export interface Availability {
  /** why it is away, and since when in milliseconds since 1970; `undefined` if it is not */
  readonly outage: { sinceMs: number; reason: string } | undefined
  /** since when it is slow, in milliseconds since 1970; `undefined` if it is not slow, or is away */
  readonly slowness: { sinceMs: number } | undefined
  /** writes under way that take longer than they may */
  readonly lateCount: number
  away(error: unknown): void
  /** A connection was lost. The watchdog then finds out whether the server was lost with it. */
  doubt(error: unknown): void
  /** Something was committed. */
  here(): void
  /** A write takes longer than it may. The returned function must be called when the write has ended. */
  late(): () => void
  /** Resolves when nothing is late, or after `maxMs`. */
  untilNoneLate(maxMs: number): Promise<void>
  onAway(listener: () => void): void
  onDoubt(listener: (error: unknown) => void): void
  /** Called for each late write while the database is not away. */
  onLate(listener: () => void): void
}

/** The database is slow until no write was late for so long: stalls often repeat, and are one episode then. */
const CALM_MS = 10_000

export function createAvailability({ log, calmMs = CALM_MS }: { log: Log; calmMs?: number }): Availability {
  let outage: { sinceMs: number; reason: string } | undefined
  const awayListeners: (() => void)[] = []
  const doubtListeners: ((error: unknown) => void)[] = []
  const lateListeners: (() => void)[] = []
  const slowness = createSlowness({
    log,
    calmMs,
    isAway: () => outage !== undefined,
    onLate() {
      for (const listener of lateListeners) listener()
    },
  })

  return {
    get outage() {
      return outage
    },
    get slowness() {
      return slowness.current
    },
    get lateCount() {
      return slowness.lateCount
    },
    away(error) {
      if (outage !== undefined) return
      outage = { sinceMs: Date.now(), reason: messageOf(error) }
      slowness.clear()
      log.error(
        { event: 'database_away', err: error },
        'the database accepts no writes; messages go to the spool',
      )
      for (const listener of awayListeners) listener()
    },
    doubt(error) {
      if (outage === undefined) for (const listener of doubtListeners) listener(error)
    },
    here() {
      if (outage === undefined) return
      const seconds = secondsSince(outage.sinceMs)
      outage = undefined
      log.info({ event: 'database_back', seconds }, 'the database accepts writes again')
    },
    late: () => slowness.late(),
    untilNoneLate: (maxMs) => slowness.untilNoneLate(maxMs),
    onAway: (listener) => void awayListeners.push(listener),
    onDoubt: (listener) => void doubtListeners.push(listener),
    onLate: (listener) => void lateListeners.push(listener),
  }
}
