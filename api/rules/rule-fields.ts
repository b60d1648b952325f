import type { RuleKindName, Severity } from '../../contract/rule-kinds.ts'
import type { Schedule } from '../../contract/schedule.ts'

/** The vehicles of a rule: exactly one of these, by key. */
export interface Scope {
  all?: true | undefined
  groups?: string[] | undefined
  vehicles?: string[] | undefined
  tags?: string[] | undefined
}

/** A rule as its owner writes it. */
export interface RuleFields {
  key: string
  name: string
  kind: RuleKindName
  params: Record<string, unknown>
  scope: Scope
  severity: Severity
  schedule: Schedule | null
  notify: string[]
  enabled: boolean
}

export interface RuleRow extends RuleFields {
  /** id of the user whose visible vehicles it covers; `null` if it covers the fleet, or if that user was deleted */
  owner: number | null
  /** microseconds since 1970; `null` for all time */
  validFromUs: number | null
  createdUs: number
  updatedUs: number
  version: number
}
