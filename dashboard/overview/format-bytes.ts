import { formatNumber } from '../format/format-number.ts'

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** A number of bytes in the largest unit that fits: "0 B", "12.3 KiB", "1 GiB". */
export function formatBytes(bytes: number, locale: string | undefined): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${formatNumber(value, locale, power === 0 || Number.isInteger(value) ? 0 : 1)} ${UNITS[power]}`
}
