/** The time of day to the minute, in the browser's zone. `ms`: milliseconds since 1970. */
export function formatMinute(ms: number, locale: string | undefined): string {
  return new Date(ms).toLocaleTimeString(locale, { timeStyle: 'short' })
}
