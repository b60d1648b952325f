import type { Counter, Metrics } from '../../kit/metrics.ts'

export interface LiveMetrics {
  frames: Counter
  records: Counter
}

export function createLiveMetrics(metrics: Metrics, read: { listeners: () => number }): LiveMetrics {
  metrics.gauge('live_listeners', 'Subscriptions to a live feed', read.listeners)
  return {
    frames: metrics.counter('live_frames_total', 'Frames made of the live feeds, each for all who listen'),
    records: metrics.counter('live_records_total', 'Vehicles in the frames made of the live feeds'),
  }
}
