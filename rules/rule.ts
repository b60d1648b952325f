import type { NumberField } from '../contract/telemetry.ts'
import type { IntervalTimes } from './interval-rule.ts'

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

export type Rule = { key: string } & RuleKind

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
