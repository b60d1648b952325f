import type { IntervalTimes } from '../../rules/interval-rule.ts'
import type { Fact } from './oracle.ts'

/** The value of a condition in a reading: whether it is true before the event is confirmed, and after. */
interface Judged {
  t: number
  raises: boolean
  holds: boolean
  measure: number
}
/** First and last time (`null`: open) and peak. */
export type Found = [from: number, to: number | null, peak: number]

/** The definition of an interval rule, by brute force: each event is searched for from its first true reading on. */
export function findIntervals(
  judged: readonly Judged[],
  times: IntervalTimes,
  lastMs: number,
  sign: 1 | -1 = 1,
): Found[] {
  const found: Found[] = []
  const isApart = (i: number) => i > 0 && gapBefore(judged, i) > times.gapMs
  let i = 0
  while (i < judged.length) {
    const first = judged[i]
    if (first === undefined || !first.raises) {
      i++
      continue
    }
    const breaks = judged.findIndex((it, k) => k > i && (!it.raises || isApart(k)))
    const end = breaks === -1 ? judged.length : breaks
    const confirmed = judged.findIndex(
      (it, k) => k >= i && k < end && it.t - first.t >= times.forMs && k - i + 1 >= times.minReadings,
    )
    if (confirmed === -1) {
      i = end
      continue
    }
    let [last, falseSince, k, isOpen] = [confirmed, -1, confirmed + 1, true]
    for (; k < judged.length && isOpen; k++) {
      const it = judged[k]
      if (it === undefined) break
      if (isApart(k)) isOpen = false
      else if (it.holds) [last, falseSince] = [k, -1]
      else {
        if (falseSince === -1) falseSince = k
        isOpen = it.t - (judged[falseSince]?.t ?? 0) < times.clearMs
      }
    }
    const isForgotten = isOpen && lastMs - (judged.at(-1)?.t ?? 0) > times.gapMs
    const measures = judged
      .slice(i, last + 1)
      .flatMap((it, n) => (i + n <= confirmed || it.holds ? it.measure : []))
    const peak = sign * Math.max(...measures.map((it) => sign * it))
    found.push([first.t, isOpen && !isForgotten ? null : (judged[last]?.t ?? 0), peak])
    i = isOpen ? judged.length : k - 1
  }
  return found
}

const gapBefore = (judged: readonly Judged[], i: number) => (judged[i]?.t ?? 0) - (judged[i - 1]?.t ?? 0)

export function judgeSpeed(facts: readonly Fact[], limit: number, tolerance: number): Judged[] {
  return facts.flatMap(({ t, speed }) =>
    speed === undefined ? [] : { t, raises: speed > limit + tolerance, holds: speed > limit, measure: speed },
  )
}

export function judgeIdling(facts: readonly Fact[]): Judged[] {
  return facts.flatMap(({ t, engine, moving }) =>
    engine === undefined ? [] : { t, raises: engine && !moving, holds: engine && !moving, measure: 0 },
  )
}

export function judgeTowing(facts: readonly Fact[]): Judged[] {
  return facts.flatMap(({ t, ignition, moving, speed }) =>
    ignition === undefined
      ? []
      : { t, raises: !ignition && moving, holds: !ignition && moving, measure: speed ?? 0 },
  )
}

export function judgeNoPosition(facts: readonly Fact[]): Judged[] {
  const first = facts.findIndex((it) => it.at)
  return facts.flatMap(({ t, engine, at }, i) => {
    const isTrue = engine === true && at === undefined
    return first === -1 || i < first ? [] : { t, raises: isTrue, holds: isTrue, measure: 0 }
  })
}

/** `condition` of a reading and the one before, which is at most `gapMs` older. */
export function judgePairs(
  facts: readonly Fact[],
  gapMs: number,
  condition: (now: Fact['reading'], before: Fact['reading']) => boolean | undefined,
): Judged[] {
  return facts.flatMap(({ t, reading }, i) => {
    const before = facts[i - 1]
    const isTrue = before && t - before.t <= gapMs ? condition(reading, before.reading) : undefined
    return isTrue === undefined ? [] : { t, raises: isTrue, holds: isTrue, measure: 0 }
  })
}

/** Intervals within windows of time: each window is judged alone. */
export function findWithin(
  judged: readonly Judged[],
  times: IntervalTimes,
  lastMs: number,
  windowOf: (t: number) => number | undefined,
): Found[] {
  const numbers = [...new Set(judged.map((it) => windowOf(it.t)))].filter((it) => it !== undefined)
  return numbers.flatMap((number) => {
    const inside = judged.filter((it) => windowOf(it.t) === number)
    if (windowOf(lastMs) === number) return findIntervals(inside, times, lastMs)
    // A reading after a gap ends everything.
    const t = (inside.at(-1)?.t ?? 0) + times.gapMs + 1
    return findIntervals([...inside, { t, raises: false, holds: false, measure: 0 }], times, t)
  })
}

/** Below a level, by the median of this number of readings that are at most `gapMs` apart. */
export function judgeBelow(
  facts: readonly Fact[],
  of: (it: Fact) => number | undefined,
  {
    level,
    clearLevel,
    medianOf,
    gapMs,
  }: { level: number; clearLevel: number; medianOf: number; gapMs: number },
): Judged[] {
  const valued = facts.flatMap((it) => {
    const value = of(it)
    return value === undefined ? [] : { t: it.t, value }
  })
  return valued.flatMap(({ t }, i) => {
    const window = valued.slice(Math.max(i - medianOf + 1, 0), i + 1)
    const isTorn = window.some((it, k) => k > 0 && it.t - (window[k - 1]?.t ?? 0) > gapMs)
    if (window.length < medianOf || isTorn) return []
    const sorted = window.map((it) => it.value).toSorted((a, b) => a - b)
    const measure = sorted[Math.ceil(medianOf / 2) - 1] ?? 0
    return { t, raises: measure < level, holds: measure < clearLevel, measure }
  })
}
