import type { Fault } from './refusal.ts'
import type { Schema } from '../../contract/schema-type.ts'

/**
 * Parameters of one request; more are refused unread.
 * @limit parameters of a request | 400
 */
const PARAMETERS_MAX = 50

/**
 * Reads a query string (without `?`) for validation: integers and booleans of the schema are converted, all else stays
 * text. A repeated parameter is a fault unless its schema is an array, because it is unclear which one counts.
 */
export function readQuery(text: string, schema: Schema): { query: Record<string, unknown>; faults: Fault[] } {
  const properties = (schema['properties'] ?? {}) as Record<string, { type?: string } | undefined>
  const query = Object.create(null) as Record<string, unknown>
  const parameters = new URLSearchParams(text)
  if (parameters.size > PARAMETERS_MAX) {
    const detail = `the request has more than ${PARAMETERS_MAX} query parameters`
    return { query, faults: [{ code: 'too_many_values', pointer: '', detail }] }
  }

  const twice = new Set<string>()
  for (const [name, value] of parameters) {
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined
    if (type === 'array') {
      const values = (query[name] ??= []) as string[]
      values.push(value)
      continue
    }
    if (name in query) twice.add(name)
    query[name] = coerce(value, type)
  }
  const faults = Array.from(twice, (name) => ({ pointer: `/${name}`, detail: 'is given more than once' }))
  return { query, faults }
}

// Stricter than AJV's own coercion, which accepts '1e2', '0x10' and ' 7' as integers.
function coerce(value: string, type: string | undefined): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}
