import type { IntervalTimes } from '../../rules/interval-rule.ts'
import type { Fact } from './oracle.ts'

/** First and last time (`null`: open). */
export type Span = [from: number, to: number | null]

/** The definitions of faults and statuses of devices, by brute force over the whole list. */

export function findSilence(facts: readonly Fact[], afterMs: number): Span[] {
  return facts.flatMap((it, i): Span[] => {
    const next = facts[i + 1]
    return next !== undefined && it.engine === true && next.t - it.t > afterMs ? [[it.t, next.t]] : []
  })
}

/** @param labelOf `undefined` if the reading says nothing, `null` if it says that all is well */
export function findReports(
  facts: readonly Fact[],
  labelOf: (it: Fact) => string | null | undefined,
  coolDownMs: number,
): Span[] {
  const said = facts.flatMap((it) => {
    const label = labelOf(it)
    return label === undefined ? [] : { t: it.t, label }
  })
  const lastMs = facts.at(-1)?.t ?? 0
  const isBoundary = (i: number) => {
    const [a, b] = [said[i - 1], said[i]]
    return a === undefined || b === undefined || a.label !== b.label || b.t - a.t > coolDownMs
  }
  return said.flatMap(({ t, label }, i): Span[] => {
    if (label === null || !isBoundary(i)) return []
    let end = i
    while (!isBoundary(end + 1)) end++
    const to = said[end]?.t ?? t
    const isOpen = end === said.length - 1 && lastMs - to <= coolDownMs
    return [[t, isOpen ? null : to]]
  })
}

export function findFrozen(facts: readonly Fact[], speedAbove: number, times: IntervalTimes): Span[] {
  const driven = facts.flatMap(({ t, reading, at }) =>
    reading.speed !== undefined && reading.speed > speedAbove && at ? { t, at: `${at.lat} ${at.lon}` } : [],
  )
  const lastMs = facts.at(-1)?.t ?? 0
  const isBoundary = (i: number) => {
    const [a, b] = [driven[i - 1], driven[i]]
    return a === undefined || b === undefined || a.at !== b.at || b.t - a.t > times.gapMs
  }
  return driven.flatMap(({ t }, i): Span[] => {
    if (!isBoundary(i)) return []
    let end = i
    while (!isBoundary(end + 1)) end++
    const to = driven[end]?.t ?? t
    if (to - t < times.forMs || end - i + 1 < times.minReadings) return []
    const isOpen = end === driven.length - 1 && lastMs - to <= times.gapMs
    return [[t, isOpen ? null : to]]
  })
}

export function findRestarts(facts: readonly Fact[], least: number, withinMs: number): Span[] {
  const numbered = facts.filter((it) => it.reading.seq !== undefined)
  const restarts = numbered.flatMap((it, i) => {
    const before = numbered[i - 1]
    const isRestart = before !== undefined && (it.reading.seq ?? 0) < (before.reading.seq ?? 0)
    return isRestart && it.t - before.t <= withinMs ? it.t : []
  })
  const tooMany = restarts.flatMap((t, i) => {
    const first = restarts[i - least + 1]
    return first !== undefined && t - first <= withinMs ? { t, first } : []
  })
  const lastMs = facts.at(-1)?.t ?? 0
  const isBoundary = (i: number) => {
    const [a, b] = [tooMany[i - 1], tooMany[i]]
    return a === undefined || b === undefined || b.t - a.t > withinMs
  }
  return tooMany.flatMap(({ t, first }, i): Span[] => {
    if (!isBoundary(i)) return []
    let end = i
    while (!isBoundary(end + 1)) end++
    const to = tooMany[end]?.t ?? t
    return [[first, end === tooMany.length - 1 && lastMs - to <= withinMs ? null : to]]
  })
}
