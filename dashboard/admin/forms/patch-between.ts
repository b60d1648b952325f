/**
 * The JSON Merge Patch (RFC 7396) from `before` to `after`: the values that differ, and null for removed ones. `undefined` if
 * nothing differs.
 */
export function patchBetween<T extends object>(before: T, after: T): Partial<T> | undefined {
  const patch: Record<string, unknown> = {}
  const was = before as Record<string, unknown>
  const is = after as Record<string, unknown>
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [from, to] = [was[name], is[name]]
    if (JSON.stringify(from) === JSON.stringify(to)) continue
    if (to === undefined) patch[name] = null
    else if (isObject(from) && isObject(to)) {
      const inner = patchBetween(from, to)
      if (inner !== undefined) patch[name] = inner
    } else patch[name] = to
  }
  return Object.keys(patch).length > 0 ? (patch as Partial<T>) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
