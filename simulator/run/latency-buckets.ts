/** The logarithm of the number of buckets for each power of two, so that a bucket is at most 1/32 (3 %) wide. */
const STEPS_BITS = 5
const STEPS = 1 << STEPS_BITS
const US_MAX = 2 ** 30 - 1
const BUCKETS = (30 - STEPS_BITS + 1) * STEPS

/** The upper bound of a bucket in microseconds, and its count. Buckets of several histograms can simply be added up. */
export type BucketCount = [us: number, count: number]

export interface LatencyBuckets {
  /** Counts a latency; over 17 minutes it counts as 17 minutes. */
  add(us: number): void
  /** the counts in ascending order, without empty buckets */
  counts(): BucketCount[]
  total(): number
  clear(): void
}

/** A histogram of latencies that costs one addition each. Unlike that of Node.js, it can be stored and merged. */
export function createLatencyBuckets(): LatencyBuckets {
  const buckets = new Uint32Array(BUCKETS)
  let total = 0
  return {
    add(us) {
      buckets[bucketOf(us)]!++
      total++
    },
    counts() {
      const counts: BucketCount[] = []
      for (const [bucket, count] of buckets.entries()) if (count > 0) counts.push([boundOf(bucket), count])
      return counts
    },
    total: () => total,
    clear() {
      buckets.fill(0)
      total = 0
    },
  }
}

/** The latency in milliseconds that `share` (0 to 1) of the counted ones did not exceed; 0 without any. */
export function percentileMs(counts: readonly BucketCount[], share: number): number {
  const sorted = counts.toSorted(([a], [b]) => a - b)
  const total = sorted.reduce((sum, [, count]) => sum + count, 0)
  let left = Math.ceil(total * share)
  for (const [us, count] of sorted) {
    left -= count
    if (left <= 0) return us / 1000
  }
  return 0
}

function bucketOf(us: number): number {
  const value = Math.min(US_MAX, Math.max(0, Math.round(us)))
  if (value < STEPS) return value
  const shift = 31 - Math.clz32(value) - STEPS_BITS
  return (shift << STEPS_BITS) + (value >>> shift)
}

function boundOf(bucket: number): number {
  if (bucket < 2 * STEPS) return bucket
  const shift = (bucket >>> STEPS_BITS) - 1
  return (((bucket & (STEPS - 1)) + STEPS + 1) << shift) - 1
}
