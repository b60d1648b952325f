const DAY_MS = 86_400_000
/** Monday 2000-01-03, as in `BUCKET_ORIGIN_US`, in days since 1970. */
const ORIGIN_DAY = Date.UTC(2000, 0, 3) / DAY_MS

/** Days of a time zone: all times are microseconds since 1970. */
export interface LocalDays {
  /**
   * The beginnings of periods of this many days, ascending, without end; the first one contains `us`. Weeks begin on
   * Mondays.
   */
  startsFrom(us: number, days: number): Generator<number, never>
}

/** The days of an IANA time zone; `undefined` if the zone is unknown. */
export function localDaysOf(tz: string): LocalDays | undefined {
  const offsetMsAt = offsetsOf(tz)
  if (offsetMsAt === undefined) return undefined

  /**
   * The first instant of a day, which may be later than its midnight, or have a second midnight after it. The offset
   * changes at most once in two days, so the instant is one of two.
   */
  const startOf = (day: number): number => {
    const midnightMs = day * DAY_MS
    const [before, behind] = [offsetMsAt(midnightMs - DAY_MS), offsetMsAt(midnightMs + DAY_MS)]
    if (before === behind) return midnightMs - before
    const candidates = [midnightMs - Math.max(before, behind), midnightMs - Math.min(before, behind)]
    return candidates.find((ms) => ms + offsetMsAt(ms) >= midnightMs) ?? midnightMs - behind
  }

  return {
    *startsFrom(us, days) {
      const ms = Math.floor(us / 1000)
      const today = Math.floor((ms + offsetMsAt(ms)) / DAY_MS)
      let lastMs = -Infinity
      for (let day = today - modulo(today - ORIGIN_DAY, days); ; day += days) {
        const startMs = startOf(day)
        // A day that a zone skipped, e.g. when it moved across the date line, begins with the next day.
        if (startMs > lastMs) yield startMs * 1000
        lastMs = startMs
      }
    },
  }
}

/** Milliseconds by which a zone's clocks are ahead of UTC at a time, in milliseconds since 1970. */
function offsetsOf(tz: string): ((ms: number) => number) | undefined {
  let format: Intl.DateTimeFormat
  try {
    const digits = {
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    } as const
    format = new Intl.DateTimeFormat('en-US', { timeZone: tz, hourCycle: 'h23', year: 'numeric', ...digits })
  } catch {
    return undefined
  }
  /** Offsets that were looked up: neighbouring days need the same ones. */
  let known = new Map<number, number>()
  return (ms) => {
    const before = known.get(ms)
    if (before !== undefined) return before
    // Formatted as 3/29/2026, 01:00:00. Getting the parts instead takes 15 times as long.
    const [month = 1, day, year = 0, hour, minute, second] = format.format(ms).split(/\D+/).map(Number)
    const localMs = Date.UTC(year, month - 1, day, hour, minute, second)
    if (known.size >= OFFSETS_KEPT_MAX) known = new Map()
    const offsetMs = localMs - Math.floor(ms / 1000) * 1000
    known.set(ms, offsetMs)
    return offsetMs
  }
}

const OFFSETS_KEPT_MAX = 100

function modulo(n: number, by: number): number {
  return ((n % by) + by) % by
}
