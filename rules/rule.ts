import type { NumberField } from '../contract/telemetry.ts'
import type { DriftLimits, LevelLimits } from './anomaly.ts'
import type { Expression } from './expression.ts'
import type { IntervalTimes } from './interval-rule.ts'
import type { Schedule } from './schedule.ts'

/**
 * The kind of a rule, with its parameters for one vehicle: those of the rule, otherwise those of the vehicle, group or
 * defaults.
 */
export type RuleKind =
  | ThresholdRule
  /** Limits in km/h: that of the geofences that the vehicle is in, otherwise `limit`. `null` for no limit outside geofences. */
  | {
      kind: 'overspeed'
      limit: number | null
      tolerance: number
      ofGeofences: 'lowest' | 'highest' | 'ignored'
      times: IntervalTimes
    }
  /** The engine is on and the vehicle stands, without power take-off (`extra.pto`). */
  | { kind: 'idling'; times: IntervalTimes }
  /** The vehicle moves with the ignition off. */
  | { kind: 'towing'; times: IntervalTimes }
  | { kind: 'geofence_enter' | 'geofence_exit' | 'geofence_crossed'; geofence: string }
  | { kind: 'geofence_dwell'; geofence: string; dwellMs: number }
  /** m/s², positive; for cornering the lateral acceleration */
  | { kind: 'harsh_acceleration' | 'harsh_braking' | 'harsh_cornering'; limit: number }
  /** The vehicle is on the other side of the geofence, within these windows; `null` for always. */
  | {
      kind: 'geofence_required'
      geofence: string
      side: 'inside' | 'outside'
      windows: Schedule | null
      times: IntervalTimes
    }
  | FuelRule
  /** No reading for a longer time, although the engine was on. Known only once a reading follows. */
  | { kind: 'silence'; afterMs: number }
  /** A reading has one of these statuses, in any case. The same one again within the cool-down is the same event. */
  | { kind: 'device_status'; statuses: readonly string[]; coolDownMs: number }
  | ({ kind: 'device_fault' } & DeviceFault)
  /** The expression is true. A reading without a value that it uses does not count. */
  | { kind: 'expression'; expression: Expression; times: IntervalTimes }
  | ({ kind: 'anomaly_level' } & LevelLimits)
  | ({ kind: 'anomaly_drift' } & DriftLimits)

/** The level of the tank rises, or falls by more than the expected use while the vehicle stands. */
export interface FuelRule {
  kind: 'refuel' | 'fuel_drain'
  /** points of `fuel_level`, or litres, whichever is less; litres require the capacity of the tank */
  points: number
  litres: number | null
  /** longest time between the levels before and after */
  apartMs: number
}

export type DeviceFault =
  /** The engine is on, and readings have no valid position. Only for vehicles that had one before. */
  | { fault: 'no_position'; times: IntervalTimes }
  /** The same value in all readings with a speed above this, km/h. */
  | {
      fault: 'frozen'
      of: 'position' | NumberField | { extra: string }
      speedAbove: number
      times: IntervalTimes
    }
  /** `seq` falls at least this often within a time; at most nine times. */
  | { fault: 'seq_restarts'; restarts: number; withinMs: number }
  /** A name that begins with `dtc` in `extra` has a value other than an empty text, 0 or false. */
  | { fault: 'dtc'; coolDownMs: number }

export interface ThresholdRule {
  kind: 'threshold'
  /** a field, or a name in `extra` */
  of: NumberField | { extra: string }
  side: 'above' | 'below'
  level: number
  /** the value at which the event ends; equals the level without hysteresis */
  clearLevel: number
  /** The rule uses the median of this number of readings, at most nine. */
  medianOf: number
  /** The rule applies only while the engine is on, or only while it is off. */
  engine: 'on' | 'off' | 'any'
  times: IntervalTimes
}

/** Outside of its schedule a rule is not judged: intervals end, and other events that begin there are left out. */
export type Rule = { key: string; schedule?: Schedule | null } & RuleKind

const GAP_MS = 300_000

/** Default times of rules. */
export const OVERSPEED_TIMES: IntervalTimes = {
  forMs: 10_000,
  minReadings: 2,
  gapMs: GAP_MS,
  clearMs: 10_000,
}
export const IDLING_TIMES: IntervalTimes = { forMs: 120_000, minReadings: 2, gapMs: GAP_MS, clearMs: 0 }
export const TOWING_TIMES: IntervalTimes = { forMs: 60_000, minReadings: 2, gapMs: GAP_MS, clearMs: 60_000 }
export const REQUIRED_TIMES: IntervalTimes = {
  forMs: 60_000,
  minReadings: 2,
  gapMs: 12 * 3_600_000,
  clearMs: 0,
}
export const EXPRESSION_TIMES: IntervalTimes = { forMs: 0, minReadings: 1, gapMs: GAP_MS, clearMs: 0 }

/** Default kinds. */
export const SILENCE = { kind: 'silence', afterMs: 900_000 } as const
export const REFUEL: FuelRule = { kind: 'refuel', points: 8, litres: 10, apartMs: 900_000 }
/** The tracker may sleep while the vehicle is parked. */
export const FUEL_DRAIN: FuelRule = { kind: 'fuel_drain', points: 5, litres: 10, apartMs: 12 * 3_600_000 }
export const STATUS_COOL_DOWN_MS = 600_000
export const NO_POSITION = {
  kind: 'device_fault',
  fault: 'no_position',
  times: { forMs: 600_000, minReadings: 2, gapMs: GAP_MS, clearMs: 0 },
} as const
export const FROZEN_POSITION = {
  kind: 'device_fault',
  fault: 'frozen',
  of: 'position',
  speedAbove: 20,
  times: { forMs: 1_800_000, minReadings: 3, gapMs: GAP_MS, clearMs: 0 },
} as const
export const SEQ_RESTARTS = {
  kind: 'device_fault',
  fault: 'seq_restarts',
  restarts: 5,
  withinMs: 3_600_000,
} as const
export const TROUBLE_CODE = { kind: 'device_fault', fault: 'dtc', coolDownMs: 24 * 3_600_000 } as const

/** Presets of thresholds. */
export const LOW_FUEL: ThresholdRule = {
  kind: 'threshold',
  of: 'fuel_level',
  side: 'below',
  level: 10,
  clearLevel: 15,
  medianOf: 5,
  engine: 'any',
  times: { forMs: 120_000, minReadings: 2, gapMs: GAP_MS, clearMs: 0 },
}
export const HIGH_RPM: ThresholdRule = {
  kind: 'threshold',
  of: 'rpm',
  side: 'above',
  level: 4500,
  clearLevel: 4050,
  medianOf: 1,
  engine: 'any',
  times: { forMs: 5000, minReadings: 2, gapMs: GAP_MS, clearMs: 0 },
}
export const HOT_COOLANT: ThresholdRule = {
  kind: 'threshold',
  of: 'coolant_temp',
  side: 'above',
  level: 110,
  clearLevel: 110,
  medianOf: 1,
  engine: 'any',
  times: { forMs: 60_000, minReadings: 2, gapMs: GAP_MS, clearMs: 0 },
}
