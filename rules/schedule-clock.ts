import { DAYS, type Schedule, type ScheduleWindow } from '../contract/schedule.ts'

const MINUTE_MS = 60_000
/** Offsets of zones change at whole quarters of an hour of UTC. */
const QUARTER_MS = 15 * MINUTE_MS
const DAY_MINUTES = 1440
const WEEK_MINUTES = 7 * DAY_MINUTES

export interface ScheduleClock {
  /** Whether a time, in ms since 1970, is in a window. */
  isOpenAt(timeMs: number): boolean
  /** Until when `isOpenAt` stays the same: a time after `timeMs`, not necessarily the latest one. */
  sameUntil(timeMs: number): number
}

/** @throws RangeError if the zone is unknown */
export function createScheduleClock({ zone, windows }: Schedule): ScheduleClock {
  const offsetMinutesAt = offsetsOf(zone)
  const spans = windows.flatMap(spansOf)
  const bounds = [...new Set(spans.flat().map((it) => it % WEEK_MINUTES))]

  // 1970-01-01 was a Thursday.
  const minuteOfWeek = (timeMs: number) =>
    mod(Math.floor(timeMs / MINUTE_MS) + offsetMinutesAt(timeMs) + 3 * DAY_MINUTES, WEEK_MINUTES)

  return {
    isOpenAt(timeMs) {
      const minute = minuteOfWeek(timeMs)
      return spans.some(([from, to]) => mod(minute - from, WEEK_MINUTES) < to - from)
    },
    sameUntil(timeMs) {
      if (bounds.length === 0) return Infinity
      const minute = minuteOfWeek(timeMs)
      const left = Math.min(...bounds.map((it) => mod(it - minute - 1, WEEK_MINUTES) + 1))
      // At most a day, in which an offset changes once at most.
      const until = (Math.floor(timeMs / MINUTE_MS) + Math.min(left, DAY_MINUTES)) * MINUTE_MS
      const isSteady = offsetMinutesAt(timeMs) === offsetMinutesAt(until)
      return isSteady ? until : Math.min(until, (Math.floor(timeMs / QUARTER_MS) + 1) * QUARTER_MS)
    },
  }
}

/** Minutes since Monday 00:00; the end may be in the next week. */
function spansOf({ days, from, to }: ScheduleWindow): [from: number, to: number][] {
  const [begin, end] = [minutesOf(from), minutesOf(to)]
  return days.map((day) => {
    const start = DAYS.indexOf(day) * DAY_MINUTES
    return [start + begin, start + (end > begin ? end : end + DAY_MINUTES)]
  })
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

function offsetsOf(zone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  return (timeMs) => {
    const minuteMs = Math.floor(timeMs / MINUTE_MS) * MINUTE_MS
    // Formatted as 3/29/2026, 01:00. Getting the parts instead takes 15 times as long.
    const [month = 1, day, year = 0, hour, minute] = format.format(minuteMs).split(/\D+/).map(Number)
    return Math.round((Date.UTC(year, month - 1, day, hour, minute) - minuteMs) / MINUTE_MS)
  }
}

const mod = (value: number, by: number) => ((value % by) + by) % by
