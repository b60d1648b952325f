import { expect } from 'chai'
import type { TimedReading } from '../../rules/reading.ts'
import { journeysOf, METRES_PER_DEGREE, type Line } from './journey-lines.ts'

describe('a trip', () => {
  const DRIVE: Line[] = [
    [0, 0, 36],
    [60, 600, 72],
    [120, 1800, 0],
    [150, 1800, 0],
    [170, 2000, 36],
    [200, 2300, 36],
  ]
  const tripOf = (lines: Line[]) => {
    const trip = journeysOf(lines).find((it) => it.kind === 'trip')
    if (trip === undefined) throw new Error('there is no trip')
    return trip
  }
  const withFields = (fields: (Partial<TimedReading> | undefined)[]): Line[] =>
    DRIVE.map(([s, metres, kmh], i) => [s, metres, kmh, fields[i] ?? {}])
  const withOdometer = (...km: (number | undefined)[]) =>
    tripOf(withFields(km.map((it) => (it === undefined ? undefined : { odometer: it })))).odometerMm

  it('a trip has moving time, top speed, and average speed of the moving time', () => {
    const { movingMs, speedMax, speedAvg, distanceMm } = tripOf(DRIVE)
    // Standing from 120 to 170; 2300 m in 150 s are 55.2 km/h.
    expect({ movingMs, speedMax, speedAvg }).to.deep.equal({
      movingMs: 150_000,
      speedMax: 72_000,
      speedAvg: 55_200,
    })
    expect(distanceMm).to.be.closeTo(2_300_000, 20)
  })

  it('a trip has idle time only while the engine is on', () => {
    expect(tripOf(DRIVE).idleMs).to.equal(0)
    expect(tripOf(withFields([{ ignition: true }])).idleMs).to.equal(50_000)
    expect(
      tripOf(withFields([{ ignition: true }, {}, {}, { ignition: false }, { ignition: true }])).idleMs,
    ).to.equal(30_000)
  })

  it('a trip has its first and last position', () => {
    const { start, end } = tripOf(DRIVE)
    expect(start).to.deep.equal({ lat: 0, lon: 300_000_000 })
    expect(end?.lat).to.equal(Math.round((2300 / METRES_PER_DEGREE) * 1e7))
  })

  it("a trip has the odometer's difference beside its path", () => {
    expect(withOdometer(10, 10.6, 11.8, 11.8, 12, 12.4)).to.equal(2_400_000)
    expect(withOdometer(10, undefined, undefined, undefined, undefined, 12.4)).to.equal(2_400_000)
  })

  it('an odometer that is absent at one end, falls, or disagrees with the path is ignored', () => {
    expect(withOdometer(undefined, 10.6, 11.8, 11.8, 12, 12.4)).to.equal(null)
    expect(withOdometer(10, 10.6, 11.8, 11.8, 12)).to.equal(null)
    expect(withOdometer(10, 10.6, 10.5, 11.8, 12, 12.4)).to.equal(null)
    expect(withOdometer(10, 10.6, 11.8, 11.7, 12, 12.4)).to.equal(null)
    // 160,000 km became 205,000.
    expect(withOdometer(160_000, 160_000.6, 205_000, 205_000, 205_000, 205_000)).to.equal(null)
    expect(withOdometer(10, 10.6, 11.8, 11.8, 11.8, 11.8)).to.equal(null)
    expect(withOdometer(10, 10.6, 11.8, 11.8, 11.8, 11.85)).to.equal(1_850_000)
    expect(withOdometer(10, 10.6, 11.8, 11.8, 11.8, 12.98)).to.equal(2_980_000)
    expect(withOdometer(10, 10.6, 11.8, 11.8, 11.8, 13)).to.equal(null)
  })

  it('the odometer counts if the path has holes', () => {
    const lines: Line[] = [
      [0, 0, 50, { odometer: 10 }],
      [60, null, 50],
      [120, 1000, 50, { odometer: 15 }],
    ]
    expect(tripOf(lines).odometerMm).to.equal(5_000_000)
  })

  it('a trip has fuel by the fuel rate', () => {
    // 6 l/h over 200 s
    expect(tripOf(withFields(DRIVE.map(() => ({ fuel_rate: 6 })))).fuelUl).to.equal(333_333)
  })

  it('a trip has fuel by levels if the rate is known for less than 80 % of the time', () => {
    const levels = [{ fuel_level: 50, ignition: true, fuel_rate: 6 }, {}, {}, {}, {}, { fuel_level: 49.5 }]
    // 0.5 % of 60 l
    expect(tripOf(withFields(levels)).fuelUl).to.equal(300_000)
  })

  it('a trip has no fuel if the level rose', () => {
    expect(tripOf(withFields([{ fuel_level: 50 }, {}, {}, {}, {}, { fuel_level: 60 }])).fuelUl).to.equal(null)
  })

  it("a refuel or drain while the vehicle stands is not part of the trip's fuel", () => {
    const levels = (...of: number[]) =>
      tripOf(withFields(of.map((it) => ({ fuel_level: it, ignition: true })))).fuelUl
    // 0.5 % while driving, of 60 l
    expect(levels(50, 49.75, 49.5, 69.5, 69.25, 69)).to.equal(450_000)
    expect(levels(50, 49.75, 49.5, 39.5, 39.5, 39.5)).to.equal(300_000)
    // Smaller changes are consumption, or noise.
    expect(levels(50, 49.75, 49.5, 45.5, 45.5, 45.5)).to.equal(2_700_000)
    expect(levels(50, 49.75, 49.5, 56, 56, 56)).to.equal(null)
  })
})
