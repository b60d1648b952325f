/** A range of `seq` without a stored reading, between two stored readings. */
export interface MissingRange {
  fromSeq: number
  toSeq: number
  count: number
  /** times of the readings around the range */
  afterUs: number
  beforeUs: number
}

/** A range that a reading may still fill. */
export interface OpenRange extends MissingRange {
  /** the range is between two readings of the period, or was until a reading of another time filled a part of it */
  isWithin: boolean
}

/** A stored reading that has a `seq`. */
export interface Counted {
  timeUs: number
  seq: number
  receivedUs: number
}

/** Ascending values of `seq`, in order of time except for readings that filled a gap. */
export interface RunOfCounts {
  first: Counted
  last: Counted
  /** in order of `seq` */
  open: OpenRange[]
  /** the beginning of this run was counted as a restart */
  isRestart: boolean
}

/**
 * Removes the `seq` of a reading from the open range that contains it.
 * @returns false if no open range contains it
 */
export function fill(
  run: RunOfCounts,
  { seq, timeUs }: Counted,
  isWithin: (timeUs: number) => boolean,
): boolean {
  const place = placeOf(run.open, seq)
  const range = run.open[place]
  if (range === undefined || seq < range.fromSeq) return false
  const { fromSeq, toSeq, afterUs, beforeUs } = range
  const parts = [
    openRange(fromSeq, seq - 1, { afterUs, beforeUs: timeUs }, isWithin),
    openRange(seq + 1, toSeq, { afterUs: timeUs, beforeUs }, isWithin),
  ]
  run.open.splice(place, 1, ...parts.filter(({ count }) => count > 0).map((it) => inherit(it, range)))
  return true
}

/** Makes a reading the first of a run. */
export function putBefore(run: RunOfCounts, reading: Counted, isWithin: (timeUs: number) => boolean): void {
  const around = { afterUs: reading.timeUs, beforeUs: run.first.timeUs }
  const range = openRange(reading.seq + 1, run.first.seq - 1, around, isWithin)
  if (range.count > 0) run.open.unshift(range)
  run.first = reading
}

/**
 * Puts the readings of a run into the newest open range of another run: they were the first in time, but not in `seq`.
 */
export function absorb(run: RunOfCounts, early: RunOfCounts, isWithin: (timeUs: number) => boolean): void {
  const range = run.open.pop()
  if (range === undefined) return
  const { first, last } = early
  const before = { afterUs: range.afterUs, beforeUs: first.timeUs }
  const behind = { afterUs: last.timeUs, beforeUs: range.beforeUs }
  const parts = [
    inherit(openRange(range.fromSeq, first.seq - 1, before, isWithin), range),
    ...early.open,
    inherit(openRange(last.seq + 1, range.toSeq, behind, isWithin), range),
  ]
  run.open.push(...parts.filter(({ count }) => count > 0))
}

export function openRange(
  fromSeq: number,
  toSeq: number,
  around: { afterUs: number; beforeUs: number },
  isWithin: (timeUs: number) => boolean,
): OpenRange {
  const isBetween = isWithin(around.afterUs) && isWithin(around.beforeUs)
  return { fromSeq, toSeq, count: toSeq - fromSeq + 1, ...around, isWithin: isBetween }
}

function inherit(part: OpenRange, whole: OpenRange): OpenRange {
  return { ...part, isWithin: part.isWithin || whole.isWithin }
}

/** Index of the first range that ends at or after a `seq`. */
function placeOf(ranges: readonly OpenRange[], seq: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ranges[middle]?.toSeq ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}
