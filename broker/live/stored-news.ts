import type { Log } from '../../kit/log.ts'
import { createLogLimit } from '../../kit/log-limit.ts'

const LOG_PER_S_MAX = 1

/**
 * Tells all of `listeners`, by what they are called, what was committed. They hear of readings that are stored whatever becomes
 * of the news: a fault of one of them is logged, once a second at most of each, and neither the others nor who commits notices.
 */
export function createStoredNews<News extends unknown[]>(
  log: Log,
  listeners: Record<string, (...news: News) => void>,
): (...news: News) => void {
  const all = Object.entries(listeners).map(
    ([listener, tell]) => [listener, tell, createLogLimit(LOG_PER_S_MAX)] as const,
  )

  return (...news) => {
    for (const [listener, tell, logLimit] of all) {
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
