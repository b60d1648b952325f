import { READING_FIELDS, type NumberField } from '../contract/telemetry.ts'
import type { Fault } from './refusal.ts'
import { TEXT_PATTERN } from './schemas.ts'

/** What a reading has to be: a value of the field's type, never a piece of SQL. A reading without the field is not. */
export interface Condition {
  field: NumberField | 'seq' | 'ignition' | 'status'
  operator: Operator
  value: number | boolean | string
}

export type Operator = (typeof OPERATORS)[number]

const OPERATORS = ['>=', '<=', '!=', '>', '<', '='] as const
/** Conditions of one request. */
export const CONDITIONS_MAX = 20

/** A name, an operator, and a value that is quoted (a quote in it is doubled) or has no comma. */
const CONDITION = /^\s*([a-z_]+)\s*(>=|<=|!=|>|<|=)\s*(?:"((?:[^"]|"")*)"|([^",]*?))\s*(?:,|$)/
const STORABLE = new RegExp(TEXT_PATTERN, 'u')
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i

/**
 * Reads the texts of `where`, each one or more conditions with commas between them: `speed>90,ignition=true`. All of
 * them must hold. Numbers take each operator; `ignition` (true or false) and `status` (text, in double quotes if it has
 * a comma or a quote) only = and !=.
 */
export function parseWhere(texts: readonly string[]): { conditions: Condition[]; faults: Fault[] } {
  const conditions: Condition[] = []
  const faults: Fault[] = []
  for (const text of texts) {
    for (let rest: string | undefined = text; rest !== undefined;) {
      const match: RegExpExecArray | null = CONDITION.exec(rest)
      if (!match) {
        faults.push(faultOf('bad_text', `"${rest}" is no condition such as speed>90`))
        break
      }
      const [whole, name = '', operator, quoted, plain = ''] = match
      const condition = read(name, operator as Operator, quoted?.replaceAll('""', '"') ?? plain)
      if ('pointer' in condition) faults.push(condition)
      else conditions.push(condition)
      rest = whole.endsWith(',') ? rest.slice(whole.length) : undefined
    }
  }
  if (conditions.length > CONDITIONS_MAX)
    faults.push(faultOf('too_many_values', `has more than ${CONDITIONS_MAX} conditions`))
  return { conditions, faults }
}

function read(name: string, operator: Operator, text: string): Condition | Fault {
  if (!(READING_FIELDS as readonly string[]).includes(name))
    return faultOf('unknown_field', `"${name}" is no field of a reading`)
  if (name === 'extra') return faultOf('wrong_type', '"extra" cannot be compared')
  const field = name as Condition['field']
  if (field === 'ignition' || field === 'status') {
    if (operator !== '=' && operator !== '!=')
      return faultOf('bad_text', `"${field}" is compared with = or != only`)
    if (field === 'status') return readText(field, operator, text)
    if (text !== 'true' && text !== 'false')
      return faultOf('wrong_type', `"${field}" is true or false, not "${text}"`)
    return { field, operator, value: text === 'true' }
  }
  const value = NUMBER.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(value)) return faultOf('wrong_type', `"${field}" is a number, not "${text}"`)
  if (field === 'seq' && !Number.isSafeInteger(value))
    return faultOf('wrong_type', `"${field}" is an integer, not "${text}"`)
  return { field, operator, value }
}

function readText(field: 'status', operator: Operator, value: string): Condition | Fault {
  if (!STORABLE.test(value)) return faultOf('bad_text', `"${field}" never has such characters`)
  return { field, operator, value }
}

function faultOf(
  code: 'bad_text' | 'unknown_field' | 'wrong_type' | 'too_many_values',
  detail: string,
): Fault {
  return { code, pointer: '/where', detail }
}
