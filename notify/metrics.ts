import type { Counter, Histogram, Metrics } from '../kit/metrics.ts'
import type { Backlog } from './delivery-queries.ts'

export interface NotifyMetrics {
  attempts: Counter<'kind' | 'outcome'>
  seconds: Histogram<'kind'>
  /** An error that is not the receiver's. */
  onError: (error: unknown) => void
}

export function createNotifyMetrics(
  metrics: Metrics,
  { backlog, onError }: { backlog: () => Backlog; onError: (error: unknown) => void },
): NotifyMetrics {
  metrics.gauges(
    'notifications',
    'Notifications by state: waiting, held for a digest, or dead',
    'state',
    () => {
      const { waiting, held, dead } = backlog()
      return { waiting, held, dead }
    },
  )
  metrics.gauge(
    'notification_age_seconds',
    'Age of the oldest notification that waits for its first attempt',
    () => backlog().oldestS,
  )
  return {
    attempts: metrics.counter(
      'notification_attempts_total',
      'Attempts to send a notification, by kind of channel and outcome: sent, failed, or dead after the last one',
      ['kind', 'outcome'],
    ),
    seconds: metrics.histogram(
      'notification_attempt_seconds',
      'Duration of an attempt to send a notification',
      [0.05, 0.2, 1, 5, 10, 30],
      ['kind'],
    ),
    onError,
  }
}
