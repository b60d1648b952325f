import { refuseFaults, type Refusal } from './refusal.ts'
import type { TimeRange } from './time-range.ts'

/** Buckets of equal width, of UTC: `fromUs` inclusive, `toUs` exclusive, as asked for. */
export interface Buckets {
  widthUs: number
  fromUs: number
  toUs: number
  /** beginning of the first, which may be before `fromUs` */
  firstUs: number
  count: number
}

/** Buckets of all vehicles in one reply. */
export const BUCKETS_MAX = 10_000

/** Monday 2000-01-03 00:00 UTC, where TimescaleDB's time_bucket begins to count, too: weeks begin on Mondays. */
export const BUCKET_ORIGIN_US = Date.UTC(2000, 0, 3) * 1000

const UNITS_US = { s: 1_000_000, m: 60_000_000, h: 3_600_000_000, d: 86_400_000_000 } as const
const WIDTH_MAX_US = 30 * UNITS_US.d

export const bucketSchema = {
  type: 'string',
  pattern: '^[1-9][0-9]{0,6}[smhd]$',
  description: 'a number and s, m, h or d, from 1s to 30d',
} as const

/** Reads `bucket` (as `bucketSchema` has it) with its range; without a `to` it ends with the bucket that has `nowUs`. */
export function readBuckets(bucket: string, range: TimeRange, nowUs: number): Buckets | Refusal {
  const widthUs = Number(bucket.slice(0, -1)) * UNITS_US[bucket.slice(-1) as keyof typeof UNITS_US]
  if (widthUs > WIDTH_MAX_US) {
    const fault = { code: 'out_of_range', pointer: '/bucket', detail: 'must be 1s to 30d' } as const
    return refuseFaults('invalid_request', [fault])
  }
  const { fromUs } = range
  if (fromUs === undefined) {
    const fault = { code: 'missing_field', pointer: '/from', detail: 'is required with bucket' } as const
    return refuseFaults('invalid_request', [fault])
  }
  const firstUs = startOf(fromUs, widthUs)
  const toUs = range.toUs ?? Math.max(firstUs, startOf(nowUs, widthUs)) + widthUs
  return { widthUs, fromUs, toUs, firstUs, count: Math.ceil((toUs - firstUs) / widthUs) }
}

function startOf(us: number, widthUs: number): number {
  return Math.floor((us - BUCKET_ORIGIN_US) / widthUs) * widthUs + BUCKET_ORIGIN_US
}
