const FORMATS_MAX = 16
const formats = new Map<string, Intl.DateTimeFormat>()

/** Date and time to the second, in the browser's time zone. `ms`: milliseconds since 1970. */
export function formatDateTime(ms: number, locale: string | undefined): string {
  return format(ms, locale, { dateStyle: 'medium', timeStyle: 'medium' })
}

/** The time of day to the second. */
export function formatClock(ms: number, locale: string | undefined): string {
  return format(ms, locale, { timeStyle: 'medium' })
}

function format(ms: number, locale: string | undefined, options: Intl.DateTimeFormatOptions): string {
  if (!Number.isFinite(ms)) return '–'
  const key = `${locale ?? ''} ${options.dateStyle ?? ''}`
  let known = formats.get(key)
  if (known === undefined) {
    if (formats.size >= FORMATS_MAX) formats.clear()
    known = new Intl.DateTimeFormat(locale, options)
    formats.set(key, known)
  }
  return known.format(ms)
}
