import { expect } from 'chai'
import { addScores, score } from '../../traces/score.ts'
import { syntheticTrace } from '../../traces/synthetic.ts'
import { journeysOf } from './journeys-of.ts'

// Check 4, with truth that was drawn first: spacing of 1 to 30 s, noise of up to 5 m, positions that are far off.

const TRACES = Array.from({ length: 300 }, (_, i) => syntheticTrace(i + 1))

describe('journeys of drawn trips', () => {
  it('99 % of trips and stops have their ends within two readings, and 99 % of the distances are within 5 %', () => {
    const scores = TRACES.map(({ id, readings, trips, stops, spacingMaxMs }) => {
      const found = journeysOf(readings)
      const endsMs = 2 * spacingMaxMs + 1000
      const ofKind = (kind: string) => found.filter((it) => it.kind === kind)
      return {
        trips: score(id, trips, ofKind('trip'), { endsMs, distance: 0.05 }),
        stops: score(
          id,
          stops.map((it) => ({ ...it, metres: null })),
          ofKind('stop'),
          { endsMs, distance: null },
        ),
      }
    })
    for (const { right, total, misses } of [
      addScores(scores.map((it) => it.trips)),
      addScores(scores.map((it) => it.stops)),
    ]) {
      expect(right / total, misses.join('\n')).to.be.at.least(0.99)
    }
  })

  it('idle time is that of standing with the engine on, within a reading for each standing', () => {
    for (const { readings, idleMs, id, spacingMaxMs } of TRACES) {
      const found = journeysOf(readings).reduce((sum, it) => sum + it.idleMs, 0)
      const standings = readings.filter(
        (it, i) => (it.speed ?? 0) < 3 && (readings[i - 1]?.speed ?? 9) >= 3,
      ).length
      expect(found, id).to.be.closeTo(idleMs, (standings + 1) * (spacingMaxMs + 3000))
    }
  })
})
