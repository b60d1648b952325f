import { formatNumber } from '../../format/format-number.ts'

const MINUTE_MS = 60_000

/** The duration of a trip or stop, to the minute: "45 min", "1 h 5 min", "26 h". */
export function formatDuration(ms: number, locale: string | undefined): string {
  const minutes = Math.round(ms / MINUTE_MS)
  const [h, min] = [Math.floor(minutes / 60), minutes % 60]
  const parts = [h > 0 && `${formatNumber(h, locale, 0)} h`, (min > 0 || h === 0) && `${min} min`]
  return parts.filter(Boolean).join(' ')
}
