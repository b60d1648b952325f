import { expect } from 'chai'
import type { TimedReading } from '../../../rules/reading.ts'
import { addDrift, addNoise, addSpikes, addTunnels, delay, park, thin } from '../../traces/degrade.ts'
import { createRandom } from '../../traces/random.ts'
import { addScores, score, type Score, type Tolerance } from '../../traces/score.ts'
import { NETWORKS, sumoTraces, type Trace } from '../../traces/sumo.ts'
import { createReplay, journeysOf } from './journeys-of.ts'

// Check 4: journeys are those that SUMO knows. Each figure is over 329 trips of 100 vehicles on four networks.

const TRACES = NETWORKS.flatMap((name) => sumoTraces(name))
/** For variants of 1 Hz, to save time. */
const THIRD = TRACES.filter((_, i) => i % 3 === 1)
const SEED = 1

/** Scores of trips and of stops, and the share by which all trips together are too long. */
function compare(
  traces: readonly Trace[],
  find: (trace: Trace) => ReturnType<typeof journeysOf>,
  tolerance: Tolerance,
) {
  const trips: Score[] = []
  const stops: Score[] = []
  let [foundM, trueM] = [0, 0]
  for (const trace of traces) {
    const found = find(trace)
    const foundTrips = found.filter((it) => it.kind === 'trip')
    trips.push(score(trace.id, trace.trips, foundTrips, tolerance))
    const trueStops = trace.stops.map((it) => ({ ...it, metres: null }))
    stops.push(
      score(
        trace.id,
        trueStops,
        found.filter((it) => it.kind === 'stop'),
        { ...tolerance, distance: null },
      ),
    )
    foundM += foundTrips.reduce((sum, it) => sum + (it.distanceMm ?? 0) / 1000, 0)
    trueM += trace.trips.reduce((sum, it) => sum + it.metres, 0)
  }
  return { trips: addScores(trips), stops: addScores(stops), excess: foundM / trueM - 1 }
}

function expectRight({ total, right, misses }: Score, share: number): void {
  expect(total).to.be.at.least(100)
  expect(right / total, misses.join('\n')).to.be.at.least(share)
}

/** The readings of a tracker that reports every 10 s, with noise. */
function sparse(trace: Trace): TimedReading[] {
  const random = createRandom(SEED + trace.id.length * 1000 + trace.readings.length)
  return addNoise(thin(trace.readings, 10, random), 5, random)
}

describe('journeys of SUMO vehicles', () => {
  it('at 1 Hz, 99 % of trips and stops have their ends within 2 s and their distance within 1 %', () => {
    const { trips, stops, excess } = compare(TRACES, ({ readings }) => journeysOf(readings), {
      endsMs: 2000,
      distance: 0.01,
    })
    expectRight(trips, 0.99)
    expectRight(stops, 0.99)
    expect(excess).to.be.within(-0.002, 0.002)
  })

  it('at 10 s and noise of 5 m, 99 % of trips and stops have their ends within 20 s', () => {
    const { trips, stops } = compare(TRACES, (it) => journeysOf(sparse(it)), {
      endsMs: 20_000,
      distance: 0.1,
    })
    expectRight(trips, 0.99)
    expectRight(stops, 0.99)
  })

  it('at 10 s and noise of 5 m, the distance of 97 % of trips is within 5 %, and their sum within 1 %', () => {
    const { trips, excess } = compare(TRACES, (it) => journeysOf(sparse(it)), {
      endsMs: 20_000,
      distance: 0.05,
    })
    expectRight(trips, 0.97)
    expect(excess).to.be.within(-0.01, 0.01)
  })

  it('the journeys are the same with 30 % of the readings up to 6 h late', () => {
    for (const trace of TRACES) {
      const readings = sparse(trace)
      const replay = createReplay()
      const arrivals = delay(readings, 0.3, 6 * 3600, createRandom(SEED))
      expect(arrivals).to.not.deep.equal(readings)
      for (let i = 0; i < arrivals.length; i += 60) replay.accept(arrivals.slice(i, i + 60))
      expect(replay.journeys()).to.deep.equal(journeysOf(readings))
    }
  })

  it('these delays matter: without the late readings, most trips are wrong', () => {
    const withoutLate = (trace: Trace) => {
      let newestMs = 0
      const arrivals = delay(sparse(trace), 0.3, 6 * 3600, createRandom(SEED))
      return journeysOf(
        arrivals.filter((it) => {
          const isNew = it.timeMs > newestMs
          newestMs = Math.max(newestMs, it.timeMs)
          return isNew
        }),
      )
    }
    const { trips } = compare(TRACES, withoutLate, { endsMs: 20_000, distance: 0.05 })
    expect(trips.right / trips.total).to.be.below(0.9)
  })

  it('a receiver that drifts at stops makes no trips, and moves few ends by more than 2 s', () => {
    const drifting = ({ readings }: Trace) => journeysOf(addDrift(readings, 5, createRandom(SEED)))
    const { trips, stops } = compare(THIRD, drifting, { endsMs: 2000, distance: 0.03 })
    expectRight(trips, 0.99)
    expectRight(stops, 0.99)
  })

  it('tunnels without positions and speeds change no trip', () => {
    const inTunnels = ({ readings, trips }: Trace) => {
      const random = createRandom(SEED)
      const tunnels = trips.map(({ fromMs, toMs }) => {
        const begin = random.between(fromMs + 10_000, toMs - 40_000)
        return { fromMs: begin, toMs: begin + 1000 * random.between(5, 30) }
      })
      return journeysOf(addTunnels(readings, tunnels))
    }
    const { trips, stops } = compare(THIRD, inTunnels, { endsMs: 2000, distance: 0.1 })
    expectRight(trips, 0.97)
    expectRight(stops, 0.99)
  })

  it('positions that are far off change no trip', () => {
    const spiked = ({ readings }: Trace) => journeysOf(addSpikes(readings, 200, 80_000, createRandom(SEED)))
    const { trips, stops } = compare(THIRD, spiked, { endsMs: 2000, distance: 0.01 })
    expectRight(trips, 0.98)
    expectRight(stops, 0.98)
  })

  it('a vehicle that switches the ignition off, and whose device sleeps at stops, has the same trips', () => {
    const parked = ({ readings, stops }: Trace) => journeysOf(park(readings, stops, { offS: 10 }))
    const { trips, stops } = compare(THIRD, parked, { endsMs: 2000, distance: 0.01 })
    expectRight(trips, 0.99)
    expectRight(stops, 0.99)
    const asleep = compare(
      THIRD,
      (it) => journeysOf(park(it.readings, it.stops, { offS: 10, asleepS: 45 })),
      { endsMs: 2000, distance: 0.01 },
    )
    expectRight(asleep.trips, 0.99)
  })
})
