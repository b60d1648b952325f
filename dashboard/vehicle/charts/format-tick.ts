const FORMATS_MAX = 16
const DAY_S = 86_400
const formats = new Map<string, Intl.DateTimeFormat>()

/** The time of day to the minute, in the browser's zone. `ms`: milliseconds since 1970. */
export function formatMinute(ms: number, locale: string | undefined): string {
  return format(ms, locale, 'minute', { timeStyle: 'short' })
}

/** A time on an axis, as exact as its ticks, which are `stepS` seconds apart. */
export function formatTick(ms: number, stepS: number, locale: string | undefined): string {
  if (stepS >= DAY_S) return format(ms, locale, 'day', { day: 'numeric', month: 'short' })
  if (stepS >= 60) return formatMinute(ms, locale)
  return format(ms, locale, 'second', { timeStyle: 'medium' })
}

function format(
  ms: number,
  locale: string | undefined,
  kind: string,
  options: Intl.DateTimeFormatOptions,
): string {
  const key = `${locale ?? ''} ${kind}`
  let known = formats.get(key)
  if (known === undefined) {
    if (formats.size >= FORMATS_MAX) formats.clear()
    known = new Intl.DateTimeFormat(locale, options)
    formats.set(key, known)
  }
  return known.format(ms)
}
