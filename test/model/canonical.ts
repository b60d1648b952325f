import { READING_FIELDS } from '../../contract/telemetry.ts'

/** A reading's values in a form that is the same text for equal values: numbers by value, `extra` without order. */
export function canonical(json: string): string {
  const reading = JSON.parse(json) as Record<string, unknown>
  const values = READING_FIELDS.filter((name) => (reading[name] ?? null) !== null).map((name) => [
    name,
    settled(reading[name]),
  ])
  return JSON.stringify(Object.fromEntries(values))
}

function settled(value: unknown): unknown {
  // -0 equals 0.
  if (typeof value === 'number') return value + 0
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, it]): [string, unknown] => [name, settled(it)])
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
