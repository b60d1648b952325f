import { expect } from 'chai'
import fc from 'fast-check'
import { REGIMES, type Regime } from '../../rules/anomaly.ts'
import { levelsOfDay, wholeDay } from '../../rules/day-levels.ts'
import { merge } from '../../rules/histogram.ts'
import { DEFAULT_PARAMETERS } from '../../rules/parameters.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { evaluate } from './oracle.ts'
import { traces } from './traces.ts'

const BEGIN_MS = Date.UTC(2026, 10, 29)
const at = (s: number, fields: Partial<TimedReading>): TimedReading => ({
  timeMs: BEGIN_MS + s * 1000,
  ...fields,
})
/** Regime, revolutions per minute, and seconds. */
const secondsOf = (readings: TimedReading[]) =>
  Object.entries(wholeDay(levelsOfDay(readings, 'rpm', DEFAULT_PARAMETERS))).flatMap(([regime, histogram]) =>
    histogram.map(([bin, ms]) => [regime, bin * 25, ms / 1000]),
  )

describe('the levels of a day', () => {
  const warm = Array.from({ length: 13 }, (_, i) => at(i * 50, { ignition: true, speed: 0, rpm: 800 }))

  it('a level is held until the next one, for a minute at most', () => {
    const readings = [
      ...warm,
      at(610, { speed: 0, rpm: 900 }),
      at(640, { speed: 0, rpm: 1000 }),
      at(660, { speed: 0 }),
      at(760, { speed: 0, rpm: 800 }),
    ]
    expect(secondsOf(readings)).to.deep.equal([
      ['idle', 800, 10],
      ['idle', 900, 30],
      ['idle', 1000, 60],
    ])
  })

  it('levels are separate for standing, slow and fast driving with a warm engine', () => {
    const readings = [
      ...warm,
      at(610, { speed: 30, rpm: 1500 }),
      at(630, { speed: 50, rpm: 2000 }),
      at(660, { speed: 50, rpm: 2000 }),
    ]
    expect(secondsOf(readings)).to.deep.equal([
      ['idle', 800, 10],
      ['slow', 1500, 20],
      ['fast', 2000, 30],
    ])
    // The engine is on for less than ten minutes.
    expect(secondsOf(readings.slice(2))).to.deep.equal([])
  })

  it('an engine is cold after a gap, and after it was off', () => {
    const off = at(605, { ignition: false })
    expect(
      secondsOf([...warm, off, at(610, { ignition: true, rpm: 800 }), at(620, { rpm: 800 })]),
    ).to.deep.equal([['idle', 800, 10]])
    expect(
      secondsOf([...warm, at(1000, { ignition: true, rpm: 800 }), at(1010, { rpm: 800 })]),
    ).to.deep.equal([['idle', 800, 60]])
  })

  it('windows are ten minutes of UTC', () => {
    const readings = [...warm, at(1190, { rpm: 900 }), at(1210, { rpm: 900 }), at(1230, { rpm: 900 })]
    const { idle } = levelsOfDay(readings, 'rpm', { ...DEFAULT_PARAMETERS, gapMs: 600_000 })
    expect(idle.map((it) => [(it.startMs - BEGIN_MS) / 1000, it.histogram])).to.deep.equal([
      [
        600,
        [
          [32, 60_000],
          [36, 20_000],
        ],
      ],
      [1200, [[36, 20_000]]],
    ])
  })

  it('levels of any readings are those of the definition', () => {
    const WARM_MS = 600_000
    let total = 0
    fc.assert(
      fc.property(traces, (trace) => {
        const readings = trace.map((it) => ({
          ...it,
          timeMs: BEGIN_MS + (it.timeMs - (trace[0]?.timeMs ?? 0)),
        }))
        const { facts } = evaluate(readings, DEFAULT_PARAMETERS)
        const valued = facts.filter((it) => it.reading.rpm !== undefined)
        const sums: Record<Regime, Map<number, number>> = {
          idle: new Map(),
          slow: new Map(),
          fast: new Map(),
        }
        for (const [n, it] of valued.entries()) {
          const i = facts.indexOf(it)
          const off = facts.findLastIndex(
            (of, k) =>
              k <= i &&
              (of.engine !== true || (k > 0 && of.t - (facts[k - 1]?.t ?? 0) > DEFAULT_PARAMETERS.gapMs)),
          )
          const sinceMs =
            off === -1 ? facts[0]?.t : facts[off]?.engine === true ? facts[off]?.t : facts[off + 1]?.t
          if (it.engine !== true || sinceMs === undefined || it.t - sinceMs < WARM_MS) continue
          if (it.moving && it.speed === undefined) continue
          const regime = it.moving ? ((it.speed ?? 0) < 50_000 ? 'slow' : 'fast') : 'idle'
          const next = valued[n + 1]?.t ?? facts.at(-1)?.t ?? it.t
          const isLast = valued[n + 1] === undefined
          const ms = Math.min(next - it.t, 60_000)
          if (isLast && next - it.t <= 60_000) continue
          const bin = Math.floor((it.reading.rpm ?? 0) / 25)
          sums[regime].set(bin, (sums[regime].get(bin) ?? 0) + ms)
        }
        const found = wholeDay(levelsOfDay(readings, 'rpm', DEFAULT_PARAMETERS))
        for (const it of REGIMES) {
          expect(found[it].filter(([, ms]) => ms > 0)).to.deep.equal(
            merge([[...sums[it]]]).filter(([, ms]) => ms > 0),
          )
          total += found[it].length
        }
      }),
      { numRuns: 300 },
    )
    expect(total).to.be.above(20)
  })
})
