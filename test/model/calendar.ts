import type { Instant } from './readings.ts'

/** An instant of a sequence: its JSON, and its microseconds since 1970 or the reason why it is refused. */
export interface WireTime {
  /** `undefined` if the reading has no time */
  json: string | undefined
  us?: number
  codes?: readonly string[]
}

const SECOND_US = 1_000_000
const DAY_US = 86_400 * SECOND_US

/** Setting of the model's brokers. The most recent end of a month must lie within it. */
export const RETENTION_DAYS = 40
export const CLOCK_SKEW_MAX_S = 300

/** The instants of one sequence. Most are on whole seconds, like those of many trackers. */
export interface Calendar {
  timeOf(instant: Instant): WireTime
  /** receipt time of a replayed dead letter, in microseconds: shortly before the sequence */
  receivedUs: number
  /** A new `moment`, in microseconds: between the earlier changes and the later ones. */
  addMoment(us: number): void
}

export function createCalendar(nowUs: number): Calendar {
  const baseUs = Math.floor(nowUs / SECOND_US) * SECOND_US - 600 * SECOND_US
  const moments: number[] = []
  // Leap seconds occur at the end of a month.
  const monthUs = Date.parse(`${isoOf(baseUs).slice(0, 7)}-01T00:00:00Z`) * 1000
  const monthsLast = isoOf(monthUs - DAY_US).slice(0, 10)
  const ordinary = isoOf(monthUs - 10 * DAY_US).slice(0, 10)

  function timeOf(instant: Instant): WireTime {
    switch (instant) {
      case 'none':
        return { json: undefined }
      case 'early 0':
        return at(baseUs)
      case 'early 1':
        // Here with an offset, and as epoch milliseconds below: one instant has several texts.
        return {
          json: `"${isoOf(baseUs + SECOND_US + 2 * 3600 * SECOND_US).slice(0, 19)}+02:00"`,
          us: baseUs + SECOND_US,
        }
      case 'moment 0':
      case 'moment 1':
      case 'moment 2':
        return at(moments.at(-1 - Number(instant.slice(-1))) ?? baseUs + 2 * SECOND_US)
      case 'ahead':
        return at(baseUs + (600 + CLOCK_SKEW_MAX_S - 60) * SECOND_US)
      case 'too far ahead':
        return { ...at(baseUs + (600 + CLOCK_SKEW_MAX_S + 600) * SECOND_US), codes: ['time_in_future'] }
      case 'nearly too old':
        return {
          json: String((baseUs - (RETENTION_DAYS - 1) * DAY_US) / 1000),
          us: baseUs - (RETENTION_DAYS - 1) * DAY_US,
        }
      case 'too old':
        return { ...at(baseUs - (RETENTION_DAYS + 1) * DAY_US), codes: ['time_too_old'] }
      case 'before 2000':
        return { json: '"1999-12-31T23:59:59Z"', codes: ['time_too_old'] }
      case 'without zone':
        return { json: `"${isoOf(baseUs).slice(0, 19)}"`, codes: ['time_without_zone'] }
      case 'rubbish':
        return { json: '"yesterday"', codes: ['bad_time'] }
      case 'second 60':
        return { json: `"${monthsLast}T12:00:60Z"`, codes: ['bad_time'] }
      case 'second 60 of an ordinary day':
        return { json: `"${ordinary}T23:59:60Z"`, codes: ['bad_time'] }
      case 'leap second':
        // In the month's last two milliseconds, so that it is neither the second before nor the one after.
        return { json: `"${monthsLast}T23:59:60Z"`, us: monthUs - 1999 }
      case 'leap second elsewhere':
        return { json: `"${isoOf(monthUs).slice(0, 10)}T01:59:60+02:00"`, us: monthUs - 1999 }
      case 'after the leap second':
        return at(monthUs)
    }
  }

  const receivedUs = baseUs + 599 * SECOND_US + 123_457
  return { timeOf, receivedUs, addMoment: (us) => void moments.push(us) }
}

function at(us: number): WireTime {
  return { json: `"${isoOf(us)}"`, us }
}

/** RFC 3339 with as many digits as needed. */
function isoOf(us: number): string {
  const seconds = new Date(Math.floor(us / 1_000_000) * 1000).toISOString().slice(0, 19)
  const rest = us % 1_000_000
  return rest === 0 ? `${seconds}Z` : `${seconds}.${String(rest).padStart(6, '0')}Z`
}
