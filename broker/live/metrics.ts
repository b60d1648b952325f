import type { Counter, Metrics } from '../../kit/metrics.ts'

export interface LiveMetrics {
  frames: Counter
  records: Counter
}

export function createLiveMetrics(metrics: Metrics, read: { listeners: () => number }): LiveMetrics {
  metrics.gauge('live_listeners', 'Subscriptions to a live feed', read.listeners)
  return {
    frames: metrics.counter(
      'live_frames_total',
      'Frames of the live feeds, each counted once for all subscribers',
    ),
    records: metrics.counter('live_records_total', 'Vehicles in the frames of the live feeds'),
  }
}
