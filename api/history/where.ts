import { READING_FIELDS, type NumberField } from '../../contract/telemetry.ts'
import type { Fault } from '../http/refusal.ts'
import { TEXT_PATTERN } from '../../contract/text-pattern.ts'

/** A condition on a reading: a value of the field's type, never SQL. A reading without the field does not match. */
export interface Condition {
  field: NumberField | 'seq' | 'ignition' | 'status'
  operator: Operator
  value: number | boolean | string
}

export type Operator = (typeof OPERATORS)[number]

const OPERATORS = ['>=', '<=', '!=', '>', '<', '='] as const
/**
 * Conditions of one request.
 * @limit conditions of `where` | 400
 */
export const CONDITIONS_MAX = 20

const STORABLE = new RegExp(TEXT_PATTERN, 'u')
/** Each digit can belong to one part only, so that a long number is read once. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i

/**
 * Reads the texts of `where`, each one or more conditions separated by commas: `speed>90,ignition=true`. All of them
 * must hold. Numbers accept each operator. `ignition` (true or false) and `status` (text, in double quotes if it has a
 * comma or a quote) accept only = and !=.
 */
export function parseWhere(texts: readonly string[]): { conditions: Condition[]; faults: Fault[] } {
  const conditions: Condition[] = []
  const faults: Fault[] = []
  for (const text of texts) {
    for (let at: number | undefined = 0; at !== undefined;) {
      const scanned = scan(text, at)
      if (scanned === undefined) {
        faults.push(faultOf('bad_text', `"${text.slice(at)}" is not a condition such as speed>90`))
        break
      }
      const condition = read(scanned.name, scanned.operator, scanned.value)
      if ('pointer' in condition) faults.push(condition)
      else conditions.push(condition)
      at = scanned.next
    }
  }
  if (conditions.length > CONDITIONS_MAX)
    faults.push(faultOf('too_many_values', `has more than ${CONDITIONS_MAX} conditions`))
  return { conditions, faults }
}

interface Scanned {
  name: string
  operator: Operator
  value: string
  /** index of the next condition, after a comma; `undefined` at the end */
  next: number | undefined
}

/**
 * Reads a name, an operator and a value. The value is quoted (a quote in it is doubled) or has neither comma nor quote.
 * Each character is read a fixed number of times: with one regular expression for everything, misplaced blanks took
 * time that grew with their cube.
 */
function scan(text: string, start: number): Scanned | undefined {
  let at = behindBlanks(text, start)
  const nameAt = at
  while (isOfName(text.charCodeAt(at))) at++
  const name = text.slice(nameAt, at)
  at = behindBlanks(text, at)
  const operator = OPERATORS.find((it) => text.startsWith(it, at))
  if (name === '' || operator === undefined) return undefined
  at = behindBlanks(text, at + operator.length)
  const isQuoted = text[at] === '"'
  const end = isQuoted ? endOfQuoted(text, at) : endOfPlain(text, at)
  if (end === undefined) return undefined
  const value = isQuoted ? text.slice(at + 1, end - 1).replaceAll('""', '"') : text.slice(at, end).trimEnd()
  const behind = behindBlanks(text, end)
  if (behind < text.length && text[behind] !== ',') return undefined
  return { name, operator, value, next: behind < text.length ? behind + 1 : undefined }
}

function behindBlanks(text: string, at: number): number {
  let behind = at
  while (behind < text.length && text[behind]?.trim() === '') behind++
  return behind
}

/** Whether it is a lower case letter or an underscore. */
function isOfName(code: number): boolean {
  return (code >= 97 && code <= 122) || code === 95
}

function endOfQuoted(text: string, at: number): number | undefined {
  for (let quote = text.indexOf('"', at + 1); quote !== -1; quote = text.indexOf('"', quote + 2))
    if (text[quote + 1] !== '"') return quote + 1
  return undefined
}

function endOfPlain(text: string, at: number): number {
  const comma = text.indexOf(',', at)
  const end = comma === -1 ? text.length : comma
  // Not after the comma, where the next condition begins.
  const quote = text.slice(at, end).indexOf('"')
  return quote === -1 ? end : at + quote
}

function read(name: string, operator: Operator, text: string): Condition | Fault {
  if (!(READING_FIELDS as readonly string[]).includes(name))
    return faultOf('unknown_field', `unknown field "${name}"`)
  if (name === 'extra') return faultOf('wrong_type', '"extra" cannot be compared')
  const field = name as Condition['field']
  if (field === 'ignition' || field === 'status') {
    if (operator !== '=' && operator !== '!=')
      return faultOf('bad_text', `"${field}" can only be compared with = or !=`)
    if (field === 'status') return readText(field, operator, text)
    if (text !== 'true' && text !== 'false')
      return faultOf('wrong_type', `"${field}" must be true or false, not "${text}"`)
    return { field, operator, value: text === 'true' }
  }
  const value = NUMBER.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(value)) return faultOf('wrong_type', `"${field}" is a number, not "${text}"`)
  if (field === 'seq' && !Number.isSafeInteger(value))
    return faultOf('wrong_type', `"${field}" must be an integer, not "${text}"`)
  return { field, operator, value }
}

function readText(field: 'status', operator: Operator, value: string): Condition | Fault {
  if (!STORABLE.test(value)) return faultOf('bad_text', `"${field}" cannot contain these characters`)
  return { field, operator, value }
}

function faultOf(
  code: 'bad_text' | 'unknown_field' | 'wrong_type' | 'too_many_values',
  detail: string,
): Fault {
  return { code, pointer: '/where', detail }
}
