import type { Log } from '../../kit/log.ts'

/** Writes that take longer than they may. The database is slow from the first one on, until none was late for some time. */
export interface Slowness {
  /** since when the database is slow, in milliseconds since 1970; `undefined` if it is not */
  readonly current: { sinceMs: number } | undefined
  /** late writes under way */
  readonly lateCount: number
  /** Counts a late write. The returned function must be called when the write has ended. */
  late(): () => void
  /** Resolves when nothing is late, or after `maxMs`. */
  untilNoneLate(maxMs: number): Promise<void>
  /** The database is not slow but away. */
  clear(): void
}

interface SlownessOptions {
  log: Log
  /** time without a late write after which the database is no longer slow */
  calmMs: number
  /** whether the database is away: then it is not slow */
  isAway: () => boolean
  /** called for each late write while the database is not away */
  onLate: () => void
}

export function createSlowness({ log, calmMs, isAway, onLate }: SlownessOptions): Slowness {
  let current: { sinceMs: number; lateWrites: number } | undefined
  let lateCount = 0
  let calmTimer: NodeJS.Timeout | undefined
  const waiting = new Set<() => void>()

  function noteLate(): void {
    lateCount++
    clearTimeout(calmTimer)
    if (isAway()) return
    if (current === undefined) {
      current = { sinceMs: Date.now(), lateWrites: 0 }
      log.warn(
        { event: 'database_slow' },
        'the database is slow; messages that are not committed in time go to the spool',
      )
    }
    current.lateWrites++
    onLate()
  }

  function noteEnded(): void {
    if (--lateCount > 0) return
    for (const resolve of waiting) resolve()
    if (current !== undefined) calmTimer = setTimeout(calm, calmMs).unref()
  }

  function calm(): void {
    if (current === undefined) return
    const { sinceMs, lateWrites } = current
    current = undefined
    log.info(
      { event: 'database_slow_over', seconds: secondsSince(sinceMs), lateWrites },
      'the database commits in time again',
    )
  }

  return {
    get current() {
      return current
    },
    get lateCount() {
      return lateCount
    },
    late() {
      noteLate()
      let isEnded = false
      return () => {
        if (!isEnded) noteEnded()
        isEnded = true
      }
    },
    async untilNoneLate(maxMs) {
      if (lateCount === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(over, maxMs)
        waiting.add(over)
        function over(): void {
          clearTimeout(timer)
          waiting.delete(over)
          resolve()
        }
      })
    },
    clear() {
      current = undefined
    },
  }
}

export function secondsSince(ms: number): number {
  return Math.round((Date.now() - ms) / 100) / 10
}
