import { downsample, type Point } from './lttb.ts'

export interface Thinning {
  /** Takes points in order of time, after the earlier ones. */
  add(points: readonly Point[]): void
  /** Returns at most `count` points. */
  result(): Point[]
}

/**
 * The smallest and the largest point of a slot, and which of them came first: several points can have the same time.
 */
interface Extremes {
  min: Point
  max: Point
  isMinFirst: boolean
}

/** Points kept for each requested point: the ratio that the authors recommend. */
const PRESELECTED_RATIO = 4

/**
 * Downsamples a stream of points with LTTB (see `downsample`) in bounded memory. Up to `pointsMax` points are kept, and
 * the result is exactly that of LTTB. If there are more, time is split into `2 * count` slots of equal width. The
 * smallest and the largest value of each slot are kept, and LTTB picks from them and the two ends: MinMaxLTTB.
 *
 * Source: Van Der Donckt, Van Der Donckt, Rademaker, Van Hoecke, "MinMaxLTTB: Leveraging MinMax-Preselection to Scale
 * LTTB", IEEE VIS 2023, arXiv:2305.00332.
 */
export function createThinning(options: {
  /** points of the result, at least 2 */
  count: number
  /** of the first and the last point */
  firstUs: number
  lastUs: number
  /** points that are kept before any is dropped */
  pointsMax?: number
}): Thinning {
  const { count, firstUs, lastUs, pointsMax = 100_000 } = options
  const slotCount = (count * PRESELECTED_RATIO) / 2
  const slotUs = Math.max(1, (lastUs - firstUs) / slotCount)
  let kept: Point[] = []
  let slots: (Extremes | undefined)[] | undefined
  let first: Point | undefined
  let last: Point | undefined

  function drop(points: readonly Point[]): void {
    slots ??= Array.from<undefined>({ length: slotCount })
    for (const point of points) {
      // A point that was stored since the ends were looked up belongs to the nearest slot.
      const slot = Math.min(slotCount - 1, Math.max(0, Math.floor((point.timeUs - firstUs) / slotUs)))
      const extremes = slots[slot]
      if (!extremes) slots[slot] = { min: point, max: point, isMinFirst: true }
      else if (point.value < extremes.min.value) {
        extremes.min = point
        extremes.isMinFirst = false
      } else if (point.value > extremes.max.value) {
        extremes.max = point
        extremes.isMinFirst = true
      }
    }
  }

  return {
    add(points) {
      first ??= points[0]
      last = points.at(-1) ?? last
      if (slots === undefined && kept.length + points.length <= pointsMax) {
        kept = kept.length === 0 ? [...points] : kept.concat(points)
        return
      }
      drop(kept)
      kept = []
      drop(points)
    },
    result() {
      if (slots === undefined || !first || !last) return downsample(kept, count)
      const inside = slots.flatMap((it) => (it ? pairOf(it) : [])).filter((it) => it !== first && it !== last)
      return downsample([first, ...inside, last], count)
    },
  }
}

function pairOf({ min, max, isMinFirst }: Extremes): Point[] {
  if (min === max) return [min]
  return isMinFirst ? [min, max] : [max, min]
}
