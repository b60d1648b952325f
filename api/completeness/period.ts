import { isRefusal, refuseFaults, type Refusal } from '../http/refusal.ts'
import { readTimeRange } from '../schema/time-range.ts'

/** A range of time with both ends: microseconds since 1970, `fromUs` inclusive, `toUs` exclusive. */
export interface Period {
  fromUs: number
  toUs: number
}

const DAY_US = 86_400_000_000
/** @limit the period of a completeness request | 400 */
export const PERIOD_DAYS_MAX = 31

/**
 * Reads `from` and `to` of a query. Without `to` the period ends now. Without `from` it begins a day before its end.
 */
export function readPeriod(query: { from?: string; to?: string }, nowUs: number): Period | Refusal {
  const times = readTimeRange(query)
  if (isRefusal(times)) return times
  const { range } = times
  const toUs = range.toUs ?? Math.max(nowUs, range.fromUs ?? nowUs)
  const fromUs = range.fromUs ?? toUs - DAY_US
  if (toUs - fromUs <= PERIOD_DAYS_MAX * DAY_US) return { fromUs, toUs }
  const detail = `is more than ${PERIOD_DAYS_MAX} days before to`
  return refuseFaults('invalid_request', [{ code: 'out_of_range', pointer: '/from', detail }])
}
