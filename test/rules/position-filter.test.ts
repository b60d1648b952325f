import { expect } from 'chai'
import { DEFAULT_PARAMETERS } from '../../rules/parameters.ts'
import { EMPTY_FILTER, filterPosition } from '../../rules/position-filter.ts'
import type { TimedReading } from '../../rules/reading.ts'

/** Seconds, and metres to the north of a place; `none`: without a position, `zero`: at 0,0. */
type Line = [s: number, metres: number | 'none' | 'zero', verdict: string]

function toReading([s, metres]: Line): TimedReading {
  if (metres === 'none') return { timeMs: s * 1000 }
  if (metres === 'zero') return { timeMs: s * 1000, lat: 0, lon: 0 }
  return { timeMs: s * 1000, lat: 59 + metres / 111_400, lon: 18 }
}

const tables: Record<string, Line[]> = {
  'accepts the first position, and those that follow from it': [
    [0, 0, 'accepted'],
    [1, 60, 'accepted'],
    [10, 600, 'accepted'],
    [70, 4600, 'accepted'],
  ],
  'refuses 0,0, even as the first position': [
    [0, 'zero', 'refused'],
    [1, 'zero', 'refused'],
    [2, 'zero', 'refused'],
    [3, 'zero', 'refused'],
    [4, 0, 'accepted'],
    [5, 'zero', 'refused'],
    [6, 10, 'accepted'],
  ],
  'refuses one far position, and accepts the next one near the last accepted one': [
    [0, 0, 'accepted'],
    [10, 90_000, 'refused'],
    [20, 100, 'accepted'],
    [30, 90_000, 'refused'],
    [40, 200, 'accepted'],
  ],
  'accepts the third of three far positions that agree': [
    [0, 0, 'accepted'],
    [10, 90_000, 'refused'],
    [20, 90_050, 'refused'],
    [30, 90_100, 'jumped'],
    [40, 90_200, 'accepted'],
    [50, 0, 'refused'],
  ],
  'starts counting again when far positions do not agree': [
    [0, 0, 'accepted'],
    [10, 90_000, 'refused'],
    [20, 500_000, 'refused'],
    [30, 500_050, 'refused'],
    [40, 900_000, 'refused'],
    [50, 500_100, 'refused'],
    [60, 500_150, 'refused'],
    [70, 500_200, 'jumped'],
  ],
  'forgets far positions after a near one': [
    [0, 0, 'accepted'],
    [10, 90_000, 'refused'],
    [20, 90_050, 'refused'],
    [30, 100, 'accepted'],
    [40, 90_050, 'refused'],
    [50, 90_100, 'refused'],
    [60, 90_150, 'jumped'],
  ],
  'ignores readings without a position, and 0,0, between far positions': [
    [0, 0, 'accepted'],
    [10, 90_000, 'refused'],
    [20, 'none', 'absent'],
    [30, 90_050, 'refused'],
    [40, 'zero', 'refused'],
    [50, 90_100, 'jumped'],
  ],
  'replaces a wrong first position': [
    [0, 500_000, 'accepted'],
    [10, 0, 'refused'],
    [20, 20, 'refused'],
    [30, 40, 'jumped'],
    [40, 60, 'accepted'],
  ],
  // 250 km/h are 69.4 m in a second, and 694 m in ten.
  'refuses from 250 km/h on': [
    [0, 0, 'accepted'],
    [10, 690, 'accepted'],
    [20, 1390, 'refused'],
    [30, 2074, 'accepted'],
  ],
  'counts less than a second as a second': [
    [0, 0, 'accepted'],
    [0.1, 60, 'accepted'],
    [0.2, 135, 'refused'],
  ],
  'accepts a vehicle that reappears far away after hours': [
    [0, 0, 'accepted'],
    [7200, 400_000, 'accepted'],
  ],
}

describe('the filter of positions', () => {
  for (const [name, lines] of Object.entries(tables)) {
    it(`the filter ${name}`, () => {
      let state = EMPTY_FILTER
      const verdicts = lines.map((line) => {
        const judged = filterPosition(state, toReading(line), DEFAULT_PARAMETERS)
        state = judged.state
        return [line[0], line[1], judged.verdict]
      })
      expect(verdicts).to.deep.equal(lines)
    })
  }

  it('the filter measures across the 180th meridian', () => {
    const first = filterPosition(
      EMPTY_FILTER,
      { timeMs: 0, lat: -17, lon: 179.9999 },
      DEFAULT_PARAMETERS,
    ).state
    const second = { timeMs: 1000, lat: -17, lon: -179.9999 }
    expect(filterPosition(first, second, DEFAULT_PARAMETERS).verdict).to.equal('accepted')
  })
})
