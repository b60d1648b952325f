import { expect } from 'chai'
import {
  createLatencyBuckets,
  percentileMs,
  type BucketCount,
} from '../../../simulator/run/latency-buckets.ts'
import { createLatencySeries, type LatencySecond } from '../../../simulator/run/latency-series.ts'

describe('buckets of latencies', () => {
  it('a bucket is at most a thirty-second wide, from a microsecond to 17 minutes', () => {
    for (let us = 1; us < 2 ** 30; us = Math.ceil(us * 1.07)) {
      const buckets = createLatencyBuckets()
      buckets.add(us)
      const [[bound, count] = [0, 0]] = buckets.counts()
      expect(count).to.equal(1)
      expect(bound, `${us} us`).to.be.within(us, us * (1 + 1 / 32))
    }
  })

  it('values out of range are in the first and last bucket', () => {
    const buckets = createLatencyBuckets()
    for (const us of [-1, 0, 2 ** 31, Infinity]) buckets.add(us)
    expect(buckets.counts()).to.deep.equal([
      [0, 2],
      [2 ** 30 - 1, 2],
    ])
  })

  it('several counts are merged by concatenation', () => {
    const counts = [1000, 2000].flatMap((most): BucketCount[] => {
      const buckets = createLatencyBuckets()
      for (let ms = most - 999; ms <= most; ms++) buckets.add(ms * 1000)
      return buckets.counts()
    })
    expect(percentileMs(counts, 0.5)).to.be.closeTo(1000, 1000 / 32)
    expect(percentileMs(counts, 0.99)).to.be.closeTo(1980, 1980 / 32)
    expect(percentileMs([], 0.99)).to.equal(0)
  })
})

describe('series of latencies', () => {
  it('each second with an acknowledgement has a row', () => {
    const lines: LatencySecond[] = []
    const series = createLatencySeries((line) => lines.push(line))
    for (const [us, nowMs] of [
      [10, 1000],
      [20, 1999],
      [30, 5000],
    ] as const)
      series.add(us, nowMs)
    series.end()
    series.end()
    expect(series.columns()).to.deep.equal({ second: [1, 5], acked: [2, 1], p99_ms: [0.02, 0.03] })
    expect(lines).to.deep.equal([
      {
        second: 1,
        acked: 2,
        buckets: [
          [10, 1],
          [20, 1],
        ],
      },
      { second: 5, acked: 1, buckets: [[30, 1]] },
    ])
  })

  it('the series keeps two hours, and forwards every second', () => {
    let given = 0
    const series = createLatencySeries(() => given++)
    for (let second = 0; second <= 7201; second++) series.add(1, second * 1000)
    series.end()
    expect(series.columns().second.length).to.equal(7200)
    expect(given).to.equal(7202)
  })
})
