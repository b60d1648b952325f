import { localDaysOf, type LocalDays } from './local-days.ts'
import { refuseFaults, type Refusal } from '../http/refusal.ts'
import type { TimeRange } from '../schema/time-range.ts'

/** Buckets of equal width, in UTC, or of local days; `fromUs` inclusive, `toUs` exclusive, as requested. */
export interface Buckets {
  /**
   * beginnings of local days, which are 23 to 25 hours apart, or a multiple of that; `undefined` if all buckets are of
   * `widthUs`
   */
  starts?: readonly number[]
  widthUs: number
  fromUs: number
  toUs: number
  /** beginning of the first bucket, which may be before `fromUs` */
  firstUs: number
  count: number
}

/**
 * Buckets of all vehicles in one reply.
 * @limit buckets of a reply | 400
 */
export const BUCKETS_MAX = 10_000

/** Monday 2000-01-03 00:00 UTC, which is also the origin of TimescaleDB's time_bucket: weeks begin on Mondays. */
export const BUCKET_ORIGIN_US = Date.UTC(2000, 0, 3) * 1000

const UNITS_US = { s: 1_000_000, m: 60_000_000, h: 3_600_000_000, d: 86_400_000_000 } as const
const WIDTH_MAX_US = 30 * UNITS_US.d

export const bucketSchema = {
  type: 'string',
  pattern: '^[1-9][0-9]{0,6}[smhd]$',
  description: 'a number and s, m, h or d, from 1s to 30d',
} as const

export const tzSchema = {
  type: 'string',
  pattern: '^[A-Za-z0-9_+:/-]{1,64}$',
  description: 'an IANA time zone such as Europe/Stockholm, for buckets of whole days',
} as const

/**
 * Reads `bucket` and `tz`, which match their schemas, with the range. Without `to` the range ends with the bucket of
 * `nowUs`.
 */
export function readBuckets(
  { bucket, tz }: { bucket: string; tz?: string },
  range: TimeRange,
  nowUs: number,
): Buckets | Refusal {
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
  if (tz !== undefined) {
    if (widthUs % UNITS_US.d !== 0)
      return refuseFaults('invalid_request', [
        { pointer: '/tz', detail: 'is only valid with buckets of whole days, such as 1d' },
      ])
    const days = localDaysOf(tz)
    if (days !== undefined) return bucketsOfDays(days, { widthUs, fromUs, toUs: range.toUs, nowUs })
    const detail = `"${tz}" is not an IANA time zone such as Europe/Stockholm`
    return refuseFaults('invalid_request', [{ code: 'out_of_range', pointer: '/tz', detail }])
  }
  const firstUs = startOf(fromUs, widthUs)
  const toUs = range.toUs ?? Math.max(firstUs, startOf(nowUs, widthUs)) + widthUs
  return { widthUs, fromUs, toUs, firstUs, count: Math.ceil((toUs - firstUs) / widthUs) }
}

/** The buckets, at most one more than `BUCKETS_MAX`, which is too many. */
function bucketsOfDays(
  days: LocalDays,
  {
    widthUs,
    fromUs,
    toUs,
    nowUs,
  }: { widthUs: number; fromUs: number; toUs: number | undefined; nowUs: number },
): Buckets {
  const starts: number[] = []
  let firstUs: number | undefined
  for (const startUs of days.startsFrom(fromUs, widthUs / UNITS_US.d)) {
    firstUs ??= startUs
    const isBehind = toUs === undefined ? startUs > Math.max(nowUs, fromUs) : startUs >= toUs
    if (isBehind) return { starts, widthUs, fromUs, toUs: toUs ?? startUs, firstUs, count: starts.length }
    starts.push(startUs)
    if (starts.length > BUCKETS_MAX) break
  }
  return { starts, widthUs, fromUs, toUs: toUs ?? fromUs, firstUs: firstUs ?? fromUs, count: starts.length }
}

/** The beginning of a bucket by its index, from 0. */
export function bucketStart({ starts, firstUs, widthUs }: Buckets, place: number): number {
  return starts?.[place] ?? firstUs + place * widthUs
}

function startOf(us: number, widthUs: number): number {
  return Math.floor((us - BUCKET_ORIGIN_US) / widthUs) * widthUs + BUCKET_ORIGIN_US
}
