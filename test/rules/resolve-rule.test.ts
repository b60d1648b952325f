import { expect } from 'chai'
import { RULE_KINDS, RULE_PRESETS, type RuleKindName } from '../../contract/rule-kinds.ts'
import { DEFAULT_PARAMETERS } from '../../rules/parameters.ts'
import { resolveParameters, resolveRule, type VehicleAttributes } from '../../rules/resolve-rule.ts'
import {
  FROZEN_POSITION,
  FUEL_DRAIN,
  HIGH_RPM,
  HOT_COOLANT,
  LOW_FUEL,
  NO_POSITION,
  REFUEL,
  SEQ_RESTARTS,
  SILENCE,
  TROUBLE_CODE,
  type RuleKind,
} from '../../rules/rule.ts'

const TIMES = { for_s: 10, min_readings: 2, clear_s: 0, gap_s: 300 }

describe('parameters of a rule for a vehicle', () => {
  const resolve = (kind: RuleKindName, params: object, attributes: VehicleAttributes = {}) =>
    resolveRule('7', kind, params, attributes)

  it('presets are the thresholds of rules/rule.ts', () => {
    const expected = { low_fuel: LOW_FUEL, high_rpm: HIGH_RPM, hot_coolant: HOT_COOLANT }
    for (const [preset, threshold] of Object.entries(expected)) {
      const { kind, params } = RULE_PRESETS[preset as keyof typeof expected]
      expect(resolve(kind, params)).to.deep.equal({ key: '7', ...threshold })
    }
  })

  it('a field of extra is named', () => {
    const params = { field: 'extra.oil.temp', side: 'above', level: 3, median_of: 1, engine: 'any', ...TIMES }
    expect(resolve('threshold', params))
      .to.include({ level: 3, clearLevel: 3 })
      .and.to.deep.include({ of: { extra: 'oil.temp' } })
  })

  it("a vehicle's speed limit comes before that of the rule, and may be text", () => {
    const params = { limit: 90, tolerance: 5, geofences: 'lowest', ...TIMES }
    const { limit: _, ...without } = params
    const cases: [object, VehicleAttributes, number | null][] = [
      [params, {}, 90],
      [params, { speed_limit: 80 }, 80],
      [params, { speed_limit: '80' }, 80],
      [params, { speed_limit: 'fast' }, 90],
      [params, { speed_limit: 0 }, 90],
      [params, { speed_limit: true }, 90],
      [without, {}, null],
      [without, { speed_limit: 80 }, 80],
    ]
    for (const [given, attributes, limit] of cases)
      expect(resolve('overspeed', given, attributes)).to.deep.include({ limit })
  })

  it('a limit of harsh driving is that of the rule, otherwise that of the class', () => {
    const cases: [RuleKindName, object, VehicleAttributes, number][] = [
      ['harsh_braking', {}, {}, 4],
      ['harsh_braking', {}, { class: 'truck' }, 3],
      ['harsh_braking', { limit: 5 }, { class: 'truck' }, 5],
      ['harsh_acceleration', {}, { class: 'van' }, 3.2],
      ['harsh_cornering', {}, { class: 'bicycle' }, 4],
    ]
    for (const [kind, params, attributes, limit] of cases)
      expect(resolve(kind, params, attributes)).to.deep.equal({ key: '7', kind, limit })
  })

  it('readings are not judged by the connection', () => {
    expect(resolve('offline', { after_s: 600 })).to.equal(null)
  })

  /** As they are stored: with defaults. */
  const withDefaults = (kind: RuleKindName, given: object = {}) => ({
    ...Object.fromEntries(
      Object.entries(RULE_KINDS[kind].params.properties).flatMap(([name, it]) =>
        'default' in it ? [[name, it.default]] : [],
      ),
    ),
    ...given,
  })

  it('defaults on the wire are those of rules/rule.ts', () => {
    const cases: [RuleKindName, object, RuleKind][] = [
      ['refuel', {}, REFUEL],
      ['fuel_drain', {}, FUEL_DRAIN],
      ['silence', {}, SILENCE],
      ['device_fault', { fault: 'no_position' }, NO_POSITION],
      ['device_fault', { fault: 'frozen' }, FROZEN_POSITION],
      ['device_fault', { fault: 'seq_restarts' }, SEQ_RESTARTS],
      ['device_fault', { fault: 'dtc' }, TROUBLE_CODE],
    ]
    for (const [kind, given, expected] of cases)
      expect(resolve(kind, withDefaults(kind, given))).to.deep.equal({ key: '7', ...expected })
  })

  it('a fault may be of a field, and take another time', () => {
    const frozen = { fault: 'frozen', field: 'extra.door', speed_above: 30, for_s: 60 }
    expect(resolve('device_fault', withDefaults('device_fault', frozen))).to.deep.equal({
      key: '7',
      ...FROZEN_POSITION,
      of: { extra: 'door' },
      speedAbove: 30,
      times: { ...FROZEN_POSITION.times, forMs: 60_000 },
    })
  })

  it('an expression is compiled, and an invalid one judges nothing', () => {
    const rule = resolve('expression', withDefaults('expression', { expression: 'speed > 50' }))
    expect(rule?.kind === 'expression' && rule.expression.source).to.equal('speed > 50')
    expect(resolve('expression', withDefaults('expression', { expression: 'speed >' }))).to.equal(null)
  })

  it('a schedule, and the times of a required place, are those of its zone', () => {
    const schedule = {
      zone: 'Europe/Stockholm',
      windows: [{ days: ['mon' as const], from: '07:00', to: '08:00' }],
    }
    const [before, within] = ['2026-11-30T05:59:00Z', '2026-11-30T06:00:00Z'].map((it) => Date.parse(it))
    const rule = resolveRule('7', 'silence', { after_s: 900 }, {}, schedule)
    expect([before, within].map((it) => rule?.schedule?.includes(it ?? 0))).to.deep.equal([false, true])
    const required = resolve(
      'geofence_required',
      withDefaults('geofence_required', { geofence: 'a', schedule }),
    )
    const windows = required?.kind === 'geofence_required' ? required.windows : null
    expect([before, within].map((it) => windows?.includes(it ?? 0))).to.deep.equal([false, true])
  })

  it('the capacity of the tank is in ml', () => {
    expect(resolveParameters({ tank_l: 61.5 })).to.deep.equal({ ...DEFAULT_PARAMETERS, tankMl: 61_500 })
    expect(resolveParameters({ tank_l: 'full' })).to.equal(DEFAULT_PARAMETERS)
  })
})
