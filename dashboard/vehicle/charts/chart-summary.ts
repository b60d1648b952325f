import type { Columns } from './chart-columns.ts'

/** Lowest, highest and last value; `undefined` if there are no values. */
export function summarize([, values]: Columns): { min: number; max: number; last: number } | undefined {
  let min = Infinity
  let max = -Infinity
  let last: number | undefined
  for (const value of values) {
    if (value === null) continue
    if (value < min) min = value
    if (value > max) max = value
    last = value
  }
  return last === undefined ? undefined : { min, max, last }
}

/** At most `count` indexes of values, evenly spread, including the last. */
export function spread([, values]: Columns, count: number): number[] {
  const there = [...values.keys()].filter((at) => values[at] !== null)
  if (there.length <= count) return there
  return Array.from(
    { length: count },
    (_, i) => there[Math.round((i * (there.length - 1)) / (count - 1))] ?? 0,
  )
}
