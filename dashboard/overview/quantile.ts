/**
 * The `q` quantile of the values counted between two reads of a histogram, interpolated as by Prometheus' histogram_quantile().
 * `earlier` and `later` count the values up to each of `bounds`, and then all values.
 * @returns the value in the unit of `bounds`, `isMore` if it is beyond the last bound; `undefined` if nothing was counted
 */
export function quantileBetween(
  bounds: readonly number[],
  earlier: readonly number[],
  later: readonly number[],
  q: number,
): { value: number; isMore: boolean } | undefined {
  const counts = later.map((count, index) => count - (earlier[index] ?? 0))
  const all = counts.at(-1) ?? 0
  if (all <= 0) return undefined
  const rank = q * all
  const index = counts.findIndex((count) => count >= rank)
  const upper = bounds[index]
  if (upper === undefined) return { value: bounds.at(-1) ?? 0, isMore: true }
  const lower = index === 0 ? 0 : (bounds[index - 1] ?? 0)
  const below = index === 0 ? 0 : (counts[index - 1] ?? 0)
  const inside = (counts[index] ?? 0) - below
  const part = inside === 0 ? 1 : (rank - below) / inside
  return { value: lower + (upper - lower) * part, isMore: false }
}
