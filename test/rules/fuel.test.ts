import { expect } from 'chai'
import fc from 'fast-check'
import { DEFAULT_PARAMETERS } from '../../rules/parameters.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { FUEL_DRAIN, REFUEL, type FuelRule } from '../../rules/rule.ts'
import { parseState, writeState } from '../../rules/state.ts'
import { DEFAULT_SETTINGS } from '../../rules/settings.ts'
import { findChanges, type Level } from './fuel-oracle.ts'
import { fold } from './fold.ts'
import { BEGIN_MS, foldRule, type Line } from './rule-lines.ts'

const PARAMETERS = { ...DEFAULT_PARAMETERS, tankMl: 60_000 }
const settings = { parameters: PARAMETERS }
const METRES_PER_DEGREE = 111_319.49
const place = (metres: number) => ({ lat: 0, lon: 30 + metres / METRES_PER_DEGREE })
/** Last minute before the change, first one after it, and its size in %. */
type Answer = [before: number, after: number, percent: number]

const changesOf = (rule: FuelRule, lines: readonly Line[], of = settings): Answer[] =>
  foldRule(rule, lines, { settings: of }).results.events.map((it) => [
    (it.fromMs - BEGIN_MS) / 60_000,
    ((it.toMs ?? 0) - BEGIN_MS) / 60_000,
    (it.peak?.measure ?? 0) / 1000,
  ])
/** A level every 30 s, from a table of levels of each minute. `d`: driving. */
const minutes = (...table: (number | [level: number, how: 'd'])[]): Line[] => {
  let metres = 0
  return table.flatMap((it, i): Line[] => {
    const [level, isDriving] = typeof it === 'number' ? [it, false] : [it[0], true]
    return [0, 30].map((s): Line => {
      if (isDriving) metres += 400
      return [
        i * 60 + s,
        { ...place(metres), speed: isDriving ? 48 : 0, fuel_level: level, ignition: isDriving },
      ]
    })
  })
}
const times = <T>(count: number, it: T): T[] => Array.from({ length: count }, () => it)
const driving = (count: number, level: number) => times(count, [level, 'd'] as [number, 'd'])

describe('a refuel', () => {
  it('a refuel is a rise of the level while the vehicle stands', () => {
    const lines = minutes(...driving(6, 20), 20, 40, ...times(4, 70), ...driving(12, 70))
    expect(changesOf(REFUEL, lines)).to.deep.equal([[5.5, 9, 50]])
    expect(changesOf(FUEL_DRAIN, lines)).to.deep.equal([])
  })

  it('a refuel is known once the level has been steady for six minutes', () => {
    const lines = minutes(...times(6, 20), ...times(9, 70))
    expect(changesOf(REFUEL, [...lines, [15 * 60 - 1, {}]])).to.deep.equal([])
    expect(changesOf(REFUEL, [...lines, [15 * 60, { fuel_level: 70 }]])).to.deep.equal([[5.5, 6, 50]])
  })

  it('a refuel that takes some blocks is one event', () => {
    const lines = minutes(...times(6, 20), 25, 30, 35, 40, 45, 50, 55, 60, 65, ...times(15, 70))
    expect(changesOf(REFUEL, lines)).to.deep.equal([[5.5, 15, 50]])
  })

  it('a rise while driving, of less than the limit, or for a moment is not a refuel', () => {
    expect(changesOf(REFUEL, minutes(...driving(9, 20), ...driving(15, 70)))).to.deep.equal([])
    expect(changesOf(REFUEL, minutes(...times(6, 20), ...times(15, 27.9)))).to.deep.equal([])
    expect(changesOf(REFUEL, minutes(...times(6, 20), ...times(3, 70), ...times(15, 20)))).to.deep.equal([])
    // A sensor that reports 0 when it starts.
    expect(changesOf(REFUEL, minutes(...times(6, 50), 0, ...times(17, 50)))).to.deep.equal([])
  })

  it('a stand counts only if it is between the levels that are compared', () => {
    const stood = [0, 45, 90, 135, 180, 225].map((s): Line => [s, { speed: 0, fuel_level: 20 }])
    const driven = [360, 400, 440, 480, 540, 580, 620, 660, 720, 900, 1080].map((s): Line => [
      s,
      { speed: 50, fuel_level: s < 540 ? 20 : 30 },
    ])
    // The stand at 180 s has too few levels for a median, and is before the block of 360 s.
    expect(changesOf(REFUEL, [...stood, ...driven])).to.deep.equal([[2.25, 9, 10]])
    const stopped = [0, 45, 90, 135, 180, 225, 360, 400, 440, 480, 540, 720, 900].map((s): Line => [
      s,
      { speed: s === 180 || s === 225 ? 0 : 50, fuel_level: s < 360 ? 20 : 30 },
    ])
    expect(changesOf(REFUEL, stopped)).to.deep.equal([[2.25, 6, 10]])
  })

  it('the limit is in litres if the tank is so large that they are less', () => {
    const lines = minutes(...times(6, 20), ...times(15, 22.1))
    expect(changesOf(REFUEL, lines)).to.deep.equal([])
    // 10 l of 500 l are 2 %.
    const of = { parameters: { ...PARAMETERS, tankMl: 500_000 } }
    expect(changesOf(REFUEL, lines, of)).to.deep.equal([[5.5, 6, 2.1]])
  })

  it('levels before and after a refuel are at most 15 minutes apart', () => {
    const pause = (minute: number): Line[] => [
      ...minutes(...times(6, 20)),
      ...minutes(...times(15, 70)).map(([s, it]): Line => [s + minute * 60, it]),
    ]
    expect(changesOf(REFUEL, pause(18))).to.deep.equal([[5.5, 18, 50]])
    expect(changesOf(REFUEL, pause(21))).to.deep.equal([])
  })
})

describe('a fuel drain', () => {
  it('a drain is a fall of the level while the vehicle stands', () => {
    const lines = minutes(...driving(3, 60), ...times(9, 60), ...times(15, 50))
    expect(changesOf(FUEL_DRAIN, lines)).to.deep.equal([[11.5, 12, 10]])
    expect(changesOf(REFUEL, lines)).to.deep.equal([])
  })

  it('a fall that is undone within ten minutes is not a drain', () => {
    const undone = (after: number) => minutes(...times(9, 60), ...times(after, 50), ...times(15, 60))
    expect(changesOf(FUEL_DRAIN, undone(9))).to.deep.equal([])
    expect(changesOf(FUEL_DRAIN, undone(12))).to.deep.equal([[8.5, 9, 10]])
  })

  it('a fall while driving is not a drain', () => {
    expect(changesOf(FUEL_DRAIN, minutes(...driving(9, 60), ...driving(15, 50)))).to.deep.equal([])
    expect(
      changesOf(FUEL_DRAIN, minutes(...times(6, 60), ...driving(9, 50), ...times(15, 50))),
    ).to.deep.equal([])
  })

  it('driving off is not part of a drain', () => {
    const lines = minutes(...times(9, 60), ...times(6, 50), ...driving(3, 48), ...driving(15, 46))
    expect(changesOf(FUEL_DRAIN, lines)).to.deep.equal([[8.5, 9, 10]])
  })

  it('a drain that takes some blocks is one event', () => {
    const lines = minutes(
      ...times(9, 60),
      ...times(3, 50),
      ...times(3, 40),
      ...times(3, 30),
      ...times(15, 20),
    )
    expect(changesOf(FUEL_DRAIN, lines)).to.deep.equal([[8.5, 18, 40]])
  })

  it('expected use is not a drain', () => {
    const idle = (rate: number): Line[] =>
      minutes(...times(6, 60), ...times(15, 54.9)).map(([s, it]) => [s, { ...it, fuel_rate: rate }])
    // 12 l/h for three minutes are 1 % of 60 l.
    expect(changesOf(FUEL_DRAIN, idle(0))).to.deep.equal([[5.5, 6, 5.1]])
    expect(changesOf(FUEL_DRAIN, idle(12))).to.deep.equal([])
  })

  it('a drain is found although the tracker slept', () => {
    const asleep = (hours: number, metres: number): Line[] => [
      ...minutes(...times(6, 60)),
      ...minutes(...times(15, 40)).map(([s, it]): Line => [s + hours * 3600, { ...it, ...place(metres) }]),
    ]
    expect(changesOf(FUEL_DRAIN, asleep(8, 50))).to.deep.equal([[5.5, 480, 20]])
    expect(changesOf(FUEL_DRAIN, asleep(13, 50))).to.deep.equal([])
    // The vehicle was driven, or towed, without reports.
    expect(changesOf(FUEL_DRAIN, asleep(8, 5000))).to.deep.equal([])
  })
})

describe('changes of the fuel level', () => {
  interface Leg {
    count: number
    spacingMs: number
    isMoving: boolean
    level: number
    noise: number[]
    rate: number | undefined
    hasLevel: boolean
  }
  const leg: fc.Arbitrary<Leg> = fc.record({
    count: fc.integer({ min: 1, max: 24 }),
    spacingMs: fc.constantFrom(5000, 20_000, 30_000, 45_000, 60_000, 200_000, 1_000_000),
    isMoving: fc.constantFrom(true, false, false),
    level: fc.constantFrom(20, 30, 50, 55, 60),
    noise: fc.array(fc.constantFrom(0, 0, 0, 1, -2, 9), { minLength: 1, maxLength: 4 }),
    rate: fc.constantFrom(undefined, 0, 2, 20),
    hasLevel: fc.constantFrom(true, true, true, true, false),
  })
  const fuelTraces = fc.array(leg, { minLength: 2, maxLength: 12 }).map((legs) => {
    let [timeMs, metres] = [BEGIN_MS, 0]
    return legs.flatMap((it) =>
      Array.from({ length: it.count }, (_, i): TimedReading => {
        timeMs += it.spacingMs
        if (it.isMoving) metres += Math.min(it.spacingMs, 20_000) / 100
        return {
          timeMs,
          ...place(metres),
          speed: it.isMoving ? 36 : 0,
          ...(it.rate !== undefined && { fuel_rate: it.rate }),
          ...(it.hasLevel && { fuel_level: it.level + (it.noise[i % it.noise.length] ?? 0) }),
        }
      }),
    )
  })
  const rules: FuelRule[] = [REFUEL, FUEL_DRAIN, { ...FUEL_DRAIN, apartMs: 900_000, litres: null }]

  it('the fold gives the refuels and drains of the definition', () => {
    let found = 0
    fc.assert(
      fc.property(fuelTraces, fc.constantFrom(...rules), (readings, rule) => {
        const settled = { ...DEFAULT_SETTINGS, ...settings, rules: [{ key: 'rule', ...rule }] }
        const { results, states } = fold(readings, settled)
        const levels = readings.flatMap(({ timeMs, fuel_level, fuel_rate, speed = 0, lon = 0 }): Level[] =>
          fuel_level === undefined
            ? []
            : [
                {
                  t: timeMs,
                  level: Math.round(fuel_level * 1000),
                  moving: speed > 0,
                  rate: Math.round((fuel_rate ?? 0) * 1000),
                  metres: (lon - 30) * METRES_PER_DEGREE,
                },
              ],
        )
        const expected = findChanges(levels, rule, PARAMETERS, readings.at(-1)?.timeMs ?? 0)
        expect(results.events.map((it) => [it.fromMs, it.toMs, it.peak?.measure])).to.deep.equal(expected)
        found += expected.length
        for (const it of states) expect(writeState(it).length).to.be.below(4096)
      }),
      { numRuns: 300 },
    )
    expect(found).to.be.above(50)
  })

  it('the fold of levels continues from any stored state', () => {
    fc.assert(
      fc.property(fuelTraces, fc.constantFrom(...rules), fc.nat(), (readings, rule, at) => {
        const settled = { ...DEFAULT_SETTINGS, ...settings, rules: [{ key: 'rule', ...rule }] }
        const cut = at % (readings.length + 1)
        const whole = fold(readings, settled)
        const first = fold(readings.slice(0, cut), settled)
        const second = fold(readings.slice(cut), settled, parseState(writeState(first.state)))
        expect(writeState(second.state)).to.equal(writeState(whole.state))
        expect([...first.results.events, ...second.results.events]).to.deep.equal(whole.results.events)
      }),
      { numRuns: 200 },
    )
  })

  it('the memory of levels forgets a late reading within seven blocks', () => {
    const lines = minutes(...times(90, 50))
    const [with_, without_] = [[[1000, { fuel_level: 90 }] as Line], []].map((late) =>
      foldRule(
        REFUEL,
        [...lines, ...late].toSorted(([a], [b]) => a - b),
        { settings },
      ),
    )
    expect(with_ && writeState(with_.state)).to.equal(without_ && writeState(without_.state))
  })
})
