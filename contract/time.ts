/**
 * Times are integers of microseconds since 1970 (UTC): the precision of a `timestamptz`, and exact in a double until
 * the year 2255.
 */

/** 2000-01-01T00:00:00Z: no vehicle has measured anything earlier. */
export const TIME_MIN_US = 946_684_800_000_000
const TIME_MAX_US = Date.UTC(2255, 0, 1) * 1000

export type TimeProblem = 'bad_time' | 'time_without_zone' | 'time_too_old'

/**
 * Reads RFC 3339 (`2026-11-21T08:00:00.250+01:00`; `T` may be a space, fractions beyond microseconds are cut) or an
 * integer of epoch milliseconds. Returns microseconds, or the code of the problem.
 *
 * A second 60 is a leap second, and valid only where one can occur: within 23:59:60 UTC (after the offset is applied)
 * at the end of a month (RFC 3339 sections 5.6 and 5.7; ITU-R TF.460-6 prefers June and December). Announced leap
 * seconds are not listed here, because a device learns of the next one before a broker does.
 */
export function parseTime(value: string | number): number | TimeProblem {
  const us = typeof value === 'number' ? value * 1000 : parseRfc3339(value)
  if (typeof us === 'string') return us
  if (!(us <= TIME_MAX_US)) return 'bad_time'
  return us < TIME_MIN_US ? 'time_too_old' : us
}

/**
 * A sentence about a time that `parseTime` refused.
 * @param shown the time as the sender wrote it
 */
export function describeTimeProblem(code: TimeProblem, value: string | number, shown: string): string {
  switch (code) {
    case 'bad_time':
      return `${shown} is not a time before 2255; expected RFC 3339 such as 2026-11-21T08:00:00Z, or epoch milliseconds`
    case 'time_without_zone':
      return `${shown} needs a zone: Z or an offset such as +01:00`
    case 'time_too_old':
      return looksLikeSeconds(value)
        ? `${shown} is before 2000-01-01; epoch times are milliseconds, this looks like seconds`
        : `${shown} is before 2000-01-01`
  }
}

function looksLikeSeconds(time: string | number): boolean {
  return typeof time === 'number' && time * 1_000_000 >= TIME_MIN_US
}

/** RFC 3339 in UTC, with milliseconds, or with microseconds if the time has them. */
export function formatTime(us: number): string {
  const iso = new Date(Math.floor(us / 1000)).toISOString()
  const rest = us % 1000
  return rest === 0 ? iso : `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}

// Written by hand because it runs once per reading. Date.parse accepts 30 February and a missing zone, and a regular
// expression with groups takes five times as long.
function parseRfc3339(text: string): number | TimeProblem {
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 2)
  const day = digits(text, 8, 2)
  const hour = digits(text, 11, 2)
  const minute = digits(text, 14, 2)
  const second = digits(text, 17, 2)
  const separator = text.charCodeAt(10)
  if (
    text.charCodeAt(4) !== DASH ||
    text.charCodeAt(7) !== DASH ||
    (separator !== UPPER_T && separator !== LOWER_T && separator !== SPACE) ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON ||
    !(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)) ||
    !(hour <= 23 && minute <= 59 && second <= 60)
  ) {
    return 'bad_time'
  }

  let at = 19
  let fractionUs = 0
  if (text.charCodeAt(at) === DOT) {
    let scale = 100_000
    let digit = text.charCodeAt(++at) - ZERO
    if (!(digit >= 0 && digit <= 9)) return 'bad_time'
    while (digit >= 0 && digit <= 9) {
      fractionUs += digit * Math.floor(scale)
      scale /= 10
      digit = text.charCodeAt(++at) - ZERO
    }
  }

  const zoneMinutes = parseZone(text, at)
  if (typeof zoneMinutes === 'string') return zoneMinutes
  const seconds = Date.UTC(year, month - 1, day, hour, minute - zoneMinutes, second) / 1000
  if (second === 60) {
    if (!isMonthsFirst(seconds)) return 'bad_time'
    fractionUs = leapSecondUs(fractionUs)
  }
  // Date.UTC reads the years 0 to 99 as 1900 to 1999; those are too old either way.
  return year < 100 ? 'time_too_old' : seconds * 1_000_000 + fractionUs
}

/** Whether a month of UTC begins at this second since 1970. */
function isMonthsFirst(seconds: number): boolean {
  return seconds % 86_400 === 0 && new Date(seconds * 1000).getUTCDate() === 1
}

/**
 * Microseconds from the following midnight at which a leap second's fraction is placed, because a count of seconds since 1970
 * cannot represent a leap second. Counted as 00:00:00, the reading would share its time, and its day, with another one. So each
 * millisecond of the leap second maps to an odd microsecond of the day's last two milliseconds. The order is kept, and no clock
 * with millisecond resolution produces these times.
 */
function leapSecondUs(fractionUs: number): number {
  return 2 * Math.floor(fractionUs / 1000) - 1999
}

function parseZone(text: string, at: number): number | TimeProblem {
  if (at === text.length) return 'time_without_zone'
  const sign = text.charCodeAt(at)
  if (sign === UPPER_Z || sign === LOWER_Z) return at + 1 === text.length ? 0 : 'bad_time'
  const hours = digits(text, at + 1, 2)
  const minutes = digits(text, at + 4, 2)
  const wellFormed = at + 6 === text.length && text.charCodeAt(at + 3) === COLON
  if ((sign !== PLUS && sign !== DASH) || !wellFormed || !(hours <= 23 && minutes <= 59)) return 'bad_time'
  return sign === PLUS ? hours * 60 + minutes : -(hours * 60 + minutes)
}

/** The number written at `from` in `count` digits, or NaN. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}

const SPACE = 0x20
const ZERO = 0x30
const UPPER_T = 0x54
const LOWER_T = 0x74
const UPPER_Z = 0x5a
const LOWER_Z = 0x7a
const DASH = 0x2d
const COLON = 0x3a
const DOT = 0x2e
const PLUS = 0x2b
