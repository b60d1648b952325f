/** The fields of a reading, listed here a second time. */
const FIELDS =
  'lat lon altitude speed heading rpm engine_load fuel_level fuel_rate coolant_temp battery_voltage odometer ignition status seq extra'.split(
    ' ',
  )

/** A reading's values in a form that is the same text for equal values: numbers by value, `extra` without order. */
export function canonical(json: string): string {
  const reading = JSON.parse(json) as Record<string, unknown>
  const values = FIELDS.filter((name) => (reading[name] ?? null) !== null).map((name) => [
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
