import type { RuleKindName, RuleParams } from '../contract/rule-kinds.ts'
import type { Schedule } from '../contract/schedule.ts'
import type { NumberField } from '../contract/telemetry.ts'
import { compileExpression } from './expression.ts'
import type { IntervalTimes } from './interval-rule.ts'
import { DEFAULT_PARAMETERS, type Parameters } from './parameters.ts'
import { FROZEN_POSITION, NO_POSITION, type Rule, type RuleKind } from './rule.ts'
import { compileSchedule } from './schedule.ts'

/** Attributes of a vehicle. */
export type VehicleAttributes = Readonly<Record<string, string | number | boolean>>

/** The attributes that rules and journeys depend on. */
export const SETTING_ATTRIBUTES = ['class', 'speed_limit', 'tank_l'] as const

/** m/s² by the class of the vehicle, where `car` is the default. */
const HARSH_LIMITS = {
  harsh_acceleration: { car: 3.6, van: 3.2, truck: 2.5 },
  harsh_braking: { car: 4, van: 3.6, truck: 3 },
  harsh_cornering: { car: 4, van: 3.6, truck: 3 },
} as const

/** Each kind that readings are judged by, with its parameters for one vehicle. */
const RESOLVERS: { [K in RuleKindName]?: (params: RuleParams<K>, of: VehicleAttributes) => RuleKind | null } =
  {
    threshold: (it) => ({
      kind: 'threshold',
      of: fieldOf(it.field),
      side: it.side,
      level: it.level,
      clearLevel: it.clear_level ?? it.level,
      medianOf: it.median_of,
      engine: it.engine,
      times: timesOf(it),
    }),
    overspeed: (it, of) => ({
      kind: 'overspeed',
      limit: positive(of['speed_limit']) ?? it.limit ?? null,
      tolerance: it.tolerance,
      ofGeofences: it.geofences,
      times: timesOf(it),
    }),
    geofence_enter: ({ geofence }) => ({ kind: 'geofence_enter', geofence }),
    geofence_exit: ({ geofence }) => ({ kind: 'geofence_exit', geofence }),
    geofence_crossed: ({ geofence }) => ({ kind: 'geofence_crossed', geofence }),
    geofence_dwell: ({ geofence, dwell_s: dwellS }) => ({
      kind: 'geofence_dwell',
      geofence,
      dwellMs: dwellS * 1000,
    }),
    idling: (it) => ({ kind: 'idling', times: timesOf(it) }),
    towing: (it) => ({ kind: 'towing', times: timesOf(it) }),
    harsh_acceleration: (it, of) => harsh('harsh_acceleration', it.limit, of),
    harsh_braking: (it, of) => harsh('harsh_braking', it.limit, of),
    harsh_cornering: (it, of) => harsh('harsh_cornering', it.limit, of),
    geofence_required: (it) => ({
      kind: 'geofence_required',
      geofence: it.geofence,
      side: it.side,
      windows: it.schedule === undefined ? null : compileSchedule(it.schedule),
      times: timesOf(it),
    }),
    silence: (it) => ({ kind: 'silence', afterMs: it.after_s * 1000 }),
    refuel: (it) => fuel('refuel', it),
    fuel_drain: (it) => fuel('fuel_drain', it),
    device_status: (it) => ({
      kind: 'device_status',
      statuses: it.statuses,
      coolDownMs: it.cool_down_s * 1000,
    }),
    device_fault: faultOf,
    expression: (it) => {
      const { expression } = compileExpression(it.expression)
      return expression === undefined ? null : { kind: 'expression', expression, times: timesOf(it) }
    },
  }

function fuel(kind: 'refuel' | 'fuel_drain', it: RuleParams<'refuel'>): RuleKind {
  return { kind, points: it.points, litres: it.litres, apartMs: it.apart_s * 1000 }
}

function faultOf(it: RuleParams<'device_fault'>): RuleKind {
  const forMs = (byDefault: number) => (it.for_s === undefined ? byDefault : it.for_s * 1000)
  switch (it.fault) {
    case 'no_position':
      return { ...NO_POSITION, times: { ...NO_POSITION.times, forMs: forMs(NO_POSITION.times.forMs) } }
    case 'frozen':
      return {
        ...FROZEN_POSITION,
        of: it.field === 'position' ? 'position' : fieldOf(it.field),
        speedAbove: it.speed_above,
        times: { ...FROZEN_POSITION.times, forMs: forMs(FROZEN_POSITION.times.forMs) },
      }
    case 'seq_restarts':
      return {
        kind: 'device_fault',
        fault: 'seq_restarts',
        restarts: it.restarts,
        withinMs: it.within_s * 1000,
      }
    case 'dtc':
      return { kind: 'device_fault', fault: 'dtc', coolDownMs: it.cool_down_s * 1000 }
  }
}

/**
 * A rule with its parameters for a vehicle: those of the rule, otherwise by the vehicle's attributes, otherwise defaults.
 * A speed limit is first that of the vehicle. `null` if readings are not judged by this kind.
 * @param params valid for the kind, with their defaults
 * @param schedule valid; otherwise the rule is always judged
 */
export function resolveRule(
  key: string,
  kind: RuleKindName,
  params: object,
  attributes: VehicleAttributes,
  schedule: Schedule | null = null,
): Rule | null {
  const resolve = RESOLVERS[kind] as ((params: object, of: VehicleAttributes) => RuleKind | null) | undefined
  const resolved = resolve?.(params, attributes) ?? null
  if (resolved === null) return null
  return schedule === null ? { key, ...resolved } : { key, schedule: compileSchedule(schedule), ...resolved }
}

/** Parameters of the journeys of a vehicle. */
export function resolveParameters(attributes: VehicleAttributes): Parameters {
  const tankL = positive(attributes['tank_l'])
  return tankL === undefined
    ? DEFAULT_PARAMETERS
    : { ...DEFAULT_PARAMETERS, tankMl: Math.floor(tankL * 1000 + 0.5) }
}

function fieldOf(field: string): NumberField | { extra: string } {
  return field.startsWith('extra.') ? { extra: field.slice('extra.'.length) } : (field as NumberField)
}

interface WireTimes {
  for_s: number
  min_readings: number
  clear_s: number
  gap_s: number
}

function timesOf({
  for_s: forS,
  min_readings: minReadings,
  clear_s: clearS,
  gap_s: gapS,
}: WireTimes): IntervalTimes {
  return { forMs: forS * 1000, minReadings, clearMs: clearS * 1000, gapMs: gapS * 1000 }
}

function harsh(kind: keyof typeof HARSH_LIMITS, limit: number | undefined, of: VehicleAttributes): RuleKind {
  const limits = HARSH_LIMITS[kind]
  const name = of['class']
  const ofClass = name === 'van' || name === 'truck' ? limits[name] : limits.car
  return { kind, limit: limit ?? ofClass }
}

/** An attribute may also be written as text. */
function positive(value: string | number | boolean | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined
}
