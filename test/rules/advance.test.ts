import { expect } from 'chai'
import fc from 'fast-check'
import { advance } from '../../rules/advance.ts'
import { compileExpression } from '../../rules/expression.ts'
import { indexGeofences } from '../../rules/geofence-index.ts'
import { DEFAULT_PARAMETERS } from '../../rules/parameters.ts'
import {
  FUEL_DRAIN,
  IDLING_TIMES,
  LOW_FUEL,
  OVERSPEED_TIMES,
  REFUEL,
  REQUIRED_TIMES,
  TOWING_TIMES,
  type Rule,
} from '../../rules/rule.ts'
import { DEFAULT_SETTINGS, type Settings } from '../../rules/settings.ts'
import { parseState, STATE_LENGTH_MAX, writeState } from '../../rules/state.ts'
import { findFrozen, findReports, findRestarts, findSilence } from './device-oracle.ts'
import {
  findIntervals,
  findWithin,
  judgeBelow,
  judgeIdling,
  judgeNoPosition,
  judgePairs,
  judgeSpeed,
  judgeTowing,
  type Found,
} from './events-oracle.ts'
import { findPassages } from './fences-oracle.ts'
import { fold } from './fold.ts'
import { evaluate, metres } from './oracle.ts'
import { BEGIN_MS, traces } from './traces.ts'

const PARAMETERS = { ...DEFAULT_PARAMETERS, tankMl: 60_000 }
const SETTINGS = { ...DEFAULT_SETTINGS, parameters: PARAMETERS }
/** Speeds of traces are 0 to 6, 15, 50 and 90 km/h, and their fuel level is 60 % or less. */
const FUEL: Rule = { key: 'b-fuel', ...LOW_FUEL, level: 59.7, clearLevel: 59.9, medianOf: 3 }
const FUEL_TIMES = { forMs: 30_000, minReadings: 2, gapMs: 100_000, clearMs: 20_000 }
const INTERVAL_RULES: Rule[] = [
  {
    key: 'a-speed',
    kind: 'overspeed',
    limit: 4,
    tolerance: 5,
    ofGeofences: 'ignored',
    times: OVERSPEED_TIMES,
  },
  { ...FUEL, times: FUEL_TIMES },
  { key: 'c-idling', kind: 'idling', times: IDLING_TIMES },
  { key: 'd-towing', kind: 'towing', times: TOWING_TIMES },
]
const SHORT_TIMES = { forMs: 20_000, minReadings: 2, gapMs: 100_000, clearMs: 0 }
const { expression } = compileExpression('speed - prev.speed > 10')
if (expression === undefined) throw new Error('the expression is invalid')
/** Every other ten minutes. */
const isScheduled = (timeMs: number) => Math.floor(timeMs / 600_000) % 2 === 0
const DEVICE_RULES: Rule[] = [
  { key: 'k-silence', kind: 'silence', afterMs: 200_000 },
  { key: 'l-status', kind: 'device_status', statuses: ['sos', 'crash'], coolDownMs: 60_000 },
  { key: 'm-no-position', kind: 'device_fault', fault: 'no_position', times: SHORT_TIMES },
  {
    key: 'n-frozen',
    kind: 'device_fault',
    fault: 'frozen',
    of: 'position',
    speedAbove: 4,
    times: SHORT_TIMES,
  },
  { key: 'o-restarts', kind: 'device_fault', fault: 'seq_restarts', restarts: 3, withinMs: 100_000 },
  { key: 'p-dtc', kind: 'device_fault', fault: 'dtc', coolDownMs: 200_000 },
  {
    key: 'q-expression',
    kind: 'expression',
    expression,
    times: { ...SHORT_TIMES, forMs: 0, minReadings: 1 },
  },
  {
    key: 'r-scheduled',
    kind: 'overspeed',
    limit: 4,
    tolerance: 5,
    ofGeofences: 'ignored',
    times: OVERSPEED_TIMES,
    schedule: { includes: isScheduled },
  },
]
const RULED: Settings = {
  parameters: PARAMETERS,
  rules: [
    ...INTERVAL_RULES,
    {
      key: 'e-zone',
      kind: 'overspeed',
      limit: null,
      tolerance: 0,
      ofGeofences: 'lowest',
      times: OVERSPEED_TIMES,
    },
    { key: 'f-braking', kind: 'harsh_braking', limit: 2 },
    { key: 'g-enter', kind: 'geofence_enter', geofence: 'zone' },
    { key: 'h-exit', kind: 'geofence_exit', geofence: 'zone' },
    { key: 'i-dwell', kind: 'geofence_dwell', geofence: 'zone', dwellMs: 60_000 },
    { key: 'j-crossed', kind: 'geofence_crossed', geofence: 'line' },
    ...DEVICE_RULES,
    { key: 's-refuel', ...REFUEL },
    { key: 't-drain', ...FUEL_DRAIN },
    {
      key: 'u-required',
      kind: 'geofence_required',
      geofence: 'zone',
      side: 'outside',
      windows: null,
      times: REQUIRED_TIMES,
    },
  ],
  geofences: indexGeofences([
    {
      key: 'line',
      shape: {
        type: 'LineString',
        coordinates: [
          [17.9, 59.303],
          [18.1, 59.303],
        ],
        widthM: 20,
      },
    },
    { key: 'zone', shape: { type: 'Point', coordinates: [18, 59.305], radiusM: 450 }, speedLimit: 30 },
  ]),
}
const RUNS = { numRuns: 300 }

describe('the fold over readings', () => {
  it('the fold gives the journeys and buckets of the definitions', () => {
    fc.assert(
      fc.property(traces, fc.infiniteStream(fc.nat()), (readings, order) => {
        const { results, open } = fold(readings, SETTINGS)
        // The oracle sorts by time. Readings of one instant keep their order, so only others are shuffled.
        const isShufflable = new Set(readings.map((it) => it.timeMs)).size === readings.length
        const shuffled = isShufflable
          ? readings.map((it) => ({ it, key: order.next().value ?? 0 })).toSorted((a, b) => a.key - b.key)
          : readings.map((it) => ({ it }))
        const expected = evaluate(
          shuffled.map(({ it }) => it),
          PARAMETERS,
        )
        expect(results.journeys).to.deep.equal(expected.journeys)
        expect(open.journeys).to.deep.equal(expected.openJourney ? [expected.openJourney] : [])
        expect([...results.buckets, ...open.buckets]).to.deep.equal(expected.buckets)
      }),
      RUNS,
    )
  })

  it('the speed of a reading without a position says nothing of the way, not even in the same instant', () => {
    const [rest, fast] = [{ speed: 0, ignition: true }, { speed: 90 }]
    const readings = [
      { timeMs: BEGIN_MS, lat: 59.3, lon: 18, ...rest },
      { timeMs: BEGIN_MS, ...fast },
      { timeMs: BEGIN_MS + 10_000, lat: 59.30012, lon: 18, speed: 5 },
      { timeMs: BEGIN_MS + 100_000, lat: 59.32, lon: 18, ...fast },
    ]
    const { open } = fold(readings, SETTINGS)
    expect(open.journeys).to.deep.equal([evaluate(readings, PARAMETERS).openJourney])
  })

  it('the fold gives the events of the definitions of interval rules', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        const { results, open } = fold(readings, RULED)
        const { facts } = evaluate(readings, PARAMETERS)
        const lastMs = readings.at(-1)?.timeMs ?? 0
        const found = (rule: string): Found[] =>
          [...results.events, ...open.events]
            .filter((it) => it.rule === rule)
            .map((it) => [it.fromMs, it.toMs, it.peak?.measure ?? 0])
        expect(found('a-speed')).to.deep.equal(
          findIntervals(judgeSpeed(facts, 4000, 5000), OVERSPEED_TIMES, lastMs),
        )
        const levels = { level: 59.7, clearLevel: 59.9, medianOf: 3, gapMs: FUEL_TIMES.gapMs }
        const judged = judgeBelow(facts, (it) => it.reading.fuel_level, levels)
        expect(found('b-fuel')).to.deep.equal(findIntervals(judged, FUEL_TIMES, lastMs, -1))
        expect(found('c-idling')).to.deep.equal(findIntervals(judgeIdling(facts), IDLING_TIMES, lastMs))
        expect(found('d-towing')).to.deep.equal(findIntervals(judgeTowing(facts), TOWING_TIMES, lastMs))
      }),
      RUNS,
    )
  })

  it('the fold gives the events of the definitions of devices, expressions and schedules', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        const { results, open } = fold(readings, { ...RULED, rules: DEVICE_RULES })
        const { facts } = evaluate(readings, PARAMETERS)
        const lastMs = readings.at(-1)?.timeMs ?? 0
        const found = (rule: string) =>
          [...results.events, ...open.events]
            .filter((it) => it.rule === rule)
            .map((it) => [it.fromMs, it.toMs])
        const spans = (of: Found[]) => of.map(([from, to]) => [from, to])
        expect(found('k-silence')).to.deep.equal(findSilence(facts, 200_000))
        const status = ({ reading }: { reading: { status?: string } }) =>
          reading.status === 'ok' ? undefined : reading.status?.toLowerCase()
        expect(found('l-status')).to.deep.equal(findReports(facts, status, 60_000))
        expect(found('m-no-position')).to.deep.equal(
          spans(findIntervals(judgeNoPosition(facts), SHORT_TIMES, lastMs)),
        )
        expect(found('n-frozen')).to.deep.equal(findFrozen(facts, 4, SHORT_TIMES))
        expect(found('o-restarts')).to.deep.equal(findRestarts(facts, 3, 100_000))
        const code = ({ reading }: { reading: { extra?: Record<string, unknown> } }) =>
          reading.extra === undefined ? undefined : (reading.extra['dtc'] as string) || null
        expect(found('p-dtc')).to.deep.equal(findReports(facts, code, 200_000))
        const faster = judgePairs(facts, SHORT_TIMES.gapMs, ({ speed: now }, { speed: before }) =>
          now === undefined || before === undefined ? undefined : now - before > 10,
        )
        const times = { ...SHORT_TIMES, forMs: 0, minReadings: 1 }
        expect(found('q-expression')).to.deep.equal(spans(findIntervals(faster, times, lastMs)))
        const windowOf = (t: number) => (isScheduled(t) ? Math.floor(t / 600_000) : undefined)
        expect(found('r-scheduled')).to.deep.equal(
          spans(findWithin(judgeSpeed(facts, 4000, 5000), OVERSPEED_TIMES, lastMs, windowOf)),
        )
      }),
      { numRuns: 600 },
    )
  })

  it('the fold gives the enters and exits of the definitions', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        const { results } = fold(readings, RULED)
        const found = results.events.filter((it) => it.rule === 'g-enter' || it.rule === 'h-exit')
        const centre = { lat: 59.305e7, lon: 18e7 }
        const { accepted } = evaluate(readings, PARAMETERS)
        const fixes = accepted.map((it, i) => ({
          t: it.t,
          d: metres(it.at, centre) - 450,
          isContinuous: i > 0 && !it.jumped && it.t - (accepted[i - 1]?.t ?? 0) <= PARAMETERS.gapMs,
        }))
        const expected = findPassages(fixes, 25).toSorted((a, b) => a[1] - b[1])
        expect(found.map((it) => it.kind)).to.deep.equal(expected.map(([kind]) => `geofence_${kind}`))
        // The two measure distances differently, so their crossings are some mm apart.
        for (const [i, it] of found.entries()) expect(it.fromMs).to.be.closeTo(expected[i]?.[1] ?? 0, 200)
      }),
      RUNS,
    )
  })

  it('these traces contain events of all kinds of rules', () => {
    const kinds = new Set<string>()
    for (const readings of fc.sample(traces, { numRuns: 500, seed: 1 })) {
      const { results } = fold(readings, RULED)
      for (const it of results.events) kinds.add(it.rule)
    }
    expect([...kinds].toSorted()).to.deep.equal(RULED.rules.map((it) => it.key))
  })

  it('the fold continues from any stored state as if it had read everything before', () => {
    fc.assert(
      fc.property(traces, fc.nat(), (readings, at) => {
        const cut = at % (readings.length + 1)
        const whole = fold(readings, RULED)
        const first = fold(readings.slice(0, cut), RULED)
        const second = fold(readings.slice(cut), RULED, parseState(writeState(first.state)))
        expect(writeState(second.state)).to.equal(writeState(whole.state))
        expect([...first.results.journeys, ...second.results.journeys]).to.deep.equal(whole.results.journeys)
        expect([...first.results.buckets, ...second.results.buckets]).to.deep.equal(whole.results.buckets)
        expect([...first.results.events, ...second.results.events]).to.deep.equal(whole.results.events)
        expect(second.open).to.deep.equal(whole.open)
      }),
      RUNS,
    )
  })

  it('the fold does not change its input state', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        const texts: string[] = []
        const { states } = fold(readings, RULED)
        let state = fold([], RULED).state
        for (const reading of readings) {
          state = advance(state, reading, RULED).state
          texts.push(writeState(state))
        }
        expect(states.map(writeState)).to.deep.equal(texts)
      }),
      { numRuns: 100 },
    )
  })

  it('a reading that is older than the newest one is refused', () => {
    const { state } = fold([{ timeMs: BEGIN_MS, speed: 0 }], SETTINGS)
    expect(() => advance(state, { timeMs: BEGIN_MS - 1, speed: 0 }, SETTINGS)).to.throw(RangeError)
  })
})

describe('the state of a vehicle', () => {
  it('a state is the same after its text was read', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        const { state } = fold(readings, RULED)
        expect(parseState(writeState(state))).to.deep.equal(state)
      }),
      RUNS,
    )
  })

  it('a state has integers only, where no rule keeps values of readings', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        JSON.parse(JSON.stringify(fold(readings, SETTINGS).state), (_, value: unknown) => {
          if (typeof value === 'number') expect(Number.isSafeInteger(value)).to.equal(true)
          return value
        })
      }),
      RUNS,
    )
  })

  it('a state of another version is not read', () => {
    const text = writeState(fold([], SETTINGS).state)
    expect(text).to.match(/^\[3,/)
    expect(parseState(text.replace('[3,', '[2,'))).to.equal(undefined)
  })

  it('a state has one text, whatever the order of its properties', () => {
    const { state } = fold([{ timeMs: BEGIN_MS, lat: 59, lon: 18, speed: 9 }], SETTINGS)
    const { last, filter, ...others } = state
    expect(writeState({ ...others, filter, last })).to.equal(writeState(state))
  })

  it('a state is shorter than 4 KiB', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        for (const it of fold(readings, RULED).states)
          expect(writeState(it).length).to.be.below(STATE_LENGTH_MAX)
      }),
      RUNS,
    )
  })

  it('a state forgets a late reading once the next trip has ended', () => {
    const late = { timeMs: BEGIN_MS + 30_000, lat: 59.31, lon: 18, speed: 70 }
    const drive = (from: number) => [
      ...[0, 60, 120].map((s) => ({
        timeMs: from + s * 1000,
        lat: 59.3 + s / 12_000,
        lon: 18,
        speed: 60,
      })),
      ...[180, 300, 400].map((s) => ({ timeMs: from + s * 1000, lat: 59.315, lon: 18, speed: 0 })),
    ]
    const second = drive(BEGIN_MS + 500_000)
    const [with_, without_] = [[late], []].map((it) =>
      fold(
        [...drive(BEGIN_MS), ...it, ...second].toSorted((a, b) => a.timeMs - b.timeMs),
        SETTINGS,
      ),
    )
    expect(with_?.results.journeys).to.not.deep.equal(without_?.results.journeys)
    expect(with_ && writeState(with_.state)).to.equal(without_ && writeState(without_.state))
  })
})
