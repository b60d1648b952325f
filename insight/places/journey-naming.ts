import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import { fillPlaces } from './fill-places.ts'
import type { Places } from './places.ts'

/** Between two steps while journeys wait, so that the analysis has its turn. */
const PAUSE_MS = 50

/**
 * Names journeys until it is closed, beside the analysis.
 *
 * @param options.sql the connection of the analysis. Another one would change rows that a transaction of the analysis
 *   also changes, which would then fail.
 * @param options.places closed with it
 */
export function createJourneyNaming(options: {
  sql: Sql
  log: Log
  places: Places
  intervalMs: number
  /** Only one process analyses and names. */
  isActive: () => boolean
}): { close(): Promise<void> } {
  const { sql, log, places, intervalMs, isActive } = options
  const closing = new AbortController()
  const { signal } = closing

  async function step(): Promise<boolean> {
    if (!isActive()) return false
    try {
      return (await fillPlaces({ sql, places })).hasMore
    } catch (error) {
      if (!signal.aborted)
        log.warn({ event: 'places_failed', err: error }, 'journeys were not named, will retry')
      return false
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const hasMore = await step()
      await delay(hasMore ? PAUSE_MS : intervalMs, undefined, { signal }).catch(() => {})
    }
  }

  const running = run()
  return {
    async close() {
      closing.abort()
      places.close()
      await running
    },
  }
}
