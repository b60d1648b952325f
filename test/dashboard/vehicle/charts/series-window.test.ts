import { expect } from 'chai'
import {
  SERIES_POINTS_MAX,
  SeriesWindow,
  withGaps,
} from '../../../../dashboard/vehicle/charts/series-window.ts'

const HOUR_MS = 3_600_000

describe('the window of a series', () => {
  it('live values follow the loaded history, each in its place and once', () => {
    const series = new SeriesWindow(HOUR_MS)
    series.load([
      { timeMs: 1, value: 10 },
      { timeMs: 5, value: 50 },
    ])
    for (const [timeMs, value] of [
      [9, 90],
      [3, 30],
      [9, 91],
      [0, 0],
      [9, 90],
      [3, 31],
    ] as const)
      series.append(timeMs, value)
    expect(series.times).to.deep.equal([0, 1, 3, 3, 5, 9, 9])
    expect(series.values).to.deep.equal([0, 10, 30, 31, 50, 90, 91])
  })

  it('values that came while the history was loading are kept', () => {
    const series = new SeriesWindow(HOUR_MS)
    series.append(4, 40)
    series.append(7, 70)
    series.load([
      { timeMs: 1, value: 10 },
      { timeMs: 5, value: 50 },
    ])
    expect(series.times).to.deep.equal([1, 5, 7])
  })

  it('live values of the last instant of the history are kept', () => {
    const load = (ends: number[]) => {
      const series = new SeriesWindow(HOUR_MS)
      for (const value of [50, 51, 52]) series.append(5, value)
      series.append(7, 70)
      series.load([{ timeMs: 1, value: 10 }, ...ends.map((value) => ({ timeMs: 5, value }))])
      return series.values
    }
    expect(load([50])).to.deep.equal([10, 50, 51, 52, 70])
    expect(load([50, 51])).to.deep.equal([10, 50, 51, 52, 70])
    expect(load([48, 50, 51, 52])).to.deep.equal([10, 48, 50, 51, 52, 70])
    expect(load([49])).to.deep.equal([10, 49, 50, 51, 52, 70])
  })

  it('values older than the span are dropped', () => {
    const series = new SeriesWindow(100)
    for (const timeMs of [0, 50, 150, 200]) series.append(timeMs, timeMs)
    series.trim(250)
    expect(series.times).to.deep.equal([150, 200])
    series.trim(1000)
    expect(series.times).to.deep.equal([])
  })

  it('a series that is too long is thinned and keeps its peaks', () => {
    const series = new SeriesWindow(HOUR_MS)
    for (let at = 0; at < 3 * SERIES_POINTS_MAX; at++)
      series.append(at, at === 1001 ? 99 : at === 1777 ? -99 : at % 3)
    expect(series.times.length).to.be.at.most(SERIES_POINTS_MAX)
    expect(Math.max(...series.values)).to.equal(99)
    expect(Math.min(...series.values)).to.equal(-99)
    expect(series.times).to.deep.equal(series.times.toSorted((a, b) => a - b))
    expect(series.times.at(-1)).to.be.above(3 * SERIES_POINTS_MAX - 5)
  })
})

describe('the columns of a chart', () => {
  it('a chart has a hole where no value came for long', () => {
    expect(withGaps([0, 1000, 9000], [1, 2, 3], 5000)).to.deep.equal([
      [0, 1, 5, 9],
      [1, 2, null, 3],
    ])
  })

  it('several values of one instant get rising times and stay in order', () => {
    const nowMs = Date.UTC(2026, 10, 29)
    const [seconds, values] = withGaps([nowMs, nowMs, nowMs, nowMs + 1, nowMs + 1], [1, 3, 2, 5, 4], 5000)
    expect(values).to.deep.equal([1, 3, 2, 5, 4])
    for (const [at, second] of seconds.entries()) expect(second).to.be.above(seconds[at - 1] ?? 0)
    expect(seconds[3]).to.equal((nowMs + 1) / 1000)
  })
})
