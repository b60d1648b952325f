import { expect } from 'chai'
import fc from 'fast-check'
import { downsample, type Point } from '../../../api/history/lttb.ts'
import { createThinning } from '../../../api/history/thinning.ts'

const series = (lengthMax: number) =>
  fc
    .array(
      fc.record({
        // Several readings can have the same time.
        gapUs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10_000_000 })),
        value: fc.integer({ min: -100, max: 100 }),
      }),
      {
        maxLength: lengthMax,
        // Otherwise there would be ten at most.
        size: 'max',
      },
    )
    .map((steps) => {
      let timeUs = Date.UTC(2026, 10, 21) * 1000
      return steps.map(({ gapUs, value }): Point => ({ timeUs: (timeUs += gapUs), value }))
    })

function thin(points: Point[], count: number, pageLength: number, pointsMax: number): Point[] {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return []
  const thinning = createThinning({ count, firstUs: first.timeUs, lastUs: last.timeUs, pointsMax })
  for (let at = 0; at < points.length; at += pageLength) thinning.add(points.slice(at, at + pageLength))
  return thinning.result()
}

function expectThinned(points: Point[], result: Point[], count: number): void {
  expect(result.length).to.be.at.most(count)
  expect(result[0]).to.equal(points[0])
  expect(result.at(-1)).to.equal(points.at(-1))
  const places = new Map(points.map((it, place) => [it, place]))
  const picked = result.map((it) => places.get(it) ?? -1)
  expect(picked).to.deep.equal([...new Set(picked)].toSorted((a, b) => a - b))
  expect(picked).to.not.include(-1)
}

describe('downsampling by LTTB', () => {
  it('LTTB gives exactly the requested number of points, with both ends and in order', () => {
    fc.assert(
      fc.property(series(300), fc.integer({ min: 2, max: 100 }), (points, count) => {
        const result = downsample(points, count)
        expect(result).to.have.length(Math.min(points.length, count))
        expectThinned(points, result, count)
      }),
    )
  })

  it('LTTB keeps a lone spike', () => {
    const points = Array.from({ length: 1000 }, (_, n): Point => ({
      timeUs: n * 1000,
      value: n === 637 ? 50 : 0,
    }))
    expect(downsample(points, 20).some(({ value }) => value === 50)).to.equal(true)
  })

  it('LTTB picks the same points as the reference', () => {
    // Twice the areas by hand. For the times 1, 2, 3, with the point at 0 and the mean (5, 1) of the next three: 4, 43, 2.
    // For 4, 5, 6, with the points at 2 and at 7: 22, 43, 26.
    const values = [0, 1, 9, 1, 1, -5, 7, 0]
    const points = values.map((value, n): Point => ({ timeUs: n, value }))
    expect(downsample(points, 4).map(({ timeUs }) => timeUs)).to.deep.equal([0, 2, 5, 7])
  })
})

describe('thinning of long series', () => {
  it('thinning equals LTTB as long as all points can be kept', () => {
    fc.assert(
      fc.property(
        series(200),
        fc.integer({ min: 2, max: 50 }),
        fc.integer({ min: 1, max: 70 }),
        (points, count, page) => {
          expect(thin(points, count, page, 1000)).to.deep.equal(downsample(points, count))
        },
      ),
    )
  })

  it('thinning of more points than it keeps preserves both ends and the order', () => {
    fc.assert(
      fc.property(
        series(300),
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 1, max: 70 }),
        (points, count, page) => {
          expectThinned(points, thin(points, count, page, 50), count)
        },
      ),
    )
  })

  it('thinning keeps a lone spike among a million points', () => {
    const page = (from: number) =>
      Array.from({ length: 50_000 }, (_, n): Point => ({
        timeUs: from + n,
        value: from + n === 637_000 ? 50 : 0,
      }))
    const thinning = createThinning({ count: 100, firstUs: 0, lastUs: 999_999 })
    for (let from = 0; from < 1_000_000; from += 50_000) thinning.add(page(from))
    const result = thinning.result()
    expect(result).to.have.length(100)
    expect(result.filter(({ value }) => value === 50)).to.deep.equal([{ timeUs: 637_000, value: 50 }])
  })
})
