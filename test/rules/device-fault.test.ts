import { expect } from 'chai'
import type { TimedReading } from '../../rules/reading.ts'
import {
  FROZEN_POSITION,
  NO_POSITION,
  SEQ_RESTARTS,
  SILENCE,
  TROUBLE_CODE,
  type RuleKind,
} from '../../rules/rule.ts'
import { eventsOf, foldRule, type Line } from './rule-lines.ts'

const every = (stepS: number, count: number, of: (i: number) => Partial<TimedReading>): Line[] =>
  Array.from({ length: count }, (_, i) => [i * stepS, of(i)])
const place = (metres: number) => ({ lat: 59 + metres / 111_320, lon: 18 })

describe('silence', () => {
  const on = { ignition: true }

  it('silence is a time of more than 15 minutes without a reading, although the engine was on', () => {
    expect(
      eventsOf(SILENCE, [
        [0, on],
        [10, {}],
        [911, {}],
      ]),
    ).to.deep.equal([[10, 911, null]])
    expect(
      eventsOf(SILENCE, [
        [0, on],
        [10, {}],
        [910, {}],
      ]),
    ).to.deep.equal([])
  })

  it('a vehicle whose engine was off, or unknown, is not silent', () => {
    expect(
      eventsOf(SILENCE, [
        [0, { ignition: false }],
        [2000, on],
      ]),
    ).to.deep.equal([])
    expect(
      eventsOf(SILENCE, [
        [0, {}],
        [2000, on],
      ]),
    ).to.deep.equal([])
  })

  it('readings that arrive late correct silence', () => {
    const lines: Line[] = [
      [0, on],
      [2000, on],
    ]
    expect(eventsOf(SILENCE, lines)).to.deep.equal([[0, 2000, null]])
    expect(
      eventsOf(SILENCE, [
        [0, on],
        [1000, on],
        [2000, on],
      ]),
    ).to.deep.equal([
      [0, 1000, null],
      [1000, 2000, null],
    ])
    expect(
      eventsOf(
        SILENCE,
        every(500, 5, () => on),
      ),
    ).to.deep.equal([])
  })
})

describe('a status of the device', () => {
  const rule: RuleKind = { kind: 'device_status', statuses: ['sos', 'Crash'], coolDownMs: 600_000 }

  it('a status is one event until it was not reported for the cool-down', () => {
    const lines: Line[] = [
      [0, { status: 'ok' }],
      [10, { status: 'SOS' }],
      [20, { rpm: 900 }],
      [600, { status: 'sos' }],
      [1200, { status: 'ok' }],
      [1201, { rpm: 900 }],
      [1300, { status: 'sos' }],
    ]
    expect(eventsOf(rule, lines.slice(0, 3))).to.deep.equal([[10, null, 'sos']])
    expect(eventsOf(rule, lines)).to.deep.equal([
      [10, 600, 'sos'],
      [1300, null, 'sos'],
    ])
  })

  it('another status of the rule is an event of its own', () => {
    const lines: Line[] = [
      [0, { status: 'sos' }],
      [10, { status: 'sos' }],
      [20, { status: 'CRASH' }],
    ]
    expect(eventsOf(rule, lines)).to.deep.equal([
      [0, 10, 'sos'],
      [20, null, 'crash'],
    ])
  })
})

describe('a fault of the device', () => {
  it('a position is missing once readings with the engine on have none for ten minutes', () => {
    const lines = (count: number): Line[] => [
      [-60, { ...place(0), ignition: true }],
      ...every(60, count, () => ({ rpm: 900, ignition: true })),
    ]
    expect(eventsOf(NO_POSITION, lines(10))).to.deep.equal([])
    expect(eventsOf(NO_POSITION, lines(11))).to.deep.equal([[0, null, null]])
    expect(eventsOf(NO_POSITION, [...lines(12), [700, place(5)]])).to.deep.equal([[0, 660, null]])
    // A position at 0,0 is none.
    const zero = lines(11).map(([s, it], i): Line => [s, i === 0 ? it : { ...it, lat: 0, lon: 0 }])
    expect(eventsOf(NO_POSITION, zero)).to.deep.equal([[0, null, null]])
  })

  it('a position is not missing with the engine off, or if the vehicle never had one', () => {
    const parked: Line[] = [[-60, place(0)], ...every(60, 20, () => ({ ignition: false }))]
    expect(eventsOf(NO_POSITION, parked)).to.deep.equal([])
    expect(
      eventsOf(
        NO_POSITION,
        every(60, 20, () => ({ ignition: true })),
      ),
    ).to.deep.equal([])
  })

  it('a position is frozen if it is the same for half an hour of driving', () => {
    const drive = (count: number, frozenFrom: number): Line[] =>
      every(60, count, (i) => ({ ...place(Math.min(i, frozenFrom) * 500), speed: 30 }))
    expect(eventsOf(FROZEN_POSITION, drive(35, 5))).to.deep.equal([])
    expect(eventsOf(FROZEN_POSITION, drive(36, 5))).to.deep.equal([[300, null, null]])
    const ended: Line[] = [...drive(37, 5), [37 * 60, { ...place(3000), speed: 30 }]]
    expect(eventsOf(FROZEN_POSITION, ended)).to.deep.equal([[300, 36 * 60, null]])
  })

  it('a position of a vehicle that stands or crawls is not frozen', () => {
    expect(
      eventsOf(
        FROZEN_POSITION,
        every(60, 60, () => ({ ...place(0), speed: 20 })),
      ),
    ).to.deep.equal([])
    // Waiting for four minutes does not interrupt the drive.
    const lines = every(60, 40, (i) => ({ ...place(0), speed: i > 10 && i < 14 ? 0 : 50 }))
    expect(eventsOf(FROZEN_POSITION, lines)).to.deep.equal([[0, null, null]])
    // A gap does.
    const torn = every(60, 60, (i) => (i > 20 && i < 30 ? {} : { ...place(0), speed: 50 }))
    expect(eventsOf(FROZEN_POSITION, torn)).to.deep.equal([])
  })

  it('a sensor may be frozen', () => {
    const rule: RuleKind = { ...FROZEN_POSITION, of: 'rpm' }
    const lines = (of: (i: number) => number) => every(60, 40, (i) => ({ speed: 50 + i, rpm: of(i) }))
    expect(
      eventsOf(
        rule,
        lines(() => 1500),
      ),
    ).to.deep.equal([[0, null, null]])
    expect(
      eventsOf(
        rule,
        lines((i) => 1500 + (i % 20 === 0 ? 1 : 0)),
      ),
    ).to.deep.equal([])
    const extra: RuleKind = { ...FROZEN_POSITION, of: { extra: 'door' } }
    const doors = every(60, 40, () => ({ speed: 50, extra: { door: 'shut' } }))
    expect(eventsOf(extra, doors)).to.deep.equal([[0, null, null]])
  })

  const restarts = (...seconds: number[]): Line[] =>
    seconds.flatMap((s): Line[] => [
      [s - 1, { seq: 7 }],
      [s, { seq: 0 }],
    ])

  it('a device restarts too often if its sequence falls five times within an hour', () => {
    expect(eventsOf(SEQ_RESTARTS, restarts(10, 900, 1800, 2700, 3610))).to.deep.equal([[10, null, null]])
    expect(eventsOf(SEQ_RESTARTS, restarts(10, 900, 1800, 2700, 3611))).to.deep.equal([])
    expect(eventsOf(SEQ_RESTARTS, restarts(10, 900, 1800, 2700))).to.deep.equal([])
  })

  it('restarts are one event until there were fewer for an hour', () => {
    const lines: Line[] = [...restarts(10, 20, 30, 40, 50, 3000, 3500), [3651, { seq: 1 }]]
    // The last time that five restarts were within an hour is at 3500 s.
    expect(eventsOf(SEQ_RESTARTS, lines)).to.deep.equal([[10, null, null]])
    expect(eventsOf(SEQ_RESTARTS, [...lines, [7101, { rpm: 900 }]])).to.deep.equal([[10, 3500, null]])
  })

  it('a trouble code is an event from its first report to its last one', () => {
    const lines: Line[] = [
      [0, { extra: { dtc_count: 0 } }],
      [10, { extra: { DTC_1: 'P0301', dtc_2: 'P0420' } }],
      [20, { rpm: 900 }],
      [30, { extra: { DTC_1: 'P0301' } }],
      [40, { extra: { DTC_1: '' } }],
    ]
    expect(eventsOf(TROUBLE_CODE, lines.slice(0, 3))).to.deep.equal([[10, null, 'DTC_1=P0301']])
    expect(eventsOf(TROUBLE_CODE, lines)).to.deep.equal([[10, 30, 'DTC_1=P0301']])
  })

  it('another trouble code is an event of its own', () => {
    const lines: Line[] = ['P0301', 'P0301', 'P0420'].map((dtc, i) => [i * 10, { extra: { dtc } }])
    expect(eventsOf(TROUBLE_CODE, lines)).to.deep.equal([
      [0, 10, 'dtc=P0301'],
      [20, null, 'dtc=P0420'],
    ])
  })

  it('the memory of faults forgets old values', () => {
    const { states } = foldRule(SEQ_RESTARTS, [...restarts(10), [3700, { rpm: 900 }]])
    expect(states.map((it) => it.memories.length)).to.deep.equal([1, 1, 0])
    const parked = every(60, 20, (i) => ({ ...place(i), speed: i < 5 ? 50 : 0 }))
    expect(foldRule(FROZEN_POSITION, parked).state.memories).to.deep.equal([])
  })
})
