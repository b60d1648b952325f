/** A value that an audit log entry changed. `before` is `undefined` for an added value, `after` for a removed one. */
export interface ChangedValue {
  /** the path with dots, such as `attributes.seats` */
  name: string
  before: string | undefined
  after: string | undefined
}

/** The values that differ, in their original order; for a creation or deletion, all values that are not empty. */
export function changesBetween(before: unknown, after: unknown): ChangedValue[] {
  const [was, is] = [flatten(before), flatten(after)]
  const isWhole = was.size === 0 || is.size === 0
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) => {
    const [from, to] = [was.get(name), is.get(name)]
    if (from === to) return []
    return isWhole && (from ?? to) === '' ? [] : [{ name, before: from, after: to }]
  })
}

function flatten(value: unknown, prefix = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null) return into
  for (const [name, inner] of Object.entries(value)) {
    const path = prefix === '' ? name : `${prefix}.${name}`
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) flatten(inner, path, into)
    else into.set(path, show(inner))
  }
  return into
}

function show(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(show).join(', ')
  return value === null ? '' : JSON.stringify(value)
}
