import { expect } from 'chai'
import fc from 'fast-check'
import type { Bucket } from '../../rules/buckets.ts'
import { DEFAULT_SETTINGS } from '../../rules/settings.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { dueAfter } from '../../rules/units.ts'
import { fold } from './fold.ts'
import { traces } from './traces.ts'

/** Two minutes before a bucket begins. */
const BEGIN_MS = Date.UTC(2026, 10, 29, 23, 58)
const bucketsOf = (readings: TimedReading[]): Bucket[] => {
  const { results, open } = fold(readings, DEFAULT_SETTINGS)
  return [...results.buckets, ...open.buckets]
}
/** Seconds, metres north of the equator, km/h. */
const at = (s: number, metres: number, speed: number, more: Partial<TimedReading> = {}): TimedReading => ({
  timeMs: BEGIN_MS + s * 1000,
  lat: metres / 110_574.28,
  lon: 30,
  speed,
  ...more,
})
const sum = (buckets: Bucket[], of: (it: Bucket) => number) =>
  buckets.reduce((total, it) => total + of(it), 0)

describe('buckets of five minutes', () => {
  it('buckets begin at whole five minutes of UTC', () => {
    const buckets = bucketsOf([at(0, 0, 36), at(150, 1500, 36), at(450, 4500, 36)])
    expect(buckets.map((it) => new Date(it.startMs).toISOString())).to.deep.equal([
      '2026-11-29T23:55:00.000Z',
      '2026-11-30T00:00:00.000Z',
      '2026-11-30T00:05:00.000Z',
    ])
  })

  it('buckets share the way and time of an interval across midnight', () => {
    const [before, after] = bucketsOf([at(0, 0, 36, { ignition: true }), at(160, 1600, 36), at(170, 1700, 0)])
    expect([before?.movingMs, after?.movingMs]).to.deep.equal([120_000, 50_000])
    expect([before?.engineMs, after?.engineMs]).to.deep.equal([120_000, 50_000])
    expect(before?.distanceMm).to.be.closeTo(1_200_000, 20)
    expect(after?.distanceMm).to.be.closeTo(500_000, 20)
  })

  it('buckets share fuel just as exactly', () => {
    const rate = { fuel_rate: 1.001 }
    const [before, after] = bucketsOf([at(90, 0, 36, rate), at(137, 470, 36, rate), at(138, 480, 36)])
    // 1001 ml/h for 47 s are 13,069 µl, of which 30 s have 8341.9
    expect([before?.fuelUl, after?.fuelUl]).to.deep.equal([8341, 13_069 - 8341 + 278])
  })

  it('speeds and readings count in the bucket of their time', () => {
    const buckets = bucketsOf([
      at(0, 0, 36),
      at(60, 600, 72.5),
      at(120, 1200, 50),
      at(125, 1300, 20, { rpm: 900 }),
    ])
    expect(buckets.map((it) => [it.readings, it.speedSum, it.speedMax])).to.deep.equal([
      [2, 108_500, 72_500],
      [2, 70_000, 50_000],
    ])
  })

  it('readings without a speed add none to their bucket', () => {
    const [bucket] = bucketsOf([{ timeMs: BEGIN_MS, rpm: 900 }])
    expect(bucket).to.include({ readings: 1, speedReadings: 0, speedSum: 0, speedMax: null })
  })

  it('buckets have the time in which harsh driving could be judged', () => {
    const [bucket] = bucketsOf([
      at(0, 0, 36),
      at(0.4, 4, 36),
      at(1.4, 14, 36),
      at(3.9, 39, 36),
      at(6.5, 65, 36),
    ])
    expect(bucket?.judgedMs).to.equal(3500)
  })

  it('idle time is the time with the engine on while the vehicle stands', () => {
    const [bucket] = bucketsOf([
      at(0, 0, 0, { ignition: true }),
      at(60, 0, 0),
      at(80, 0, 0, { ignition: false }),
      at(110, 0, 0),
    ])
    expect(bucket).to.include({ idleMs: 80_000, engineMs: 80_000, movingMs: 0, distanceMm: 0 })
  })

  it('movement at a stop is in its buckets once it is known to be a trip', () => {
    const readings = [at(0, 0, 0), at(100, 0, 0), at(110, 20, 10), at(150, 130, 10), at(160, 157, 10)]
    const undecided = fold(readings, DEFAULT_SETTINGS)
    expect(undecided.results.buckets).to.deep.equal([])
    expect(undecided.open.buckets.map((it) => it.movingMs)).to.deep.equal([0, 0])
    const decided = fold([...readings, at(180, 210, 10)], DEFAULT_SETTINGS)
    expect(decided.results.buckets.map((it) => it.movingMs)).to.deep.equal([10_000])
    expect(decided.open.buckets.map((it) => it.movingMs)).to.deep.equal([60_000])
    expect(sum([...decided.results.buckets, ...decided.open.buckets], (it) => it.distanceMm)).to.be.closeTo(
      210_000,
      20,
    )
  })

  it('drift at a stop is idle time', () => {
    const buckets = bucketsOf([
      at(0, 0, 0, { ignition: true }),
      at(100, 0, 0),
      at(110, 40, 20),
      at(130, 0, 0),
      at(340, 0, 0),
    ])
    expect(sum(buckets, (it) => it.movingMs + it.distanceMm)).to.equal(0)
    expect(sum(buckets, (it) => it.idleMs)).to.equal(340_000)
  })

  it('buckets skip the time of a gap', () => {
    const buckets = bucketsOf([at(0, 0, 36), at(60, 600, 36), at(900, 1200, 36), at(960, 1800, 36)])
    expect(buckets.map((it) => it.movingMs)).to.deep.equal([60_000, 60_000])
  })

  it('buckets add up to the journeys', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        const { results, open } = fold(readings, DEFAULT_SETTINGS)
        const buckets = [...results.buckets, ...open.buckets]
        const trips = [...results.journeys, ...open.journeys].filter((it) => it.kind === 'trip')
        const ofTrips = (of: (it: (typeof trips)[number]) => number) =>
          trips.reduce((total, it) => total + of(it), 0)
        expect(sum(buckets, (it) => it.distanceMm)).to.equal(ofTrips((it) => it.distanceMm ?? 0))
        expect(sum(buckets, (it) => it.movingMs)).to.equal(ofTrips((it) => it.movingMs))
        expect(sum(buckets, (it) => it.readings)).to.equal(readings.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a total that is due over time', () => {
  it('a total is divided exactly, wherever the boundaries are', () => {
    fc.assert(
      fc.property(
        fc.nat(1e8),
        fc.integer({ min: 1, max: 3_600_000 }),
        fc.array(fc.nat(3_600_000), { maxLength: 6 }),
        (total, duration, cuts) => {
          const ends = [0, ...cuts.map((it) => it % (duration + 1)).toSorted((a, b) => a - b), duration]
          const shares = ends
            .slice(1)
            .map((end, i) => dueAfter(total, end, duration) - dueAfter(total, ends[i] ?? 0, duration))
          expect(shares.every((it) => it >= 0)).to.equal(true)
          expect(shares.reduce((a, b) => a + b, 0)).to.equal(total)
        },
      ),
    )
  })
})
