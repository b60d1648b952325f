import type { FieldValue, PanelReading } from './decode-readings.ts'

export interface NewestValue {
  value: FieldValue
  timeMs: number
}

/** By the name of the field; of an `extra` by `extra.NAME`. */
export type NewestValues = ReadonlyMap<string, NewestValue>

/** Of one vehicle; a device that names others in every message does not fill the page. */
const FIELDS_MAX = 200

/** With what a reading has that is not older: readings come late, and in any order. The same map if it tells nothing new. */
export function withReading(known: NewestValues, { timeMs, values, extra }: PanelReading): NewestValues {
  const next = new Map(known)
  const put = (name: string, value: FieldValue) => {
    const before = next.get(name)
    if (before === undefined ? next.size < FIELDS_MAX : before.timeMs <= timeMs)
      next.set(name, { value, timeMs })
  }
  for (const [name, value] of Object.entries(values)) put(name, value)
  for (const [name, value] of Object.entries(extra)) put(`extra.${name}`, value)
  const isSame = next.size === known.size && [...next].every(([name, it]) => known.get(name) === it)
  return isSame ? known : next
}
