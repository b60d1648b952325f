/** Milliseconds for which a value was held, by its bin, in ascending order of bins. All are integers. */
export type Histogram = readonly (readonly [bin: number, ms: number])[]

/** Adds the time of a value. */
export function addTime(histogram: Histogram, bin: number, ms: number): Histogram {
  const at = histogram.findIndex(([it]) => it >= bin)
  if (at === -1) return [...histogram, [bin, ms]]
  const found = histogram[at]
  return found?.[0] === bin ? histogram.with(at, [bin, found[1] + ms]) : histogram.toSpliced(at, 0, [bin, ms])
}

export function merge(histograms: readonly Histogram[]): Histogram {
  const sums = new Map<number, number>()
  for (const [bin, ms] of histograms.flat()) sums.set(bin, (sums.get(bin) ?? 0) + ms)
  return [...sums].toSorted(([a], [b]) => a - b)
}

export function totalMs(histogram: Histogram): number {
  return histogram.reduce((total, [, ms]) => total + ms, 0)
}

/** The bin in which the first half of the time ends; `null` without any time. */
export function medianOf(histogram: Histogram): number | null {
  const half = totalMs(histogram)
  let passedMs = 0
  for (const [bin, ms] of histogram) {
    passedMs += ms
    if (2 * passedMs >= half && ms > 0) return bin
  }
  return null
}

/** Median absolute deviation from a bin, in bins. */
export function deviationOf(histogram: Histogram, from: number): number {
  return medianOf(merge([histogram.map(([bin, ms]) => [Math.abs(bin - from), ms] as const)])) ?? 0
}
