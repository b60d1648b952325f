import type { QuietHours, Severity } from '../contract/notifications.ts'

/** Whether events of this severity are held at this time. `to` is the first minute in which they are not. */
export function isQuiet(
  quiet: QuietHours | null,
  { zone, severity, nowMs }: { zone: string; severity: Severity; nowMs: number },
): boolean {
  if (quiet === null || !quiet.severities.includes(severity)) return false
  const now = timeOfDay(nowMs, zone)
  const { from, to } = quiet
  return from < to ? from <= now && now < to : from <= now || now < to
}

/** The local time as `07:05`. */
function timeOfDay(nowMs: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' }).format(nowMs)
}
