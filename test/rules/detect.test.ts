import { expect } from 'chai'
import type { Geofence } from '../../rules/geofence.ts'
import { indexGeofences } from '../../rules/geofence-index.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { HOT_COOLANT, IDLING_TIMES, LOW_FUEL, OVERSPEED_TIMES, TOWING_TIMES } from '../../rules/rule.ts'
import type { Rule, RuleKind, ThresholdRule } from '../../rules/rule.ts'
import { DEFAULT_SETTINGS, type Settings } from '../../rules/settings.ts'
import { parseState, writeState } from '../../rules/state.ts'
import { fold } from './fold.ts'

type Line = [s: number, fields: Partial<TimedReading>]
/** First and last second (`null`: open), and peak. */
type Answer = [from: number, to: number | null, peak: number | null]

const BEGIN_MS = Date.UTC(2026, 10, 29, 12)
const METRES_PER_DEGREE = 111_319.49
/** Metres east of a place on the equator. */
const at = (metres: number, more: Partial<TimedReading> = {}) => ({
  lat: 0,
  lon: 30 + metres / METRES_PER_DEGREE,
  ...more,
})

function foldLines(rule: RuleKind, lines: readonly Line[], geofences: Geofence[] = []) {
  const rules: Rule[] = [{ key: 'rule', ...rule }]
  const settings: Settings = { ...DEFAULT_SETTINGS, rules, geofences: indexGeofences(geofences) }
  const readings = lines.map(([s, fields]): TimedReading => ({ timeMs: BEGIN_MS + s * 1000, ...fields }))
  return fold(readings, settings)
}
const eventsOf = (rule: RuleKind, lines: readonly Line[], geofences: Geofence[] = []): Answer[] => {
  const { results, open } = foldLines(rule, lines, geofences)
  const seconds = (ms: number) => Math.round((ms - BEGIN_MS) / 100) / 10
  return [...results.events, ...open.events].map((it) => [
    seconds(it.fromMs),
    it.toMs === null ? null : seconds(it.toMs),
    it.peak?.measure ?? null,
  ])
}
const speeds = (...lines: [s: number, kmh: number | undefined][]): Line[] =>
  lines.map(([s, speed]) => [s, speed === undefined ? { rpm: 900 } : { speed }])

const fuelOf = (...levels: number[]): Line[] => levels.map((fuel_level, i) => [i * 30, { fuel_level }])

const OVERSPEED: RuleKind = {
  kind: 'overspeed',
  limit: 90,
  tolerance: 5,
  ofGeofences: 'lowest',
  times: OVERSPEED_TIMES,
}

const overspeeds: Record<string, { lines: Line[]; events: Answer[] }> = {
  'begins at its first reading over limit and tolerance, and ends at the last one over the limit': {
    lines: speeds([0, 90], [10, 96], [20, 110], [30, 92], [40, 90], [50, 80]),
    events: [[10, 30, 110_000]],
  },
  'does not exist within the tolerance': { lines: speeds([0, 95], [10, 95], [20, 95], [30, 95]), events: [] },
  'requires 10 s': {
    lines: speeds([0, 90], [1, 100], [10, 100], [11, 80], [30, 80]),
    events: [],
  },
  'requires two readings': { lines: speeds([0, 90], [60, 100], [120, 80], [180, 80]), events: [] },
  'starts again when a reading within the tolerance interrupts it before it is an event': {
    lines: speeds([0, 100], [5, 95], [10, 100], [15, 100], [20, 100]),
    events: [[10, null, 100_000]],
  },
  'is one event when the speed is under the limit for less than 10 s': {
    lines: speeds([0, 100], [10, 100], [20, 85], [29, 91], [40, 85], [50, 85]),
    events: [[0, 29, 100_000]],
  },
  'is two events when the speed is under the limit for 10 s': {
    lines: speeds([0, 100], [10, 100], [20, 85], [30, 85], [40, 100], [50, 120], [60, 80], [70, 80]),
    events: [
      [0, 10, 100_000],
      [40, 50, 120_000],
    ],
  },
  'ends at the last reading before a gap': {
    lines: speeds([0, 100], [10, 100], [311, 100], [321, 100]),
    events: [
      [0, 10, 100_000],
      [311, null, 100_000],
    ],
  },
  'does not begin within the tolerance after a gap': {
    lines: speeds([0, 100], [10, 100], [311, 92], [321, 100], [331, 100]),
    events: [
      [0, 10, 100_000],
      [321, null, 100_000],
    ],
  },
  'ends at its last reading without a speed for five minutes': {
    lines: speeds([0, 100], [10, 100], [160, undefined], [311, undefined]),
    events: [[0, 10, 100_000]],
  },
  'continues over five minutes without a reading': {
    lines: speeds([0, 100], [10, 100], [310, 100]),
    events: [[0, null, 100_000]],
  },
  'ignores readings without a speed': {
    lines: speeds([0, 100], [5, undefined], [10, 100], [15, undefined], [30, undefined], [35, 100]),
    events: [[0, null, 100_000]],
  },
  'is open while it lasts': { lines: speeds([0, 100], [10, 130]), events: [[0, null, 130_000]] },
}

describe('overspeed', () => {
  for (const [name, { lines, events }] of Object.entries(overspeeds)) {
    it(`overspeed ${name}`, () => {
      expect(eventsOf(OVERSPEED, lines)).to.deep.equal(events)
    })
  }

  const zone = (key: string, metres: number, speedLimit?: number): Geofence => ({
    key,
    shape: { type: 'Point', coordinates: [30, 0], radiusM: metres },
    speedLimit,
  })
  const through: Line[] = Array.from({ length: 60 }, (_, i) => [i * 5, at(i * 100 - 3000, { speed: 72 })])

  it('overspeed uses the lowest limit of the geofences around the vehicle, or the highest', () => {
    const zones = [zone('a', 1010, 60), zone('b', 2000, 80), zone('c', 3000)]
    const [lowest] = eventsOf(OVERSPEED, through, zones)
    // Inside from 100 s on; the second reading inside confirms that.
    expect(lowest?.[0]).to.equal(105)
    expect(lowest?.[1]).to.be.within(195, 210)
    expect(eventsOf({ ...OVERSPEED, ofGeofences: 'highest' }, through, zones)).to.deep.equal([])
    expect(eventsOf({ ...OVERSPEED, ofGeofences: 'ignored' }, through, zones)).to.deep.equal([])
  })

  it('overspeed is one event in overlapping geofences, with the limit that applied at its peak', () => {
    const { results } = foldLines(OVERSPEED, through, [zone('a', 1000, 60), zone('b', 1500, 50)])
    expect(results.events).to.have.length(1)
    expect(results.events[0]?.peak?.limit).to.equal(50_000)
  })

  it('speed is unlimited outside of geofences if there is no other limit', () => {
    expect(eventsOf({ ...OVERSPEED, limit: null }, speeds([0, 200], [10, 200], [20, 200]))).to.deep.equal([])
  })
})

describe('idling', () => {
  const IDLING: RuleKind = { kind: 'idling', times: IDLING_TIMES }
  const stand = (s: number, more: Partial<TimedReading> = {}): Line => [s, { speed: 0, ...more }]

  it('idling lasts from its first reading to its last one, if that is two minutes or more', () => {
    const lines = [
      stand(0, { ignition: true }),
      stand(60),
      stand(120),
      stand(180),
      [190, { speed: 30 }] as Line,
    ]
    expect(eventsOf(IDLING, lines)).to.deep.equal([[0, 180, 0]])
    expect(eventsOf(IDLING, [stand(0, { ignition: true }), stand(119), [190, { speed: 30 }]])).to.deep.equal(
      [],
    )
  })

  it('idling ends when the engine is off', () => {
    const lines = [stand(0, { rpm: 800 }), stand(120, { rpm: 800 }), stand(130, { rpm: 0 })]
    expect(eventsOf(IDLING, lines)).to.deep.equal([[0, 120, 0]])
  })

  it('standing with power take-off, or with an unknown engine state, is not idling', () => {
    const pto = { ignition: true, extra: { pto: true } }
    expect(eventsOf(IDLING, [stand(0, pto), stand(120, pto), stand(240, pto)])).to.deep.equal([])
    expect(eventsOf(IDLING, [stand(0), stand(120), stand(240)])).to.deep.equal([])
  })
})

describe('towing', () => {
  it('towing is movement of a minute with the ignition off', () => {
    const rule: RuleKind = { kind: 'towing', times: TOWING_TIMES }
    const tow = (ignition: boolean): Line[] => [
      [0, { speed: 0, ignition }],
      [10, { speed: 30 }],
      [70, { speed: 40 }],
      [100, { speed: 0 }],
      [160, { speed: 0 }],
    ]
    expect(eventsOf(rule, tow(false))).to.deep.equal([[10, 70, 40_000]])
    expect(eventsOf(rule, tow(true))).to.deep.equal([])
    expect(eventsOf(rule, tow(false).slice(0, 2))).to.deep.equal([])
  })
})

describe('a threshold', () => {
  it('a threshold uses the median of five readings, so that a noisy level sensor raises no event', () => {
    expect(eventsOf(LOW_FUEL, fuelOf(12, 12, 3, 12, 3, 12, 3, 12, 12, 12, 12, 12))).to.deep.equal([])
  })

  it('an event begins with the first median under the level, and ends with the last one under the clear level', () => {
    const lines = fuelOf(11, 11, 9, 9, 9, 9, 9, 9, 8, 8, 12, 12, 12, 14.9, 16, 16, 16)
    // Medians are under 10 from 120 s on. The last one under 15 is at 450 s.
    expect(eventsOf(LOW_FUEL, lines)).to.deep.equal([[120, 450, 9]])
  })

  it('a median does not span a gap', () => {
    const lines: Line[] = [
      ...fuelOf(9, 9, 9, 9),
      ...[500, 560, 620, 680].map((s): Line => [s, { fuel_level: 9 }]),
    ]
    expect(eventsOf(LOW_FUEL, lines)).to.deep.equal([])
  })

  it('after a gap an event begins at its level again, and not at its clear level', () => {
    const levels = [9, 9, 9, 12, 9, 9, 9]
    const lines: Line[] = levels.map((fuel_level, i) => [i < 3 ? i * 60 : 500 + i * 60, { fuel_level }])
    expect(eventsOf({ ...LOW_FUEL, medianOf: 1 }, lines)).to.deep.equal([
      [0, 120, 9],
      [740, null, 9],
    ])
  })

  it('an event requires values over a level for a time', () => {
    const hot = (...lines: [number, number][]): Line[] =>
      lines.map(([s, coolant_temp]) => [s, { coolant_temp }])
    expect(eventsOf(HOT_COOLANT, hot([0, 111], [30, 115], [60, 112], [90, 110]))).to.deep.equal([
      [0, 60, 115],
    ])
    expect(eventsOf(HOT_COOLANT, hot([0, 111], [30, 115], [59, 112], [90, 110]))).to.deep.equal([])
  })

  it('a threshold may apply only with the engine off, or on', () => {
    const rule: ThresholdRule = {
      ...HOT_COOLANT,
      of: 'battery_voltage',
      side: 'below',
      level: 11.8,
      clearLevel: 11.8,
      engine: 'off',
    }
    const flat = (ignition: boolean): Line[] =>
      [0, 60, 120].map((s) => [s, { battery_voltage: 11.5, ignition }])
    expect(eventsOf(rule, flat(false))).to.deep.equal([[0, null, 11.5]])
    expect(eventsOf(rule, flat(true))).to.deep.equal([])
    expect(eventsOf({ ...rule, engine: 'on' }, flat(true))).to.deep.equal([[0, null, 11.5]])
  })

  it('a threshold may use a value in extra, and ignores texts', () => {
    const rule: ThresholdRule = { ...HOT_COOLANT, of: { extra: 'cargo_temp' }, level: -15, clearLevel: -17 }
    const lines: Line[] = [-20, -10, 'open', -9, -16, -18].map((cargo_temp, i) => [
      i * 60,
      { extra: { cargo_temp } },
    ])
    expect(eventsOf(rule, lines)).to.deep.equal([[60, 240, -9]])
  })
})

describe('harsh driving', () => {
  const BRAKING: RuleKind = { kind: 'harsh_braking', limit: 4 }
  const ACCELERATION: RuleKind = { kind: 'harsh_acceleration', limit: 3.6 }

  it('harsh braking is a change of speed within a second or two', () => {
    // 18 km/h in a second are 5 m/s².
    const lines = speeds([0, 50], [1, 68], [2, 68], [3, 50], [4, 50], [5, 50], [6, 50], [9, 50])
    expect(eventsOf(ACCELERATION, lines)).to.deep.equal([[1, 1, 5000]])
    expect(eventsOf(BRAKING, lines)).to.deep.equal([[3, 3, 5000]])
  })

  it('readings that are too far apart, or too close, are not harsh', () => {
    expect(eventsOf(BRAKING, speeds([0, 90], [2.6, 20], [10, 20]))).to.deep.equal([])
    expect(eventsOf(BRAKING, speeds([0, 90], [0.4, 80], [10, 20]))).to.deep.equal([])
  })

  it('driving under 10 km/h is not harsh', () => {
    expect(eventsOf({ ...BRAKING, limit: 2 }, speeds([0, 9.9], [1, 0], [10, 0]))).to.deep.equal([])
    expect(eventsOf({ ...BRAKING, limit: 2 }, speeds([0, 10], [1, 0], [10, 0]))).to.deep.equal([[1, 1, 2778]])
  })

  it('harsh readings within 5 s are one event, with their peak', () => {
    const lines = speeds(
      [0, 90],
      [1, 70],
      [2, 70],
      [3, 48],
      [4, 48],
      [5, 48],
      [6, 48],
      [7, 48],
      [9, 30],
      [10, 10],
      [20, 10],
    )
    expect(eventsOf(BRAKING, lines)).to.deep.equal([
      [1, 3, 6111],
      [10, 10, 5556],
    ])
  })

  const CORNERING: RuleKind = { kind: 'harsh_cornering', limit: 4 }
  const turns = (...lines: [s: number, heading: number | undefined, speed?: number][]): Line[] =>
    lines.map(([s, heading, speed = 36]) => [s, { speed, ...(heading !== undefined && { heading }) }])

  it('harsh cornering is a turn over two readings, by the shorter way', () => {
    // 10 m/s times 30 degrees in a second are 5.236 m/s².
    const left = turns([0, 50], [1, 20], [2, 350], [3, 350], [9, 350])
    const right = turns([0, 310], [1, 340], [2, 10], [3, 10], [9, 10])
    for (const it of [left, right]) expect(eventsOf(CORNERING, it)).to.deep.equal([[1, 2, 5236]])
    expect(eventsOf({ ...CORNERING, limit: 5.3 }, left)).to.deep.equal([])
  })

  it('a turn of one reading, under 15 km/h, or without headings is not harsh', () => {
    expect(eventsOf(CORNERING, turns([0, 50], [1, 20], [2, 20], [3, 350], [4, 350], [9, 350]))).to.deep.equal(
      [],
    )
    expect(eventsOf(CORNERING, turns([0, 50, 14.9], [1, 350, 14.9], [2, 290, 14.9], [9, 290]))).to.deep.equal(
      [],
    )
    expect(eventsOf(CORNERING, turns([0, 50, 15], [1, 350, 15], [2, 290, 15], [9, 290]))).to.deep.equal([
      [1, 2, 4363],
    ])
    expect(
      eventsOf(CORNERING, turns([0, 50], [1, undefined], [2, 350], [3, undefined], [9, 350])),
    ).to.deep.equal([])
  })

  it('a heading with a refused position makes no turn', () => {
    const refused: Partial<TimedReading> = { lat: 0, lon: 0, speed: 36, heading: 350 }
    const lines: Line[] = [
      [0, { ...at(0), speed: 36, heading: 50 }],
      [1, refused],
      [2, { ...at(20), speed: 36, heading: 50 }],
      [3, { ...at(30), speed: 36, heading: 110 }],
      [9, at(90)],
    ]
    expect(eventsOf(CORNERING, lines)).to.deep.equal([])
  })
})

describe('a rule of a geofence', () => {
  const YARD: Geofence = { key: 'yard', shape: { type: 'Point', coordinates: [30, 0], radiusM: 1000 } }
  const visit: Line[] = [-2000, -1500, -500, 0, 0, 0, 500, 1500, 2000].map((metres, i) => [
    i * 100,
    at(metres),
  ])

  it('a rule finds the enter, the exit, and a stay that is long enough', () => {
    const geofence = 'yard'
    expect(eventsOf({ kind: 'geofence_enter', geofence }, visit, [YARD]).map(([s]) => s)).to.deep.equal([150])
    expect(eventsOf({ kind: 'geofence_exit', geofence }, visit, [YARD]).map(([s]) => s)).to.deep.equal([650])
    expect(eventsOf({ kind: 'geofence_dwell', geofence, dwellMs: 300_000 }, visit, [YARD])).to.deep.equal([
      [450, 650, null],
    ])
    expect(eventsOf({ kind: 'geofence_dwell', geofence, dwellMs: 501_000 }, visit, [YARD])).to.deep.equal([])
    expect(eventsOf({ kind: 'geofence_enter', geofence: 'other' }, visit, [YARD])).to.deep.equal([])
  })

  it('a stay is open while it lasts', () => {
    const rule: RuleKind = { kind: 'geofence_dwell', geofence: 'yard', dwellMs: 300_000 }
    expect(eventsOf(rule, visit.slice(0, 5), [YARD])).to.deep.equal([])
    expect(eventsOf(rule, visit.slice(0, 6), [YARD])).to.deep.equal([[450, null, null]])
  })

  it('a rule finds a crossing', () => {
    const lines: Line[] = [-3000, -2500, -1500, 1500, 3000].map((metres, i) => [i * 60, at(metres)])
    expect(eventsOf({ kind: 'geofence_crossed', geofence: 'yard' }, lines, [YARD])).to.deep.equal([
      [150, 150, null],
    ])
  })
})

describe('the memory of rules', () => {
  it('the memory of rules is empty when no event is in progress', () => {
    const { states } = foldLines(OVERSPEED, speeds([0, 100], [10, 100], [20, 80], [30, 80]))
    expect(states.map((it) => it.memories.length)).to.deep.equal([1, 1, 1, 0])
  })

  it('values that are too old for a median are dropped', () => {
    const lines: Line[] = [...fuelOf(50, 50), [200, { rpm: 900 }], [331, { rpm: 900 }]]
    const { states } = foldLines(LOW_FUEL, lines)
    expect(states.map((it) => it.memories.length)).to.deep.equal([1, 1, 1, 0])
  })

  it('the memory of a rule that no longer exists is dropped', () => {
    const { state } = foldLines(OVERSPEED, speeds([0, 100], [10, 100]))
    const later = [{ timeMs: BEGIN_MS + 20_000, speed: 100 }]
    const rules: Rule[] = [
      { key: 'a', ...HOT_COOLANT },
      { key: 'z', ...HOT_COOLANT },
    ]
    expect(fold(later, { ...DEFAULT_SETTINGS, rules }, state).state.memories).to.deep.equal([])
    expect(fold(later, DEFAULT_SETTINGS, state).state.memories).to.deep.equal([])
  })

  it('a state with sixteen events in progress and sixteen geofences fits into 4 KiB', () => {
    const rules = Array.from({ length: 16 }, (_, i): Rule => ({ key: `rule-${i + 10}`, ...OVERSPEED }))
    const geofences = Array.from({ length: 16 }, (_, i): Geofence => ({
      key: `fence-${i + 10}`,
      shape: { type: 'Point', coordinates: [30, 0], radiusM: 5000 },
    }))
    const readings = [0, 10, 20, 30].map((s) => ({
      timeMs: BEGIN_MS + s * 1000,
      ...at(s * 30, { speed: 110 }),
    }))
    const { state } = fold(readings, { ...DEFAULT_SETTINGS, rules, geofences: indexGeofences(geofences) })
    expect(state.memories).to.have.length(16)
    expect(state.fences).to.have.length(16)
    expect(writeState(state).length).to.be.below(4096)
    expect(parseState(writeState(state))).to.deep.equal(state)
  })
})
