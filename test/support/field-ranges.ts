import { NUMBER_FIELDS, type NumberField } from '../../contract/telemetry.ts'

type Range = readonly [minimum: number, maximum: number]

/**
 * Ranges of released fields, written out once more and not taken from the contract: a changed range would break existing
 * devices.
 */
const RELEASED: Partial<Record<NumberField, Range>> = {
  lat: [-90, 90],
  lon: [-180, 180],
  altitude: [-500, 10_000],
  speed: [0, 400],
  heading: [0, 360],
  rpm: [0, 20_000],
  engine_load: [0, 100],
  fuel_level: [0, 100],
  fuel_rate: [0, 500],
  coolant_temp: [-60, 250],
  battery_voltage: [0, 1000],
  odometer: [0, 10_000_000],
}

/** The range of each number field: that of the contract until the field is released. */
export const FIELD_RANGES = Object.fromEntries(
  Object.entries(NUMBER_FIELDS).map(([name, { minimum, maximum }]) => [
    name,
    RELEASED[name as NumberField] ?? [minimum, maximum],
  ]),
) as Record<NumberField, Range>
