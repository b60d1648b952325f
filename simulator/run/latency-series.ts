import { createLatencyBuckets, percentileMs, type BucketCount } from './latency-buckets.ts'

/** A second in which something was acknowledged, as a line of the latency log has it. */
export interface LatencySecond {
  /** seconds since 1970 */
  second: number
  acked: number
  /** latencies from the first sending to the acknowledgement: upper bounds in microseconds, and counts */
  buckets: BucketCount[]
}

/** The same for `--json`, in columns: a row for each second in which something was acknowledged. */
export interface LatencyColumns {
  second: number[]
  acked: number[]
  p99_ms: number[]
}

export interface LatencySeries {
  /** Counts an acknowledgement of now. */
  add(us: number, nowMs: number): void
  /** Ends the second that is being counted. */
  end(): void
  columns(): LatencyColumns
}

/** Two hours; later seconds are in the latency log only. */
const SECONDS_MAX = 7200

/** The latencies second by second. Each finished second is passed to `onSecond`; three numbers of it stay in memory. */
export function createLatencySeries(onSecond?: (second: LatencySecond) => void): LatencySeries {
  const buckets = createLatencyBuckets()
  const columns: LatencyColumns = { second: [], acked: [], p99_ms: [] }
  let second = 0

  function end(): void {
    const acked = buckets.total()
    if (acked === 0) return
    const counts = buckets.counts()
    buckets.clear()
    onSecond?.({ second, acked, buckets: counts })
    if (columns.second.length >= SECONDS_MAX) return
    columns.second.push(second)
    columns.acked.push(acked)
    columns.p99_ms.push(percentileMs(counts, 0.99))
  }

  return {
    add(us, nowMs) {
      const at = Math.floor(nowMs / 1000)
      if (at !== second) {
        end()
        second = at
      }
      buckets.add(us)
    },
    end,
    columns: () => columns,
  }
}
