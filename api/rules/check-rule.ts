import { RULE_KINDS, RULE_KIND_NAMES, type RuleKindName, type RuleParams } from '../../contract/rule-kinds.ts'
import { isZone, type Schedule } from '../../contract/schedule.ts'
import type { Fault } from '../http/refusal.ts'
import { createCompile, type Validate } from '../schema/validate.ts'
import type { RuleFields, Scope } from './rule-fields.ts'

type Checked = Pick<RuleFields, 'kind' | 'params' | 'scope' | 'schedule'>

/** Returns the faults of a rule that its schema cannot express, and fills in defaults of `params`. */
export type CheckRule = (rule: Checked) => Fault[]

/** @param expressionFault what is wrong with a CEL expression; `undefined` if it is valid */
export function createCheckRule({
  expressionFault = () => undefined,
}: {
  expressionFault?: ((expression: string) => string | undefined) | undefined
} = {}): CheckRule {
  const compile = createCompile()
  const validators = new Map<RuleKindName, Validate>(
    RULE_KIND_NAMES.map((kind) => [kind, compile(RULE_KINDS[kind].params)]),
  )

  return ({ kind, params, scope, schedule }) => {
    const faults = (validators.get(kind)?.(params) ?? []).map((it) => ({
      ...it,
      pointer: `/params${it.pointer}`,
    }))
    if (faults.length === 0) faults.push(...faultsOfKind(kind, params, expressionFault))
    return [...faults, ...scopeFaults(scope), ...zoneFaults(schedule, '/schedule')]
  }
}

function faultsOfKind(
  kind: RuleKindName,
  params: Record<string, unknown>,
  expressionFault: (expression: string) => string | undefined,
): Fault[] {
  if (kind === 'threshold') return thresholdFaults(params as unknown as RuleParams<'threshold'>)
  if (kind === 'geofence_required')
    return zoneFaults((params as RuleParams<'geofence_required'>).schedule ?? null, '/params/schedule')
  if (kind !== 'expression') return []
  const detail = expressionFault((params as RuleParams<'expression'>).expression)
  return detail === undefined ? [] : [{ pointer: '/params/expression', detail }]
}

function thresholdFaults({ side, level, clear_level: clear = level }: RuleParams<'threshold'>): Fault[] {
  if (side === 'above' ? clear <= level : clear >= level) return []
  const detail = `must be at most the level for side "above", and at least the level for "below"`
  return [{ code: 'out_of_range', pointer: '/params/clear_level', detail }]
}

function scopeFaults(scope: Scope): Fault[] {
  if (Object.keys(scope).length === 1) return []
  return [{ pointer: '/scope', detail: 'must have exactly one of all, groups, vehicles and tags' }]
}

function zoneFaults(schedule: Pick<Schedule, 'zone'> | null, pointer: string): Fault[] {
  if (schedule === null || isZone(schedule.zone)) return []
  return [{ pointer: `${pointer}/zone`, detail: `"${schedule.zone}" is not a known time zone` }]
}
