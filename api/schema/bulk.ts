import { refuse, refuseFaults, type Fault, type Refusal } from '../http/refusal.ts'

/** One item or many as a list. */
export function toList<T>(body: T | T[]): T[] {
  return Array.isArray(body) ? body : [body]
}

/**
 * A fault for each item whose `field` is in `values`, with the item's pointer: `/key` for a single one, `/3/key` for
 * many.
 */
export function keyFaults<F extends string>(
  body: { [K in F]?: string } | { [K in F]?: string }[],
  field: F,
  values: readonly string[],
  detail: string,
): Fault[] {
  const wanted = new Set(values)
  return toList(body).flatMap((item, index) => {
    const value = item[field]
    return value !== undefined && wanted.has(value)
      ? [faultAt(body, index, field, `"${value}" ${detail}`)]
      : []
  })
}

/** A fault at `field` of each item that has one of these keys. */
export function keyedFaults(
  body: { key: string } | { key: string }[],
  keys: readonly string[],
  field: string,
  detail: string,
): Fault[] {
  return toList(body).flatMap(({ key }, index) =>
    keys.includes(key) ? [faultAt(body, index, field, detail)] : [],
  )
}

/** The refusal for keys that exist already. */
export function refuseTaken(body: { key?: string } | { key?: string }[], taken: readonly string[]): Refusal {
  const faults = keyFaults(body, 'key', taken, 'is taken')
  // The record with this key may have been deleted meanwhile.
  return faults.length > 0
    ? refuseFaults('conflict', faults)
    : refuse('conflict', 'a key was taken; try again')
}

/** A fault for each item whose key occurred earlier in the same request. */
export function duplicateFaults(body: { key: string } | { key: string }[]): Fault[] {
  const seen = new Set<string>()
  return toList(body).flatMap(({ key }, index) => {
    if (seen.has(key)) return [faultAt(body, index, 'key', `"${key}" appears twice`)]
    seen.add(key)
    return []
  })
}

function faultAt(body: unknown, index: number, field: string, detail: string): Fault {
  return { pointer: Array.isArray(body) ? `/${index}/${field}` : `/${field}`, detail }
}
