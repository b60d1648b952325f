import type { Schema } from './document.ts'

/** Exceeds every limit that a schema does not state. */
const LONG = 'x'.repeat(5000)

/**
 * Every value that is one step away from `value`, which matches `schema` (without references): another
 * type, out of range, too long, a field too many or too few, at every depth.
 */
export function* spoil(schema: Schema, value: unknown): Generator {
  const { oneOf, type, enum: choices } = schema as { oneOf?: Schema[]; type?: string; enum?: unknown[] }
  if (oneOf) {
    const isArray = (it: Schema) => it['type'] === 'array'
    const branch = oneOf.find((it) => isArray(it) === Array.isArray(value))
    if (branch) yield* spoil(branch, value)
    return
  }
  yield null
  if (choices) yield* ['', `${String(choices[0])} `, 7]
  else if (type === 'object') yield* spoilObject(schema, (value ?? {}) as Record<string, unknown>)
  else if (type === 'array') yield* spoilArray(schema, (value ?? []) as unknown[])
  else if (type === 'string') yield* spoilString(schema)
  else if (type === 'integer' || type === 'number') yield* spoilNumber(schema)
  else if (type === 'boolean') yield* ['true', 0, []]
}

function* spoilObject(schema: Schema, value: Record<string, unknown>): Generator {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, Schema>
    required?: string[]
  }
  yield* [7, 'text', true]
  for (const name of ['no_such_field', '__proto__', 'constructor', '']) {
    yield JSON.parse(
      JSON.stringify({ ...value, placeholder: 1 }).replace('"placeholder"', JSON.stringify(name)),
    )
  }
  for (const name of required) {
    const { [name]: _gone, ...others } = value
    yield others
  }
  for (const [name, own] of Object.entries(properties)) {
    for (const bad of spoil(own, value[name])) yield { ...value, [name]: bad }
  }
}

function* spoilArray(schema: Schema, value: unknown[]): Generator {
  const { items, minItems = 0, maxItems } = schema as { items: Schema; minItems?: number; maxItems?: number }
  yield* [7, 'text', [[]]]
  if (minItems > 0) yield []
  if (maxItems !== undefined) yield Array.from({ length: maxItems + 1 }, () => value[0])
  for (const bad of spoil(items, value[0])) yield [bad, ...value.slice(1)]
}

function* spoilString({
  minLength = 0,
  maxLength,
  pattern,
}: {
  minLength?: number
  maxLength?: number
  pattern?: string
}) {
  yield* [7, false, [], {}]
  if (minLength > 0) yield ''
  if (maxLength !== undefined) yield 'x'.repeat(maxLength + 1)
  if (pattern !== undefined) yield* ['\u0000', LONG, '\ud800']
}

function* spoilNumber({ type, minimum, maximum }: { type?: string; minimum?: number; maximum?: number }) {
  yield* ['7', [], {}, 1e300]
  if (type === 'integer') yield 1.5
  if (minimum !== undefined) yield minimum - 1
  if (maximum !== undefined) yield maximum + 1
}
