import type { FieldValue, PanelReading } from '../fields/decode-readings.ts'

export interface NewestValue {
  value: FieldValue
  timeMs: number
}

/** Newest values by field; values of `extra` by `extra.NAME`. */
export type NewestValues = ReadonlyMap<string, NewestValue>

/**
 * For one vehicle, so that a device that invents names in every message does not fill the page.
 * @limit newest values of a vehicle in the panel | further ones are not shown
 */
const FIELDS_MAX = 200

/**
 * Adds the values of a reading that are not older than the known ones. Readings may come late and in any order, except those of
 * one instant, which come in the database's order. Returns the same map if nothing is new.
 */
export function withReading(known: NewestValues, { timeMs, values, extra }: PanelReading): NewestValues {
  const next = new Map(known)
  for (const [name, value] of Object.entries(values)) put(next, name, { value, timeMs })
  for (const [name, value] of Object.entries(extra)) put(next, `extra.${name}`, { value, timeMs })
  const isSame = next.size === known.size && [...next].every(([name, it]) => known.get(name) === it)
  return isSame ? known : next
}

interface Latest {
  value: FieldValue | null
  time: string
}

/** The newest values from GET /api/vehicles/{key}/latest. */
export function ofLatest({
  extra = {},
  ...values
}: { extra?: Record<string, Latest> } & Record<string, Latest | undefined | object>): NewestValues {
  const newest = new Map<string, NewestValue>()
  for (const [name, it] of [
    ...Object.entries(values as Record<string, Latest>),
    ...Object.entries(extra).map(([name, it]) => [`extra.${name}`, it] as const),
  ])
    if (it.value !== null) newest.set(name, { value: it.value, timeMs: Date.parse(it.time) })
  return newest
}

/** The newer values of two maps. Of the same instant, the live ones count as stored later. */
export function merge(stored: NewestValues, live: NewestValues): NewestValues {
  const newest = new Map(stored)
  for (const [name, it] of live) put(newest, name, it)
  return newest
}

/** Sets a value, unless there is a newer one or there are already `FIELDS_MAX`. */
function put(newest: Map<string, NewestValue>, name: string, it: NewestValue): void {
  const before = newest.get(name)
  if (before === undefined ? newest.size < FIELDS_MAX : before.timeMs <= it.timeMs) newest.set(name, it)
}
