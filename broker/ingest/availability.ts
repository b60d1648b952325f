import { messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'

/** What all who write agree on: whether the database takes writes. Whoever notices says so. */
export interface Availability {
  /** why not, and since when in milliseconds since 1970; undefined: it does */
  readonly outage: { sinceMs: number; reason: string } | undefined
  away(error: unknown): void
  /** Something was committed. */
  here(): void
  onAway(listener: () => void): void
}

export function createAvailability(log: Log): Availability {
  let outage: { sinceMs: number; reason: string } | undefined
  const listeners: (() => void)[] = []

  return {
    get outage() {
      return outage
    },
    away(error) {
      if (outage !== undefined) return
      outage = { sinceMs: Date.now(), reason: messageOf(error) }
      log.error(
        { event: 'database_away', err: error },
        'the database takes no writes; messages go to the spool',
      )
      for (const listener of listeners) listener()
    },
    here() {
      if (outage === undefined) return
      const seconds = Math.round((Date.now() - outage.sinceMs) / 100) / 10
      outage = undefined
      log.info({ event: 'database_back', seconds }, 'the database takes writes again')
    },
    onAway: (listener) => void listeners.push(listener),
  }
}
