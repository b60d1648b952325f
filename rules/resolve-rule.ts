import type { RuleKindName, RuleParams } from '../contract/rule-kinds.ts'
import type { NumberField } from '../contract/telemetry.ts'
import type { IntervalTimes } from './interval-rule.ts'
import { DEFAULT_PARAMETERS, type Parameters } from './parameters.ts'
import type { Rule, RuleKind } from './rule.ts'

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
const RESOLVERS: { [K in RuleKindName]?: (params: RuleParams<K>, of: VehicleAttributes) => RuleKind } = {
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
}

/**
 * A rule with its parameters for a vehicle: those of the rule, otherwise by the vehicle's attributes, otherwise defaults.
 * A speed limit is first that of the vehicle. `null` if readings are not judged by this kind.
 * @param params valid for the kind, with their defaults
 */
export function resolveRule(
  key: string,
  kind: RuleKindName,
  params: object,
  attributes: VehicleAttributes,
): Rule | null {
  const resolve = RESOLVERS[kind] as ((params: object, of: VehicleAttributes) => RuleKind) | undefined
  return resolve === undefined ? null : { key, ...resolve(params, attributes) }
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
