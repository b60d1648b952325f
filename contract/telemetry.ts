import { MEMBER_NAME_PATTERN, TEXT_PATTERN } from './text-pattern.ts'

/**
 * The fields of a reading, with one name from the wire to the column to the API. The tables below are the only place
 * that lists the fields; the schema and the type are derived from them.
 */

/** Fields that are numbers: unit, smallest and largest value. */
export const NUMBER_FIELDS = {
  lat: { unit: 'degrees', minimum: -90, maximum: 90 },
  lon: { unit: 'degrees', minimum: -180, maximum: 180 },
  altitude: { unit: 'm', minimum: -500, maximum: 10_000 },
  speed: { unit: 'km/h', minimum: 0, maximum: 400 },
  heading: { unit: 'degrees from north', minimum: 0, maximum: 360 },
  rpm: { unit: '1/min', minimum: 0, maximum: 20_000 },
  engine_load: { unit: '%', minimum: 0, maximum: 100 },
  fuel_level: { unit: '%', minimum: 0, maximum: 100 },
  fuel_rate: { unit: 'l/h', minimum: 0, maximum: 500 },
  coolant_temp: { unit: 'degrees C', minimum: -60, maximum: 250 },
  battery_voltage: { unit: 'V', minimum: 0, maximum: 1000 },
  odometer: { unit: 'km', minimum: 0, maximum: 10_000_000 },
} as const
export type NumberField = keyof typeof NUMBER_FIELDS

/** Whether a field is cyclic: 0 and 360 degrees of `heading`, and -180 and 180 of `lon`, are the same. */
export function isAngle(field: NumberField): field is 'heading' | 'lon' {
  return field === 'heading' || field === 'lon'
}

/**
 * Fields of other types. Text never contains control characters or unpaired surrogates, which no column could store.
 */
const OTHER_FIELDS = {
  ignition: { type: 'boolean' },
  status: { type: 'string', minLength: 1, maxLength: 32, pattern: TEXT_PATTERN },
  seq: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  extra: {
    type: 'object',
    maxProperties: 32,
    propertyNames: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      pattern: MEMBER_NAME_PATTERN,
    },
    additionalProperties: {
      type: ['string', 'number', 'boolean', 'null'],
      maxLength: 256,
      pattern: TEXT_PATTERN,
    },
  },
} as const

/**
 * The value fields, in the order in which they are copied, queried and documented. A set of fields is an integer with a
 * bit for each (`broker/live/field-bits.ts`), so there may be at most 31.
 */
export const READING_FIELDS = [
  ...(Object.keys(NUMBER_FIELDS) as NumberField[]),
  'ignition',
  'status',
  'seq',
  'extra',
] as const

/** A reading on the wire, after validation. `time` is RFC 3339 or epoch milliseconds. */
export type Reading = {
  time?: string | number
  ignition?: boolean
  status?: string
  seq?: number
  extra?: Record<string, string | number | boolean | null>
} & { [name in NumberField]?: number }

/**
 * JSON Schema (2020-12) of one reading. Two rules that a schema cannot express are checked separately: the range of
 * `time`, and that a reading has at least one field besides `time` and `seq`.
 */
export const READING_SCHEMA = {
  $id: 'https://fleetwire.dev/schemas/reading.json',
  title: 'Reading',
  type: 'object',
  properties: {
    time: { type: ['string', 'integer'], description: 'RFC 3339 with zone, or epoch milliseconds' },
    ...(Object.fromEntries(
      Object.entries(NUMBER_FIELDS).map(([name, { unit, minimum, maximum }]) => [
        name,
        { type: 'number', minimum, maximum, description: unit },
      ]),
    ) as Record<NumberField, { type: 'number'; minimum: number; maximum: number; description: string }>),
    ...OTHER_FIELDS,
  },
  additionalProperties: false,
  dependentRequired: { lat: ['lon'], lon: ['lat'] },
} as const

/**
 * Readings in one message.
 * @limit readings in a message | the message is rejected (`too_many_readings`)
 */
export const READINGS_MAX = 1000
/**
 * Bytes of one message's payload.
 * @limit the payload of a message | telemetry is stored as a dead letter (`message_too_large`), and the connection is
 *   closed; over HTTP 413
 */
export const PAYLOAD_BYTES_MAX = 256 * 1024
/**
 * The deepest valid payload is an array of readings with an `extra` object: three levels.
 * @limit levels of JSON in a payload | the message is rejected (`too_deep`)
 */
export const DEPTH_MAX = 3
