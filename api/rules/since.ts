import type { Fault } from '../http/refusal.ts'
import { readTime } from '../schema/time-range.ts'

const DAY_US = 86_400_000_000
/**
 * An edit that reaches back lets results of all vehicles in scope be computed again from there.
 * @limit days that a change of a rule may reach back | 400
 */
export const SINCE_DAYS_MAX = 366

/** Reads `since`, in whole milliseconds as rules have them; `undefined` if it is absent, or invalid and added to `faults`. */
export function readSince(since: string | undefined, now: () => number, faults: Fault[]): number | undefined {
  const us = readTime('/since', since, faults)
  if (us === undefined) return undefined
  const nowUs = now() * 1000
  if (us > nowUs) {
    faults.push({ code: 'time_in_future', pointer: '/since', detail: 'is in the future' })
    return undefined
  }
  if (us < nowUs - SINCE_DAYS_MAX * DAY_US) {
    const detail = `is more than ${SINCE_DAYS_MAX} days ago`
    faults.push({ code: 'time_too_old', pointer: '/since', detail })
    return undefined
  }
  return Math.floor(us / 1000) * 1000
}
