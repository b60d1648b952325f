import type { Log } from '../../kit/log.ts'
import { createLogLimit } from '../../kit/log-limit.ts'

const LOG_PER_S_MAX = 1

/**
 * Tells all of `listeners`, by what they are called, what was committed. They hear of readings that are stored whatever becomes
 * of the news: a fault of one of them is logged, once a second at most, and neither the others nor who commits notices.
 */
export function createStoredNews<News extends unknown[]>(
  log: Log,
  listeners: Record<string, (...news: News) => void>,
): (...news: News) => void {
  const logLimit = createLogLimit(LOG_PER_S_MAX)
  const all = Object.entries(listeners)

  return (...news) => {
    for (const [listener, tell] of all) {
      try {
        tell(...news)
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
