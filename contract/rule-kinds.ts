import { ALERT_STATUSES } from './live-state.ts'
import type { Schema, TypeOf } from './schema-type.ts'
import { SCHEDULE_SCHEMA } from './schedule.ts'
import { NUMBER_FIELDS, type NumberField } from './telemetry.ts'
import { TEXT_PATTERN } from './text-pattern.ts'
import { KEY_PATTERN } from './topics.ts'

/**
 * The kinds of rules on the wire, and the parameters of each. Parameters with a default are stored with it when the rule
 * is saved, so that a later default changes no rule. A parameter with neither a default nor `required` depends on the
 * vehicle if it is absent.
 */

interface KindDeclaration {
  summary: string
  params: Schema
}

/** Schema of parameters; others are refused. */
function params<const P extends Readonly<Record<string, Schema>>, const R extends keyof P = never>(
  properties: P,
  required: readonly R[] = [],
) {
  return { type: 'object', properties, required, additionalProperties: false } as const
}

const finite = { type: 'number', minimum: -1e15, maximum: 1e15 } as const

const FIELDS = Object.keys(NUMBER_FIELDS) as NumberField[]

/** Pattern of a field, or of a number in `extra`. */
const FIELD = `${FIELDS.join('|')}|extra\\.[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]{1,64}`

const DAY_S = 86_400

const seconds = <const D extends number>(byDefault: D, description: string, minimum = 0) =>
  ({ type: 'integer', minimum, maximum: DAY_S, default: byDefault, description }) as const

/** Conditions under which an interval is an event. */
const interval = <const F extends number, const C extends number>(
  forS: F,
  clearS: C,
  minReadings = 2,
  gapS = 300,
) =>
  ({
    for_s: seconds(forS, 's; the condition is true for this time'),
    min_readings: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: minReadings,
      description: 'the condition is true in this number of readings',
    },
    clear_s: seconds(clearS, 's; the event ends once the condition is false for this time'),
    gap_s: seconds(gapS, 's; the event ends at a longer time without a reading', 1),
  }) as const

const geofence = {
  type: 'string',
  pattern: KEY_PATTERN,
  description: 'key of a geofence',
} as const

const ofGeofence = params({ geofence }, ['geofence'])

const harsh = (defaults: string) =>
  params({
    limit: {
      type: 'number',
      minimum: 0.5,
      maximum: 20,
      description: `m/s²; otherwise by the vehicle's attribute \`class\`: ${defaults}`,
    },
  })

const SIGNALS = ['coolant_temp', 'battery_voltage', 'fuel_rate', 'engine_load', 'rpm'] as const

export const RULE_KINDS = {
  threshold: {
    summary: 'A value is above or below a level',
    params: params(
      {
        field: {
          type: 'string',
          maxLength: 70,
          pattern: `^(${FIELD})$`,
          description: `one of ${FIELDS.join(', ')}, or extra.NAME for a number in \`extra\``,
          examples: ['rpm'],
        },
        side: { enum: ['above', 'below'], default: 'above' },
        level: { ...finite, description: 'in the unit of the field' },
        clear_level: {
          ...finite,
          description: 'value at which the event ends, on the other side of the level; otherwise the level',
        },
        median_of: {
          type: 'integer',
          minimum: 1,
          maximum: 9,
          default: 1,
          description: 'the median of this number of readings is compared',
        },
        engine: {
          enum: ['any', 'on', 'off'],
          default: 'any',
          description: 'the rule applies only while the engine is on, or only while it is off',
        },
        ...interval(10, 0),
      },
      ['field', 'level'],
    ),
  },
  overspeed: {
    summary: 'The speed is above the limit plus a tolerance',
    params: params({
      limit: {
        type: 'number',
        minimum: 1,
        maximum: 400,
        description:
          "km/h; the limit of a geofence, otherwise the vehicle's attribute `speed_limit`, comes before it. No limit outside geofences if it is absent",
      },
      tolerance: { type: 'number', minimum: 0, maximum: 100, default: 5, description: 'km/h' },
      geofences: {
        enum: ['lowest', 'highest', 'ignored'],
        default: 'lowest',
        description: 'the limit that applies in several geofences',
      },
      ...interval(10, 10),
    }),
  },
  geofence_enter: { summary: 'The vehicle enters a geofence', params: ofGeofence },
  geofence_exit: { summary: 'The vehicle leaves a geofence', params: ofGeofence },
  geofence_dwell: {
    summary: 'The vehicle stays in a geofence',
    params: params({ geofence, dwell_s: { ...seconds(600, 's since it entered', 1), maximum: 30 * DAY_S } }, [
      'geofence',
    ]),
  },
  geofence_crossed: {
    summary: 'The way between two readings, both outside, leads through a geofence',
    params: ofGeofence,
  },
  geofence_required: {
    summary: 'The vehicle is not inside (or not outside) a geofence in the given times',
    params: params(
      {
        geofence,
        side: { enum: ['inside', 'outside'], default: 'inside', description: 'where the vehicle must be' },
        schedule: { ...SCHEDULE_SCHEMA, description: 'times in which it must be there; otherwise always' },
        ...interval(60, 0, 2, 43_200),
      },
      ['geofence'],
    ),
  },
  idling: {
    summary: 'The engine is on and the vehicle stands, without power take-off (`extra.pto`)',
    params: params(interval(120, 0)),
  },
  offline: {
    summary: 'No device of the vehicle is connected, and nothing was received',
    params: params({ after_s: seconds(600, 's without a connection and readings', 60) }),
  },
  silence: {
    summary: 'No reading, although the engine was on in the reading before',
    params: params({ after_s: seconds(900, 's between two readings', 60) }),
  },
  harsh_acceleration: {
    summary: 'The speed rises quickly',
    params: harsh('car 3.6, van 3.2, truck 2.5'),
  },
  harsh_braking: { summary: 'The speed falls quickly', params: harsh('car 4.0, van 3.6, truck 3.0') },
  harsh_cornering: {
    summary: 'The lateral acceleration is high',
    params: harsh('car 4.0, van 3.6, truck 3.0'),
  },
  refuel: {
    summary: 'The fuel level rises at a standstill',
    params: params({
      points: {
        type: 'number',
        minimum: 1,
        maximum: 100,
        default: 8,
        description: 'points of `fuel_level`: the smallest rise',
      },
      litres: {
        type: 'number',
        minimum: 1,
        maximum: 10_000,
        default: 10,
        description:
          'l: a rise of this or of `points`, whichever is less; only with the attribute `tank_l`, the capacity of the tank',
      },
      apart_s: seconds(900, 's; longest time between the levels before and after', 60),
    }),
  },
  fuel_drain: {
    summary: 'The fuel level falls at a standstill, by more than the engine uses',
    params: params({
      points: {
        type: 'number',
        minimum: 1,
        maximum: 100,
        default: 5,
        description: 'points of `fuel_level`: the smallest fall',
      },
      litres: {
        type: 'number',
        minimum: 1,
        maximum: 10_000,
        default: 10,
        description:
          'l: a fall of this or of `points`, whichever is less; only with the attribute `tank_l`, the capacity of the tank',
      },
      apart_s: seconds(43200, 's; longest time between the levels before and after', 60),
    }),
  },
  towing: { summary: 'The vehicle moves with the ignition off', params: params(interval(60, 60)) },
  device_fault: {
    summary: 'Readings that show a fault of the device or of the vehicle',
    params: params(
      {
        fault: {
          enum: ['no_position', 'frozen', 'seq_restarts', 'dtc'],
          description:
            'no_position: the engine is on, and there is no valid position. frozen: a value stays the same while the vehicle moves. seq_restarts: `seq` starts again often. dtc: a trouble code in `extra`, under a name that begins with dtc',
        },
        field: {
          type: 'string',
          maxLength: 70,
          pattern: `^(position|${FIELD})$`,
          default: 'position',
          description: 'of frozen: position, a field, or extra.NAME',
        },
        speed_above: {
          type: 'number',
          minimum: 1,
          maximum: 400,
          default: 20,
          description: 'km/h, of frozen: only readings with a higher speed count',
        },
        for_s: {
          type: 'integer',
          minimum: 0,
          maximum: DAY_S,
          description: 's, of no_position (otherwise 600) and frozen (otherwise 1800)',
        },
        restarts: { type: 'integer', minimum: 1, maximum: 9, default: 5, description: 'of seq_restarts' },
        within_s: seconds(3600, 's, of seq_restarts: the time in which they are counted', 60),
        cool_down_s: seconds(DAY_S, 's, of dtc: without the code until the next event'),
      },
      ['fault'],
    ),
  },
  device_status: {
    summary: 'The device reports one of these texts in `status`',
    params: params({
      statuses: {
        type: 'array',
        minItems: 1,
        maxItems: 50,
        uniqueItems: true,
        items: { type: 'string', minLength: 1, maxLength: 32, pattern: TEXT_PATTERN },
        default: ALERT_STATUSES,
        description: 'texts, ignoring case',
      },
      cool_down_s: seconds(600, 's without such a status until the next event'),
    }),
  },
  anomaly_level: {
    summary: 'A value is far from what is usual for the vehicle',
    params: params({
      field: { enum: SIGNALS, default: 'coolant_temp' },
      score: {
        type: 'number',
        minimum: 3,
        maximum: 100,
        default: 6,
        description: 'distance from the median of 28 days, in robust standard deviations',
      },
      windows: {
        type: 'integer',
        minimum: 1,
        maximum: 100,
        default: 3,
        description: 'windows of ten minutes in a row with this distance',
      },
    }),
  },
  anomaly_drift: {
    summary: 'The consumption drifts away from what is usual for the vehicle',
    params: params({
      allowance: {
        type: 'number',
        minimum: 0,
        maximum: 10,
        default: 0.5,
        description: 'k of the CUSUM, in standard deviations',
      },
      sum: {
        type: 'number',
        minimum: 1,
        maximum: 100,
        default: 5,
        description: 'h of the CUSUM, in standard deviations',
      },
    }),
  },
  expression: {
    summary: 'A CEL expression over the fields of a reading is true',
    params: params(
      {
        expression: {
          type: 'string',
          minLength: 1,
          maxLength: 512,
          pattern: TEXT_PATTERN,
          description: 'CEL over the fields of the reading, `prev` and `vehicle.attributes`',
          examples: ['speed > 50.0 && rpm < 800.0'],
        },
        ...interval(0, 0, 1),
      },
      ['expression'],
    ),
  },
} as const satisfies Record<string, KindDeclaration>

export type RuleKindName = keyof typeof RULE_KINDS
export const RULE_KIND_NAMES = Object.keys(RULE_KINDS) as RuleKindName[]

/** Parameters as they are stored, with their defaults. */
export type RuleParams<K extends RuleKindName> = TypeOf<(typeof RULE_KINDS)[K]['params']>

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

const gap = { min_readings: 2, gap_s: 300 }

/** Ready parameters for common thresholds, by name. */
export const RULE_PRESETS = {
  low_fuel: preset('Low fuel', {
    field: 'fuel_level',
    side: 'below',
    level: 10,
    clear_level: 15,
    median_of: 5,
    for_s: 120,
  }),
  high_rpm: preset('High engine speed, car', { field: 'rpm', level: 4500, clear_level: 4050, for_s: 5 }),
  high_rpm_truck: preset('High engine speed, truck', {
    field: 'rpm',
    level: 2500,
    clear_level: 2250,
    for_s: 5,
  }),
  hot_coolant: preset('Hot coolant', { field: 'coolant_temp', level: 110, for_s: 60 }),
  low_voltage: preset('Low voltage, engine off', {
    field: 'battery_voltage',
    side: 'below',
    level: 11.8,
    engine: 'off',
    for_s: 300,
  }),
  low_charge: preset('Low voltage, engine on', {
    field: 'battery_voltage',
    side: 'below',
    level: 12.8,
    engine: 'on',
    for_s: 120,
  }),
} as const

function preset(name: string, given: Partial<RuleParams<'threshold'>>) {
  const defaults = { side: 'above', median_of: 1, engine: 'any', clear_s: 0, ...gap } as const
  return { name, kind: 'threshold', params: { ...defaults, ...given } } as const
}
