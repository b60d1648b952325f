import { NUMBER_FIELDS, type NumberField } from '../../../contract/telemetry.ts'
import { formatNumber } from '../../format/format-number.ts'
import type { FieldValue } from './decode-readings.ts'

/** How a number is shown: as `value * factor` with `digits` decimals and a unit. */
export interface ShownField {
  label: string
  unit: string
  factor: number
  digits: number
}

type Units = 'metric' | 'imperial'

const METRIC: Record<NumberField, Omit<ShownField, 'factor'>> = {
  lat: { label: 'Latitude', unit: '°', digits: 5 },
  lon: { label: 'Longitude', unit: '°', digits: 5 },
  altitude: { label: 'Altitude', unit: 'm', digits: 0 },
  speed: { label: 'Speed', unit: 'km/h', digits: 0 },
  heading: { label: 'Heading', unit: '°', digits: 0 },
  rpm: { label: 'Engine speed', unit: 'rpm', digits: 0 },
  engine_load: { label: 'Engine load', unit: '%', digits: 0 },
  fuel_level: { label: 'Fuel level', unit: '%', digits: 1 },
  fuel_rate: { label: 'Fuel rate', unit: 'l/h', digits: 1 },
  coolant_temp: { label: 'Coolant', unit: '°C', digits: 0 },
  battery_voltage: { label: 'Battery', unit: 'V', digits: 1 },
  odometer: { label: 'Odometer', unit: 'km', digits: 0 },
}
const MILES_PER_KM = 1 / 1.609344
const IMPERIAL: Partial<Record<NumberField, { unit: string; factor: number }>> = {
  altitude: { unit: 'ft', factor: 1 / 0.3048 },
  speed: { unit: 'mph', factor: MILES_PER_KM },
  odometer: { unit: 'mi', factor: MILES_PER_KM },
}
const OTHERS: Record<string, string> = { ignition: 'Ignition', status: 'Status', seq: 'Sequence' }

/** Fields that make no chart: a place, a direction, and a number that only grows. */
const WITHOUT_CHART = ['lat', 'lon', 'heading', 'odometer'] as const
export type ChartField = Exclude<NumberField, (typeof WITHOUT_CHART)[number]>
/** Charts that are offered before the others. */
const FIRST_CHARTS: readonly ChartField[] = [
  'speed',
  'rpm',
  'fuel_level',
  'coolant_temp',
  'battery_voltage',
  'engine_load',
  'fuel_rate',
  'altitude',
]

/** Fields that make a chart, in the order in which they are offered. */
export const CHART_FIELDS: readonly ChartField[] = [
  ...new Set([...FIRST_CHARTS, ...(Object.keys(NUMBER_FIELDS) as NumberField[]).filter(hasChart)]),
]

export function shownField(field: NumberField, units: Units): ShownField {
  return { factor: 1, ...METRIC[field], ...(units === 'imperial' ? IMPERIAL[field] : undefined) }
}

export function labelOf(name: string): string {
  if (isNumberField(name)) return METRIC[name].label
  return OTHERS[name] ?? name.replace(/^extra\./, '')
}

/** The value of any field with its unit. */
export function formatField(
  name: string,
  value: FieldValue,
  units: Units,
  locale: string | undefined,
): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'string') return value
  if (!isNumberField(name)) return formatNumber(value, locale)
  const { factor, digits, unit } = shownField(name, units)
  const space = unit.startsWith('°') ? '' : ' '
  return `${formatNumber(value * factor, locale, digits)}${space}${unit}`
}

function hasChart(field: NumberField): field is ChartField {
  return !(WITHOUT_CHART as readonly string[]).includes(field)
}

function isNumberField(name: string): name is NumberField {
  return Object.hasOwn(METRIC, name)
}
