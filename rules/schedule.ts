/** Hours of some days of the week, on the clocks of a zone. */
export interface WeeklySchedule {
  /** IANA name, such as Europe/Stockholm */
  zone: string
  windows: readonly WeeklyWindow[]
}

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

export interface WeeklyWindow {
  /** the days on which the window begins */
  days: readonly Day[]
  /** HH:MM; 24:00 is the end of the day. If `to` is not after `from`, the window ends on the next day. */
  from: string
  to: string
}

/** A schedule that can be asked quickly. */
export interface Schedule {
  includes(timeMs: number): boolean
}

const MINUTE_MS = 60_000
const DAY_MIN = 24 * 60
const WEEK_MIN = 7 * DAY_MIN
/** Offsets of zones change at whole quarters of an hour of UTC. */
const QUARTER_MS = 15 * MINUTE_MS
const TIME = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/

/** What is wrong with the schedule; `undefined` if it is valid. */
export function scheduleProblem({ zone, windows }: WeeklySchedule): string | undefined {
  try {
    localClock(zone)
  } catch {
    return `unknown time zone "${zone}"; expected a name such as Europe/Stockholm`
  }
  for (const { days, from, to } of windows) {
    const time = [from, to].find((it) => !TIME.test(it))
    if (time !== undefined) return `invalid time "${time}"; expected 00:00 to 24:00`
    const day = days.find((it) => !DAYS.includes(it))
    if (day !== undefined) return `invalid day "${day}"; expected ${DAYS.join(', ')}`
  }
  return undefined
}

/**
 * Windows are wall-clock times: an hour that a change of the clocks repeats is in them twice, one that it skips is not.
 * The offset of the newest quarter of an hour is kept, because readings of many vehicles have similar times.
 * @throws RangeError if the schedule is invalid
 */
export function compileSchedule(weekly: WeeklySchedule): Schedule {
  const problem = scheduleProblem(weekly)
  if (problem !== undefined) throw new RangeError(problem)
  const offsetAt = localClock(weekly.zone)
  const minutes = weekly.windows.flatMap(minutesOfWeek)
  let [quarter, offsetMs] = [NaN, 0]
  return {
    includes(timeMs) {
      const current = Math.floor(timeMs / QUARTER_MS)
      if (current !== quarter) [quarter, offsetMs] = [current, offsetAt(current * QUARTER_MS)]
      const minute = minuteOfWeek(timeMs + offsetMs)
      return minutes.some(({ from, to }) => minute >= from && minute < to)
    },
  }
}

/** Spans of minutes since Monday 00:00. A window that ends on Monday is two spans. */
function minutesOfWeek({ days, from, to }: WeeklyWindow): { from: number; to: number }[] {
  return days.flatMap((day) => {
    const begin = DAYS.indexOf(day) * DAY_MIN + minuteOfDay(from)
    const lengthMin = minuteOfDay(to) - minuteOfDay(from)
    const end = begin + (lengthMin > 0 ? lengthMin : lengthMin + DAY_MIN)
    const spans = [{ from: begin, to: Math.min(end, WEEK_MIN) }]
    return end > WEEK_MIN ? [...spans, { from: 0, to: end - WEEK_MIN }] : spans
  })
}

function minuteOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

/** @param localMs local time as if it were UTC. 1970-01-01 was a Thursday. */
function minuteOfWeek(localMs: number): number {
  const minute = Math.floor(localMs / MINUTE_MS) + 3 * DAY_MIN
  return minute - WEEK_MIN * Math.floor(minute / WEEK_MIN)
}

/**
 * A function from UTC to the zone's offset in ms.
 * @throws RangeError if the zone is unknown
 */
function localClock(zone: string): (timeMs: number) => number {
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
    const parts: Partial<Record<string, number>> = {}
    for (const { type, value } of format.formatToParts(timeMs)) parts[type] = Number(value)
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(timeMs / MINUTE_MS) * MINUTE_MS
  }
}
