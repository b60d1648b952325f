/**
 * Enough for a reading a second for an hour.
 * @limit points of a live chart | it is thinned
 */
export const SERIES_POINTS_MAX = 4000
/** If there are too many points, only the lowest and highest of this many neighbours stay. */
const THINNED_GROUP = 4

/**
 * The newest values of a field in order of time: a loaded history and the live values since. Old points are dropped. Beyond
 * `SERIES_POINTS_MAX`, the series is thinned so that peaks stay.
 */
export class SeriesWindow {
  readonly spanMs: number
  /** milliseconds since 1970, in order; one instant can have several values */
  times: number[] = []
  values: number[] = []

  constructor(spanMs: number) {
    this.spanMs = spanMs
  }

  /**
   * Puts a history before the live values. The history may have only a part of its last instant, so live values of that instant
   * stay after its last value.
   */
  load(points: readonly { timeMs: number; value: number }[]): void {
    const last = points.at(-1) ?? { timeMs: -Infinity, value: 0 }
    const live = this.times.findLastIndex(
      (timeMs, at) => timeMs < last.timeMs || (timeMs === last.timeMs && this.values[at] === last.value),
    )
    const behind = live + 1
    this.times = [...points.map(({ timeMs }) => timeMs), ...this.times.slice(behind)]
    this.values = [...points.map(({ value }) => value), ...this.values.slice(behind)]
    this.#thin()
  }

  /** Inserts a value by its time, after others of the same instant. An equal value of the same instant is a duplicate. */
  append(timeMs: number, value: number): void {
    let at = this.times.length
    while (at > 0 && (this.times[at - 1] ?? 0) > timeMs) at--
    for (let before = at - 1; this.times[before] === timeMs; before--)
      if (this.values[before] === value) return
    this.times.splice(at, 0, timeMs)
    this.values.splice(at, 0, value)
    this.#thin()
  }

  /** Drops values older than the span. */
  trim(nowMs: number): void {
    const first = this.times.findIndex((timeMs) => timeMs >= nowMs - this.spanMs)
    const gone = first < 0 ? this.times.length : first
    this.times.splice(0, gone)
    this.values.splice(0, gone)
  }

  #thin(): void {
    if (this.times.length <= SERIES_POINTS_MAX) return
    const kept: number[] = []
    for (let from = 0; from < this.times.length; from += THINNED_GROUP) {
      let low = from
      let high = from
      for (let at = from; at < Math.min(from + THINNED_GROUP, this.times.length); at++) {
        if ((this.values[at] ?? 0) < (this.values[low] ?? 0)) low = at
        if ((this.values[at] ?? 0) >= (this.values[high] ?? 0)) high = at
      }
      kept.push(Math.min(low, high))
      if (low !== high) kept.push(Math.max(low, high))
    }
    this.times = kept.map((at) => this.times[at] ?? 0)
    this.values = kept.map((at) => this.values[at] ?? 0)
  }
}

/** Distance between values of one instant on a chart, which needs different times. */
const STEP_S = 1e-6

/**
 * The columns of a chart, seconds and values, with a hole where nothing came for `gapMs`: a straight line across an outage would
 * suggest values. Each time is later than the previous one.
 */
export function withGaps(
  times: readonly number[],
  values: readonly number[],
  gapMs: number,
): [seconds: number[], values: (number | null)[]] {
  const seconds: number[] = []
  const shown: (number | null)[] = []
  for (const [at, timeMs] of times.entries()) {
    const beforeMs = times[at - 1]
    if (beforeMs !== undefined && timeMs - beforeMs > gapMs) {
      seconds.push((beforeMs + timeMs) / 2000)
      shown.push(null)
    }
    seconds.push(Math.max(timeMs / 1000, (seconds.at(-1) ?? -Infinity) + STEP_S))
    shown.push(values[at] ?? null)
  }
  return [seconds, shown]
}
