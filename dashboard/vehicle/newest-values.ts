import type { FieldValue, PanelReading } from './decode-readings.ts'

export interface NewestValue {
  value: FieldValue
  timeMs: number
}

/** By the name of the field; of an `extra` by `extra.NAME`. */
export type NewestValues = ReadonlyMap<string, NewestValue>

/** Of one vehicle; a device that names others in every message does not fill the page. */
const FIELDS_MAX = 200

/**
 * With what a reading has that is not older: readings come late, and in any order, but those of one instant in the order of the
 * database. The same map if it tells nothing new.
 */
export function withReading(known: NewestValues, { timeMs, values, extra }: PanelReading): NewestValues {
  const next = new Map(known)
  for (const [name, value] of Object.entries(values)) put(next, name, { value, timeMs })
  for (const [name, value] of Object.entries(extra)) put(next, `extra.${name}`, { value, timeMs })
  const isSame = next.size === known.size && [...next].every(([name, it]) => known.get(name) === it)
  return isSame ? known : next
}

/** Of stored readings, the newest first, and of what came live: where both have the same time, that was stored later. */
export function newestOf(stored: readonly PanelReading[], live: NewestValues): NewestValues {
  const newest = new Map(stored.toReversed().reduce(withReading, new Map() as NewestValues))
  for (const [name, it] of live) put(newest, name, it)
  return newest
}

/** Unless a newer value is there, or no room. */
function put(newest: Map<string, NewestValue>, name: string, it: NewestValue): void {
  const before = newest.get(name)
  if (before === undefined ? newest.size < FIELDS_MAX : before.timeMs <= it.timeMs) newest.set(name, it)
}
