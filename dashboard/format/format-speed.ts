import { formatNumber } from './format-number.ts'

const KM_PER_MILE = 1.609344

export function formatSpeed(
  kmh: number | undefined,
  units: 'metric' | 'imperial',
  locale: string | undefined,
): string {
  if (kmh === undefined || !Number.isFinite(kmh)) return '–'
  if (units === 'metric') return `${formatNumber(kmh, locale, 0)} km/h`
  return `${formatNumber(kmh / KM_PER_MILE, locale, 0)} mph`
}
