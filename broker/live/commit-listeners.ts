import type { Log } from '../../kit/log.ts'
import { createLogLimit } from '../../kit/log-limit.ts'

const LOG_PER_S_MAX = 1

/**
 * Notifies all `listeners`, by name, of committed rows. A fault of a listener is logged, at most once a second for each, and
 * affects neither the other listeners nor the commit.
 */
export function createCommitListeners<Committed extends unknown[]>(
  log: Log,
  listeners: Record<string, (...committed: Committed) => void>,
): (...committed: Committed) => void {
  const all = Object.entries(listeners).map(
    ([listener, notify]) => [listener, notify, createLogLimit(LOG_PER_S_MAX)] as const,
  )

  return (...committed) => {
    for (const [listener, notify, logLimit] of all) {
      try {
        notify(...committed)
      } catch (error) {
        const heldBack = logLimit.allow()
        if (heldBack >= 0)
          log.error(
            { event: 'news_not_taken', listener, heldBack, err: error },
            'committed readings are missing there',
          )
      }
    }
  }
}
