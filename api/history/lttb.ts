/** A point of a chart: microseconds since 1970, and a value. */
export interface Point {
  timeUs: number
  value: number
  /** for an unwound angle: its original value */
  angle?: number
}

/**
 * Picks `count` (at least 2) of the points, which are in order of time, so that their line resembles that of all
 * points: Largest-Triangle-Three-Buckets. The first and the last point stay. From each bucket between them, the point
 * is picked that makes the largest triangle with the one picked before and the mean of the next bucket. Returns all
 * points if there are no more than `count`.
 *
 * Source: Sveinn Steinarsson, "Downsampling Time Series for Visual Representation", MSc thesis, University of Iceland
 * 2013, section 4.2.
 */
export function downsample(points: readonly Point[], count: number): Point[] {
  const first = points[0]
  const last = points.at(-1)
  if (points.length <= count || !first || !last) return [...points]
  if (count <= 2) return [first, last]

  const width = (points.length - 2) / (count - 2)
  const startOf = (bucket: number) => Math.floor(bucket * width) + 1
  const picked = [first]
  let previous = first
  for (let bucket = 0; bucket < count - 2; bucket++) {
    const next = meanOf(
      points,
      startOf(bucket + 1),
      bucket === count - 3 ? points.length : startOf(bucket + 2),
    )
    previous = largest(points, startOf(bucket), startOf(bucket + 1), previous, next)
    picked.push(previous)
  }
  picked.push(last)
  return picked
}

function meanOf(points: readonly Point[], from: number, to: number): Point {
  // Sums of differences, because sums of microseconds since 1970 would not be exact.
  const origin = points[from]?.timeUs ?? 0
  let [times, values] = [0, 0]
  for (let at = from; at < to; at++) {
    const point = points[at]
    if (!point) break
    times += point.timeUs - origin
    values += point.value
  }
  return { timeUs: origin + times / (to - from), value: values / (to - from) }
}

/** The point with the largest triangle between `a` and `c`, among those from `from` up to but not including `to`. */
function largest(points: readonly Point[], from: number, to: number, a: Point, c: Point): Point {
  let best = points[from] ?? a
  let bestArea = -1
  for (let at = from; at < to; at++) {
    const b = points[at]
    if (!b) break
    const area = Math.abs(
      (a.timeUs - c.timeUs) * (b.value - a.value) - (a.timeUs - b.timeUs) * (c.value - a.value),
    )
    if (area > bestArea) [best, bestArea] = [b, area]
  }
  return best
}
