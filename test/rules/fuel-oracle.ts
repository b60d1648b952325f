import type { Parameters } from '../../rules/parameters.ts'
import type { FuelRule } from '../../rules/rule.ts'

/** A reading with a level, in 1/1000 %, and ml/h of expected use. Metres are along a line. */
export interface Level {
  t: number
  level: number
  moving: boolean
  rate: number
  metres: number
}
export type Change = [from: number, to: number, amount: number]

/**
 * The definition of refuels and drains, by brute force: the whole list is cut into blocks, and each change is searched
 * for in the list of blocks after the one before. Changes that the last block does not yet confirm are left out.
 */
export function findChanges(
  levels: readonly Level[],
  rule: FuelRule,
  p: Parameters,
  endMs: number,
): Change[] {
  const found: Change[] = []
  let rest = [...levels]
  while (rest.length > 0) {
    const torn = rest.findIndex((it, i) => i > 0 && it.t - (rest[i - 1]?.t ?? 0) > rule.apartMs)
    const part = torn === -1 ? rest : rest.slice(0, torn)
    rest = torn === -1 ? [] : rest.slice(torn)
    const nextMs = rest[0]?.t ?? endMs
    found.push(...findInPart(part, rule, p, nextMs - (part.at(-1)?.t ?? 0) > rule.apartMs))
  }
  return found
}

function findInPart(levels: readonly Level[], rule: FuelRule, p: Parameters, isOver: boolean): Change[] {
  const sign = rule.kind === 'refuel' ? 1 : -1
  const settleMs = rule.kind === 'refuel' ? 360_000 : 600_000
  const number = (t: number) => Math.floor(t / 180_000)
  const groups = [...new Set(levels.map((it) => number(it.t)))].map((n) => {
    const inside = levels.filter((it) => number(it.t) === n)
    const slots = [...new Set(inside.map((it) => Math.floor(it.t / 15_000)))]
    const samples = slots.map((slot) => inside.find((it) => Math.floor(it.t / 15_000) === slot)?.level ?? 0)
    const sorted = samples.toSorted((a, b) => a - b)
    return {
      inside,
      from: inside[0]?.t ?? 0,
      to: inside.at(-1)?.t ?? 0,
      count: samples.length,
      median: sorted[Math.ceil(sorted.length / 2) - 1] ?? 0,
    }
  })
  // The last group is not complete before a reading in another one.
  const complete = isOver ? groups : groups.slice(0, -1)
  const candidates = complete.filter((it) => it.count >= 3)
  /** Time of the first reading with a level after a group. */
  const after = (g: (typeof groups)[number]) => groups[groups.indexOf(g) + 1]?.from ?? Infinity
  const between = (a: number, b: number) => levels.filter((it) => it.t > a && it.t < b)
  const least = Math.min(
    rule.points * 1000,
    rule.litres === null || p.tankMl === null ? Infinity : Math.floor((rule.litres * 1e8) / p.tankMl + 0.5),
  )
  const expected = (a: number, b: number) => {
    if (sign > 0 || p.tankMl === null) return 0
    const ul = levels
      .filter((it) => it.t > a && it.t <= b)
      .reduce((total, it) => {
        const ms = Math.min(it.t - (levels[levels.indexOf(it) - 1]?.t ?? it.t), p.gapMs)
        return total + Math.floor((it.rate * ms) / 3600 + 0.5)
      }, 0)
    return Math.floor((ul * 100) / p.tankMl + 0.5)
  }
  const found: Change[] = []
  let start = 0
  for (let k = 0; k < candidates.length; k++) {
    const top = candidates[k]
    if (top === undefined) break
    let best: { from: number; median: number; amount: number } | undefined
    for (let j = k - 1; j >= Math.max(start, k - 6); j--) {
      const base = candidates[j]
      if (base === undefined || top.from - base.to > rule.apartMs) continue
      const amount = sign * (top.median - base.median) - expected(base.to, top.to)
      if (amount < least || amount <= (best?.amount ?? -Infinity)) continue
      const way = between(base.to, top.from)
      const hasStood = [...base.inside, ...way, ...top.inside].some((it) => !it.moving)
      const firstOfBase = base.inside.at(-1)?.metres ?? 0
      const isStill =
        !way.some((it) => it.moving) && Math.abs((top.inside[0]?.metres ?? 0) - firstOfBase) <= 100
      if (hasStood && (sign > 0 || isStill)) best = { from: base.to, median: base.median, amount }
    }
    if (best === undefined) continue
    let [untilMs, peak, i, isUndone] = [top.from + settleMs, k, k + 1, false]
    for (; i < candidates.length; i++) {
      const next = candidates[i]
      // A change is settled by the first reading with a level, in another group, after its time.
      const deadlineMs = untilMs
      const settled = groups.find((it) => it.from > deadlineMs && it.from > (candidates[i - 1]?.to ?? 0))
      if (next === undefined || (settled !== undefined && next.from >= settled.from)) break
      if (sign * (next.median - best.median) < least) isUndone = true
      if (isUndone) break
      const reached = candidates[peak] ?? top
      const isStill = levels.every((it) => it.t < reached.from || it.t > next.to || !it.moving)
      if (sign * (next.median - reached.median) >= 1000 && (sign > 0 || isStill)) {
        peak = i
        untilMs = next.from + settleMs
      }
    }
    if (isUndone) {
      start = i
      k = i
      continue
    }
    const settledMs = untilMs
    const isSettled = isOver || groups.some((it) => it.from > settledMs)
    if (!isSettled) break
    const last = candidates[peak]
    if (last === undefined || after(top) === undefined) break
    found.push([best.from, last.from, Math.abs(last.median - best.median)])
    start = peak
    k = i - 1
  }
  return found
}
