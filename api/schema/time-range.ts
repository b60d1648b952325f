import { describeTimeProblem, parseTime, TIME_MIN_US } from '../../contract/time.ts'
import { refuseFaults, type Fault, type Refusal } from '../http/refusal.ts'

/** Microseconds since 1970: `fromUs` inclusive, `toUs` exclusive. */
export interface TimeRange {
  fromUs: number | undefined
  toUs: number | undefined
}

/**
 * Reads `from` and `to` of a query: RFC 3339 with zone, or epoch milliseconds. 0 and RFC 3339 before 2000 count as 2000.
 * Other numbers before 2000 are refused, because they are seconds or not a time at all.
 */
export function readTimeRange(query: { from?: string; to?: string }): { range: TimeRange } | Refusal {
  const faults: Fault[] = []
  const fromUs = readTime('/from', query.from, faults)
  const toUs = readTime('/to', query.to, faults)
  if (fromUs !== undefined && toUs !== undefined && toUs < fromUs) {
    faults.push({ code: 'out_of_range', pointer: '/to', detail: 'is before from' })
  }
  return faults.length > 0 ? refuseFaults('invalid_request', faults) : { range: { fromUs, toUs } }
}

/** Reads a time of a query; `undefined` if the parameter is absent, or invalid and added to `faults`. */
export function readTime(pointer: string, text: string | undefined, faults: Fault[]): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d{1,15}$/.test(text) ? Number(text) : text
  const us = parseTime(value)
  if (typeof us === 'number') return us
  if (us === 'time_too_old' && (value === 0 || typeof value === 'string')) return TIME_MIN_US
  // In a query an unescaped '+' is a space, the usual reason why a zone is unreadable.
  const hint = / \d\d:\d\d$/.test(text) ? ' (write + as %2B)' : ''
  const shown = typeof value === 'number' ? text : JSON.stringify(text)
  faults.push({ code: us, pointer, detail: describeTimeProblem(us, value, shown) + hint })
  return undefined
}
