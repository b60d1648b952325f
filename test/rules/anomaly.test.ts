import { expect } from 'chai'
import fc from 'fast-check'
import { median, medianAbsoluteDeviation } from 'simple-statistics'
import {
  baselineOf,
  binOf,
  DRIFT_LIMITS,
  findDrifts,
  findLevelAnomalies,
  LEVEL_LIMITS,
  regimeOf,
  scoreOf,
  SIGNALS,
  WINDOW_MS,
  type FuelDay,
  type Window,
} from '../../rules/anomaly.ts'
import { addTime, deviationOf, medianOf, merge, totalMs, type Histogram } from '../../rules/histogram.ts'

const DAY = Date.UTC(2026, 10, 29) / 86_400_000
const MINUTE = 60_000
const COOLANT = { signal: 'coolant_temp', ...LEVEL_LIMITS } as const

const histogramOf = (bins: readonly number[], ms = 1): Histogram =>
  bins.reduce<Histogram>((histogram, bin) => addTime(histogram, bin, ms), [])
/** A minute for each temperature. */
const coolant = (...degrees: number[]): Histogram =>
  histogramOf(
    degrees.map((it) => binOf('coolant_temp', it)),
    MINUTE,
  )

describe('a histogram', () => {
  const bins = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 })

  it('median and deviation are those of the values', () => {
    fc.assert(
      fc.property(bins, (values) => {
        // Of an even number of values, simple-statistics takes the mean of the two in the middle.
        const odd = values.length % 2 === 1 ? values : values.slice(1)
        if (odd.length === 0) return
        const histogram = histogramOf(odd)
        const middle = medianOf(histogram) ?? NaN
        expect(middle).to.equal(median(odd))
        expect(deviationOf(histogram, middle)).to.equal(medianAbsoluteDeviation(odd))
      }),
      { numRuns: 300 },
    )
  })

  it('a histogram does not depend on the order or grouping of values', () => {
    fc.assert(
      fc.property(bins, fc.nat(), (values, at) => {
        const cut = at % values.length
        const parts = [values.slice(cut), values.slice(0, cut)].map((it) => histogramOf(it))
        expect(merge(parts)).to.deep.equal(histogramOf(values))
        expect(histogramOf(values.toReversed())).to.deep.equal(histogramOf(values))
        expect(totalMs(merge(parts))).to.equal(values.length)
      }),
      { numRuns: 300 },
    )
  })

  it('a histogram without time has no median', () => {
    expect(medianOf([])).to.equal(null)
    expect(medianOf([[3, 0]])).to.equal(null)
  })
})

describe('a regime', () => {
  it('a regime is a kind of driving with a warm engine', () => {
    expect(regimeOf(600_000, false, 0)).to.equal('idle')
    expect(regimeOf(600_000, true, 49_999)).to.equal('slow')
    expect(regimeOf(600_000, true, 50_000)).to.equal('fast')
    expect(regimeOf(599_999, true, 50_000)).to.equal(null)
    expect(regimeOf(null, false, 0)).to.equal(null)
    expect(regimeOf(600_000, true, null)).to.equal(null)
  })
})

describe('an anomaly of a level', () => {
  const hour = Array.from({ length: 60 }, (_, i) => 88 + (i % 5))
  const daysBefore = (count: number) =>
    new Map(Array.from({ length: count }, (_, i) => [DAY - 1 - i, coolant(...hour)] as const))

  it('a baseline is of the 28 days before, and needs seven of them and two hours', () => {
    const baseline = baselineOf(daysBefore(28), DAY)
    expect(baseline).to.deep.equal({ median: 180, deviation: 2 })
    expect(baselineOf(daysBefore(6), DAY)).to.equal(null)
    expect(baselineOf(daysBefore(7), DAY)).to.deep.equal(baseline)
    const short = new Map([...daysBefore(7)].map(([day]) => [day, coolant(...hour.slice(0, 17))]))
    expect(baselineOf(short, DAY)).to.equal(null)
    // The day itself, later days and those before the 28 do not count.
    const others = [DAY, DAY + 1, DAY - 29].map((day) => [day, coolant(...hour, ...hour)] as const)
    expect(baselineOf(new Map(others), DAY)).to.equal(null)
    expect(
      baselineOf(new Map([...daysBefore(7), ...others.map(([day]) => [day, coolant(120)] as const)]), DAY),
    ).to.deep.equal(baseline)
  })

  it('a score is in standard deviations, which have a least value', () => {
    const window = coolant(99, 99, 99)
    // 9 degrees, with a median absolute deviation of 2 degrees
    expect(scoreOf('coolant_temp', window, { median: 180, deviation: 4 })).to.be.closeTo(3.035, 0.001)
    const floor = SIGNALS.coolant_temp.floor / 1000
    expect(scoreOf('coolant_temp', window, { median: 180, deviation: 0 })).to.be.closeTo(
      (9 * 0.6745) / floor,
      0.001,
    )
    expect(scoreOf('coolant_temp', coolant(99), { median: 180, deviation: 4 })).to.equal(null)
  })

  const baseline = { median: 180, deviation: 2 }
  const windowsOf = (...degrees: (number | null)[]): Window[] =>
    degrees.map((it, i) => ({
      startMs: DAY * 86_400_000 + i * WINDOW_MS,
      histogram: it === null ? coolant(90) : coolant(it, it, it),
    }))
  const find = (windows: Window[], isOver = true) =>
    findLevelAnomalies(windows, baseline, COOLANT, isOver).map((it) => [
      (it.fromMs - DAY * 86_400_000) / WINDOW_MS,
      it.toMs === null ? null : (it.toMs - DAY * 86_400_000) / WINDOW_MS,
      it.peak.difference / 1000,
    ])

  it('an anomaly is three windows in a row that are far from the usual level', () => {
    expect(find(windowsOf(90, 100, 103, 101, 90))).to.deep.equal([[1, 4, 13]])
    expect(find(windowsOf(90, 100, 103, 90, 101, 90))).to.deep.equal([])
    expect(find(windowsOf(90, 98, 98, 98, 90))).to.deep.equal([])
  })

  it('windows on the other side begin another anomaly', () => {
    expect(find(windowsOf(100, 100, 80, 80))).to.deep.equal([])
    expect(find(windowsOf(100, 100, 100, 80, 80, 80))).to.deep.equal([
      [0, 3, 10],
      [3, 6, -10],
    ])
  })

  it('windows with too little data are left out', () => {
    expect(find(windowsOf(100, null, 100, null, 100, 90))).to.deep.equal([[0, 5, 10]])
  })

  it('an anomaly is open while the day lasts and the newest window belongs to it', () => {
    expect(find(windowsOf(100, 100, 100), false)).to.deep.equal([[0, null, 10]])
    expect(find(windowsOf(100, 100, 100), true)).to.deep.equal([[0, 3, 10]])
    expect(find(windowsOf(100, 100, 100, 90), false)).to.deep.equal([[0, 3, 10]])
  })

  it('vehicle-months with a coolant drift are found, and clean ones hardly ever raise an alarm', () => {
    const random = generator(7)
    const month = (shift: number) => {
      const usual = 85 + 8 * random()
      const windows = (offset: number) =>
        Array.from({ length: 12 }, (_, i): Window => {
          const own = usual + 1.5 * normal(random)
          const values = Array.from({ length: 10 }, () => own + 2 * normal(random) + offset)
          return { startMs: i * WINDOW_MS, histogram: coolant(...values) }
        })
      const days = new Map<number, Histogram>()
      let found = 0
      for (let day = 0; day < 30; day++) {
        const today = windows(day >= 25 ? shift : 0)
        const before = baselineOf(days, day)
        if (before) found += findLevelAnomalies(today, before, COOLANT, true).length
        days.set(day, merge(today.map((it) => it.histogram)))
      }
      return found
    }
    const shifted = Array.from({ length: 100 }, () => month(22))
    const clean = Array.from({ length: 100 }, () => month(0))
    expect(shifted.filter((it) => it > 0).length).to.be.at.least(90)
    // One in 100 vehicle-weeks would be four.
    expect(clean.reduce((a, b) => a + b)).to.be.at.most(4)
  })
})

describe('a drift of consumption', () => {
  const fuelDay = (day: number, litres: number, km = 200): FuelDay => ({
    day,
    distanceMm: km * 1e6,
    fuelUl: litres * (km / 100) * 1e6,
  })
  const steady = (count: number, of: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => fuelDay(i, of(i)))
  const noise = (i: number) => 30 + ((i * 7) % 5) * 0.3
  const find = (days: FuelDay[], model = new Map<number, number>()) =>
    findDrifts(days, model, DRIFT_LIMITS).map((it) => [it.fromDay, it.toDay])

  it('a drift is a rise of consumption for some days', () => {
    expect(find(steady(40, noise))).to.deep.equal([])
    // 15 % are 5 of the least deviations of 3 %, less the allowance.
    expect(find(steady(40, (i) => noise(i) * (i < 30 ? 1 : 1.15)))).to.deep.equal([[30, null]])
    expect(find(steady(40, (i) => noise(i) * (i < 30 ? 1 : 0.85)))).to.deep.equal([])
    expect(find(steady(40, (i) => noise(i) * (i === 30 ? 1.1 : 1)))).to.deep.equal([])
  })

  it('a drift ends once consumption was usual for some days', () => {
    const [drift, ...others] = find(steady(90, (i) => noise(i) * (i >= 30 && i < 34 ? 1.15 : 1)))
    expect(others).to.deep.equal([])
    expect(drift?.[0]).to.equal(30)
    expect(drift?.[1]).to.be.within(34, 60)
  })

  it('a drift needs 21 days with 20 km each', () => {
    const rise = (i: number) => noise(i) * (i < 20 ? 1 : 1.3)
    expect(find(steady(21, rise))).to.deep.equal([])
    expect(find(steady(26, (i) => noise(i) * (i < 21 ? 1 : 1.3)))).to.deep.equal([[21, null]])
    const short = steady(40, (i) => noise(i) * (i < 30 ? 1 : 1.15)).map((it) => ({
      ...it,
      distanceMm: it.distanceMm / 11,
      fuelUl: it.fuelUl / 11,
    }))
    expect(find(short)).to.deep.equal([])
  })

  it('a rise that all vehicles of the model have is not a drift', () => {
    const winter = (i: number) => (i < 30 ? 1 : 1.15)
    const days = steady(40, (i) => noise(i) * winter(i))
    const model = new Map(Array.from({ length: 40 }, (_, i) => [i, 31_000 * winter(i)] as const))
    expect(find(days, model)).to.deep.equal([])
    const others = new Map(Array.from({ length: 40 }, (_, i) => [i, 31_000] as const))
    expect(find(days, others)).to.deep.equal([[30, null]])
  })

  it('a result depends on the eight weeks before, in any order of days', () => {
    const days = steady(120, (i) => noise(i) * (i < 100 ? 1 : 1.15))
    const all = findDrifts(days, new Map(), DRIFT_LIMITS)
    const recent = findDrifts(days.slice(120 - 80), new Map(), DRIFT_LIMITS)
    expect(all).to.deep.equal(recent)
    expect(findDrifts(days.toReversed(), new Map(), DRIFT_LIMITS)).to.deep.equal(all)
  })

  it('a rise of an eighth of a percent each day is too slow for a drift', () => {
    // Its residuals exceed the allowance by 0.1 a day, which are 2.8 in four weeks and more than 5 in eight.
    expect(find(steady(200, (i) => 30 * (1 + 0.00124 * i)))).to.deep.equal([])
    expect(find(steady(200, (i) => 30 * (1 + 0.002 * i)))).to.not.deep.equal([])
  })

  it('vehicle-months with 15 % more fuel are found, and clean ones hardly ever raise an alarm', () => {
    const random = generator(11)
    const month = (factor: number) => {
      const usual = 25 + 10 * random()
      const days = steady(30, (i) => usual * (1 + 0.04 * normal(random)) * (i < 23 ? 1 : factor))
      return find(days).length
    }
    const raised = Array.from({ length: 100 }, () => month(1.15))
    const clean = Array.from({ length: 100 }, () => month(1))
    expect(raised.filter((it) => it > 0).length).to.be.at.least(90)
    expect(clean.reduce((a, b) => a + b)).to.be.at.most(4)
  })
})

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let it = Math.imul(state ^ (state >>> 15), 1 | state)
    it = (it + Math.imul(it ^ (it >>> 7), 61 | it)) ^ it
    return ((it ^ (it >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A normal distribution with a deviation of 1, by Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
