import { expect } from 'chai'
import { nextFences, type FenceEvent, type TrackedFence } from '../../rules/fences.ts'
import type { Geofence } from '../../rules/geofence.ts'
import { indexGeofences } from '../../rules/geofence-index.ts'

const METRES_PER_DEGREE = 111_319.49
/** From 0 to 1000 m east of a place on the equator. */
const YARD: Geofence = {
  key: 'yard',
  shape: {
    type: 'Polygon',
    coordinates: [
      [
        [30, -0.01],
        [30 + 1000 / METRES_PER_DEGREE, -0.01],
        [30 + 1000 / METRES_PER_DEGREE, 0.01],
        [30, 0.01],
        [30, -0.01],
      ],
    ],
  },
}

/** Seconds, and metres east of the yard's western edge; `gap`: there is a gap before this reading. */
type Fix = [s: number, metres: number, more?: 'gap']

function follow(fixes: readonly Fix[], geofences: Geofence[] = [YARD]) {
  const index = indexGeofences(geofences)
  let tracked: readonly TrackedFence[] = []
  let from: { timeMs: number; lat: number; lon: number } | null = null
  const found: FenceEvent[] = []
  for (const [s, metres, more] of fixes) {
    const to = { timeMs: s * 1000, lat: 0, lon: Math.round((30 + metres / METRES_PER_DEGREE) * 1e7) }
    const step = nextFences(tracked, { from, to, isContinuous: more !== 'gap' && from !== null }, index)
    tracked = step.tracked
    found.push(...step.events)
    from = to
  }
  return { found, tracked }
}
const eventsOf = (fixes: readonly Fix[], geofences?: Geofence[]) =>
  follow(fixes, geofences).found.map((it) => [it.kind, Math.round(it.timeMs / 100) / 10])

const OUT: Fix[] = [
  [0, -200],
  [10, -100],
]
const tables: Record<string, { fixes: Fix[]; events: [string, number][] }> = {
  'is entered at the interpolated crossing, once a second reading confirms it': {
    fixes: [...OUT, [20, 100], [30, 200]],
    events: [['enter', 15]],
  },
  'is not entered by one reading inside': { fixes: [...OUT, [20, 100]], events: [] },
  'is not entered by one reading inside that lasts less than 10 s': {
    fixes: [...OUT, [20, 10], [29, -10], [40, -100], [50, -100]],
    events: [],
  },
  'is entered by one reading inside that lasts 10 s': {
    fixes: [...OUT, [20, 100], [30, -5], [40, -5]],
    events: [['enter', 15]],
  },
  'is left at the interpolated crossing of its edge, once two readings are beyond the hysteresis': {
    fixes: [...OUT, [20, 100], [30, 200], [40, 100], [50, -100], [60, -200]],
    events: [
      ['enter', 15],
      ['exit', 45],
    ],
  },
  'is not left within the hysteresis': {
    fixes: [...OUT, [20, 100], [30, 100], [40, -20], [50, -24], [60, -20], [70, -24]],
    events: [['enter', 15]],
  },
  'is left where it crossed the edge, however long the hysteresis took': {
    fixes: [...OUT, [20, 100], [30, 10], [40, -10], [50, -20], [60, -40], [70, -60]],
    events: [
      ['enter', 15],
      ['exit', 35],
    ],
  },
  'is left by one reading beyond the hysteresis that lasts 30 s': {
    fixes: [...OUT, [20, 100], [30, 100], [40, -100], [70, -10]],
    events: [
      ['enter', 15],
      ['exit', 35],
    ],
  },
  'is not left by one reading beyond the hysteresis that lasts less': {
    fixes: [...OUT, [20, 100], [30, 100], [40, -100], [69, -10], [79, 10]],
    events: [['enter', 15]],
  },
  'is not entered by a vehicle that was inside from the first reading on': {
    fixes: [
      [0, 100],
      [10, 100],
      [20, -100],
      [30, -100],
    ],
    events: [['exit', 15]],
  },
  'is not entered by a vehicle that was near from the first reading on': {
    fixes: [
      [0, -10],
      [10, 10],
      [20, 10],
    ],
    events: [],
  },
  'is entered by a vehicle that was outside at its first reading': {
    fixes: [
      [0, -26],
      [10, 100],
      [20, 100],
    ],
    events: [['enter', 2.1]],
  },
  'is entered by a vehicle that was near, but moved away before': {
    fixes: [
      [0, -10],
      [10, -100],
      [20, -100],
      [30, 100],
      [40, 100],
    ],
    events: [['enter', 25]],
  },
  'is entered at the first reading inside, after a gap': {
    fixes: [...OUT, [5000, 500, 'gap'], [5010, 500]],
    events: [['enter', 5000]],
  },
  'is left at the last reading inside, before a gap': {
    fixes: [...OUT, [20, 100], [30, 100], [5000, -500, 'gap'], [5010, -500]],
    events: [
      ['enter', 15],
      ['exit', 30],
    ],
  },
  'is still visited when a gap ends inside': {
    fixes: [...OUT, [20, 100], [30, 100], [50_000, 100, 'gap'], [50_010, 100]],
    events: [['enter', 15]],
  },
  'is crossed by a way with both ends outside': {
    fixes: [
      [0, -500],
      [60, 1500],
      [70, 1600],
    ],
    events: [['crossed', 30]],
  },
  'is crossed with one reading inside that is too short for an enter': {
    fixes: [
      [0, -300],
      [5, -200],
      [10, 200],
      [15, 1200],
    ],
    events: [['crossed', 7.5]],
  },
  'is not crossed with one reading inside by a vehicle that was near before': {
    fixes: [
      [0, -300],
      [5, -300],
      [6, -20],
      [7, 5],
      [8, -30],
    ],
    events: [],
  },
  'is not crossed by a way that begins near it': {
    fixes: [
      [0, -300],
      [10, -300],
      [20, -20],
      [80, 1030],
    ],
    events: [],
  },
  'is not crossed by a way of more than 120 s': {
    fixes: [
      [0, -500],
      [121, 1500],
    ],
    events: [],
  },
  'is not crossed by a way across a gap': {
    fixes: [
      [0, -500],
      [60, 1500, 'gap'],
    ],
    events: [],
  },
}

describe('a geofence', () => {
  for (const [name, { fixes, events }] of Object.entries(tables)) {
    it(`a geofence ${name}`, () => {
      expect(eventsOf(fixes)).to.deep.equal(events)
    })
  }

  for (const metresPerS of [1, 3, 10, 25, 50]) {
    it(`a geofence is entered and left once at ${metresPerS} m/s`, () => {
      const fixes = Array.from({ length: Math.ceil(2000 / metresPerS) }, (_, s): Fix => [
        s,
        s * metresPerS - 500,
      ])
      const { found } = follow(fixes)
      expect(found.map((it) => it.kind)).to.deep.equal(['enter', 'exit'])
      expect(found[0]?.timeMs).to.be.closeTo(500_000 / metresPerS, 5)
      expect(found[1]?.timeMs).to.be.closeTo(1_500_000 / metresPerS, 5)
      expect(found[1]?.enteredMs).to.equal(found[0]?.timeMs)
    })
  }

  it('a vehicle that stands on the edge of a geofence for a day causes no events', () => {
    for (const seed of [1, 2, 3]) {
      const random = createNormal(seed)
      const fixes = Array.from({ length: 86_400 }, (_, s): Fix => [s, 8 * random()])
      expect(eventsOf(fixes)).to.deep.equal([])
    }
  })

  it('a geofence is forgotten when the vehicle has left it', () => {
    expect(follow([...OUT, [20, 100], [30, 100], [40, -100], [50, -100]]).tracked).to.deep.equal([])
  })

  it('a geofence is forgotten when it no longer exists', () => {
    const { tracked } = follow([...OUT, [20, 100], [30, 100]])
    const to = { timeMs: 40_000, lat: 0, lon: 300_000_000 }
    const way = { from: null, to, isContinuous: true }
    expect(nextFences(tracked, way, indexGeofences([]))).to.deep.equal({ tracked: [], events: [] })
  })

  it('the hysteresis of a circle is at most a third of its radius', () => {
    const circle: Geofence = { key: 'circle', shape: { type: 'Point', coordinates: [30, 0], radiusM: 30 } }
    const fixes: Fix[] = [
      [0, -500],
      [10, -200],
      [20, 0],
      [30, 0],
      [40, -45],
      [50, -45],
    ]
    expect(eventsOf(fixes, [circle]).map(([kind]) => kind)).to.deep.equal(['enter', 'exit'])
    expect(eventsOf(fixes, [{ ...circle, hysteresisM: 5 }]).map(([kind]) => kind)).to.deep.equal([
      'enter',
      'exit',
    ])
    const wide: Geofence = { ...circle, shape: { type: 'Point', coordinates: [30, 0], radiusM: 300 } }
    const near: Fix[] = [
      [0, -1000],
      [10, -800],
      [20, 0],
      [30, 0],
      [40, -320],
      [50, -320],
    ]
    expect(eventsOf(near, [wide]).map(([kind]) => kind)).to.deep.equal(['enter'])
  })

  it('at most 32 geofences are tracked', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ ...YARD, key: `yard-${i}` }))
    const { tracked, found } = follow([...OUT, [20, 100], [30, 100]], many)
    expect(tracked).to.have.length(32)
    expect(found).to.have.length(32)
  })
})

/** Normal deviates of a fixed sequence (mulberry32, Box and Muller). */
function createNormal(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}
