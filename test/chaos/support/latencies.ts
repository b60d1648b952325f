import { percentileMs } from '../../../simulator/run/latency-buckets.ts'
import type { LatencySecond } from '../../../simulator/run/latency-series.ts'

/** The acknowledgements in a span of time. */
export interface Span {
  acked: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

/**
 * The acknowledgements from `fromMs` to `toMs` (epoch milliseconds), including the whole first and last second,
 * as a second is not divided. Seconds without any count for the rate.
 */
export function spanOf(seconds: readonly LatencySecond[], fromMs: number, toMs: number): Span {
  const first = Math.floor(fromMs / 1000)
  const last = Math.max(first, Math.floor((toMs - 1) / 1000))
  const within = seconds.filter(({ second }) => second >= first && second <= last)
  const acked = within.reduce((sum, it) => sum + it.acked, 0)
  const counts = within.flatMap((it) => it.buckets)
  return {
    acked,
    perSecond: acked / (last - first + 1),
    p50Ms: percentileMs(counts, 0.5),
    p99Ms: percentileMs(counts, 0.99),
  }
}
