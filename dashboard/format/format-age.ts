import { formatNumber } from './format-number.ts'

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const

/** A duration of `ms` milliseconds in the largest unit that fits: "3 s", "5 min", "2 h", "4 d". */
export function formatAge(ms: number, locale: string | undefined): string {
  if (!Number.isFinite(ms)) return '–'
  const [unit, unitMs] = UNITS.find(([, size]) => ms >= size) ?? (['s', 1000] as const)
  return `${formatNumber(Math.max(0, Math.floor(ms / unitMs)), locale, 0)} ${unit}`
}
