const FORMATS_MAX = 64
/** Making one takes longer than using it a hundred times. */
const formats = new Map<string, Intl.NumberFormat>()

/** With `digits` decimals exactly; without, at most two. What is not known (NaN) is a dash. */
export function formatNumber(n: number, locale: string | undefined, digits?: number): string {
  if (!Number.isFinite(n)) return '–'
  const key = `${locale ?? ''} ${digits ?? ''}`
  let format = formats.get(key)
  if (format === undefined) {
    if (formats.size >= FORMATS_MAX) formats.clear()
    format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: digits ?? 0,
      maximumFractionDigits: digits ?? 2,
      // No sign for -0, nor for what is rounded to it.
      signDisplay: 'negative',
    })
    formats.set(key, format)
  }
  return format.format(n)
}
