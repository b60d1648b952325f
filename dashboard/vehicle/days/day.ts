/** A day as in an address and in `<input type="date">`: 2026-11-22. */
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/

/** The day of a time in the browser's time zone. `ms`: milliseconds since 1970. */
export function dayOf(ms: number): string {
  const it = new Date(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${String(it.getFullYear()).padStart(4, '0')}-${two(it.getMonth() + 1)}-${two(it.getDate())}`
}

/** A day from its midnight to the next, 23 to 25 hours later; `undefined` if the day is invalid. */
export function rangeOfDay(day: string): { fromMs: number; toMs: number } | undefined {
  const [, year, month, date] = DAY.exec(day)?.map(Number) ?? []
  if (year === undefined || month === undefined || date === undefined || year < 2000) return undefined
  const from = new Date(year, month - 1, date)
  if (dayOf(from.getTime()) !== day) return undefined
  return { fromMs: from.getTime(), toMs: new Date(year, month - 1, date + 1).getTime() }
}

/** The day that is `days` later, or earlier if negative. */
export function shiftDay(day: string, days: number): string {
  const range = rangeOfDay(day)
  if (range === undefined) return day
  const from = new Date(range.fromMs)
  return dayOf(new Date(from.getFullYear(), from.getMonth(), from.getDate() + days).getTime())
}

/** A time as in `<input type="datetime-local">`, to the minute, in the browser's time zone. */
export function localTimeOf(ms: number): string {
  const it = new Date(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${dayOf(ms)}T${two(it.getHours())}:${two(it.getMinutes())}`
}
