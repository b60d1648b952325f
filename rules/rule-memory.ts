import type { Position } from './distance.ts'
import type { FuelMemory } from './fuel-blocks.ts'
import type { IntervalRun } from './interval-rule.ts'
import type { StoredValue } from './reading.ts'
import type { Rule } from './rule.ts'

/** State of a rule: its running condition, and values that it compares. Absent for a rule without state. */
export interface RuleMemory {
  key: string
  run: IntervalRun | null
  /** the newest values for a median, oldest first; the values of the reading before; or a frozen value */
  values: readonly StoredValue[]
  valuesMs: number | null
  fuel: FuelMemory | null
}

export const NOTHING: RuleMemory = { key: '', run: null, values: [], valuesMs: null, fuel: null }

/** A result of a rule. Times in milliseconds since 1970. */
export interface RuleEvent {
  rule: string
  kind: Rule['kind']
  fromMs: number
  /** `null` while it is open; equals `fromMs` for an event of one moment */
  toMs: number | null
  start: Position | null
  /**
   * m/h, m/s² x 1000, 1/1000 % of the tank, or the unit of the threshold's field; `null` for geofences, and for silence
   */
  peak: { timeMs: number; measure: number; limit: number | null } | null
  /** the reported status or trouble code; otherwise `null` */
  label: string | null
}

export function toEvent(rule: Rule, run: IntervalRun, toMs: number | null): RuleEvent {
  const { timeMs, position } = run.start
  const { peak, label } = run
  return { rule: rule.key, kind: rule.kind, fromMs: timeMs, toMs, start: position, peak, label }
}

/** An event without a measure. */
export function toMoment(rule: Rule, fromMs: number, toMs: number | null, start: Position | null): RuleEvent {
  return { rule: rule.key, kind: rule.kind, fromMs, toMs, start, peak: null, label: null }
}
