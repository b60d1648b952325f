import { formatNumber } from './format-number.ts'

const M_PER_MILE = 1609.344
const M_PER_FOOT = 0.3048

/** A distance of `m` metres: "850 m", "12.3 km", "1,240 km"; "600 ft", "7.6 mi". */
export function formatDistance(
  m: number | undefined,
  units: 'metric' | 'imperial',
  locale: string | undefined,
): string {
  if (m === undefined || !Number.isFinite(m)) return '–'
  const [small, perSmall, large, perLarge] =
    units === 'metric' ? (['m', 1, 'km', 1000] as const) : (['ft', M_PER_FOOT, 'mi', M_PER_MILE] as const)
  // The small unit is used below 1000 m or 1000 ft.
  if (Math.round(m / perSmall) < 1000) return `${formatNumber(m / perSmall, locale, 0)} ${small}`
  const value = m / perLarge
  return `${formatNumber(value, locale, value < 99.95 ? 1 : 0)} ${large}`
}
