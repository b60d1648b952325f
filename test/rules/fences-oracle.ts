/** An accepted position: its time, signed distance to the edge in metres, and whether the way to it is known. */
export interface Fix {
  t: number
  d: number
  isContinuous: boolean
}
export type Passage = [kind: 'enter' | 'exit', t: number]

/**
 * The definition of enter and exit, by brute force: each one is searched for in the whole list after the one before.
 */
export function findPassages(fixes: readonly Fix[], hysteresis: number): Passage[] {
  const at = (i: number) => fixes[i] ?? { t: 0, d: 0, isContinuous: false }
  const isIn = (i: number) => at(i).d <= 0
  const isOut = (i: number) => at(i).d >= hysteresis
  /** The first index from `from` on at which the reading before, itself not before `from`, is confirmed. */
  const confirmed = (from: number, is: (i: number) => boolean, heldMs: number) => {
    for (let i = from + 1; i < fixes.length; i++) {
      const isHeld = at(i).isContinuous && at(i).t - at(i - 1).t >= heldMs
      if (is(i - 1) && (is(i) || isHeld)) return i
    }
    return Infinity
  }
  const crossing = (i: number) => {
    const [a, b] = [at(i - 1), at(i)]
    if (!b.isContinuous) return b.d <= 0 ? b.t : a.t
    return a.t + ((b.t - a.t) * a.d) / (a.d - b.d)
  }
  const found: Passage[] = []
  if (fixes.length === 0) return found
  let [i, side] = [0, isOut(0) ? 'outside' : 'unknown']
  for (;;) {
    const entered = confirmed(i, isIn, 10_000)
    const left = confirmed(i, isOut, 30_000)
    if (side === 'inside') {
      if (left === Infinity) return found
      let last = left - 1
      while (!isIn(last)) last--
      found.push(['exit', crossing(last + 1)])
      ;[i, side] = [left, 'outside']
    } else if (side === 'unknown' && left < entered) [i, side] = [left, 'outside']
    else {
      if (entered === Infinity) return found
      if (side === 'outside') found.push(['enter', crossing(entered - 1)])
      ;[i, side] = [entered, 'inside']
    }
  }
}
