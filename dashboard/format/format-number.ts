const FORMATS_MAX = 64
/** Kept, because creating a format takes longer than using it a hundred times. */
const formats = new Map<string, Intl.NumberFormat>()

/** A number with exactly `digits` decimals, without them at most two. NaN is a dash. */
export function formatNumber(n: number, locale: string | undefined, digits?: number): string {
  if (!Number.isFinite(n)) return '–'
  const key = `${locale ?? ''} ${digits ?? ''}`
  let format = formats.get(key)
  if (format === undefined) {
    if (formats.size >= FORMATS_MAX) formats.clear()
    format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: digits ?? 0,
      maximumFractionDigits: digits ?? 2,
      // No sign for -0 and for values rounded to -0.
      signDisplay: 'negative',
    })
    formats.set(key, format)
  }
  return format.format(n)
}
