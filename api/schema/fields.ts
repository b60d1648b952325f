import { TEXT_PATTERN } from '../../contract/text-pattern.ts'
import { KEY_PATTERN } from '../../contract/topics.ts'
import { ATTRIBUTES_MAX } from '../vehicles/queries.ts'
import type { Schema } from '../../contract/schema-type.ts'

/** Text that a column can hold, not only blanks, which include those of Unicode and of zero width. Empty if unknown. */
const VISIBLE_PATTERN = TEXT_PATTERN.replace(
  '^',
  '^(?![\\s\\u00ad\\u115f\\u1160\\u180e\\u200b-\\u200f\\u2060-\\u2064\\u2800\\u3164\\ufeff\\uffa0]+$)',
)
const visible = {
  pattern: VISIBLE_PATTERN,
  description: 'text with at least one visible character and without control characters',
} as const

/**
 * Records created, or tokens issued, by one request.
 * @limit records in one request | 400
 */
export const BULK_MAX = 1000

export const keySchema = {
  type: 'string',
  pattern: KEY_PATTERN,
  description: '1 to 64 letters, digits, _ and -',
  examples: ['truck-7'],
} as const

export const userIdSchema = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const

export const nameSchema = {
  type: 'string',
  maxLength: 200,
  ...visible,
  examples: ['Truck 7'],
} as const

export const emailSchema = { type: 'string', minLength: 1, maxLength: 254, pattern: TEXT_PATTERN } as const

/** An e-mail address has an @ and no blanks; only an e-mail could prove that the address exists. */
export const newEmailSchema = {
  ...emailSchema,
  pattern: '^[^\\u0000-\\u0020\\u007f@\\ud800-\\udfff]+@[^\\u0000-\\u0020\\u007f@\\ud800-\\udfff]+$',
  description: 'an e-mail address',
} as const

/** NIST SP 800-63B, section 3.1.1.2: length matters more than complexity. Unpaired surrogates would all be the same. */
export const passwordSchema = {
  type: 'string',
  minLength: 10,
  maxLength: 1000,
  pattern: '^[^\\ud800-\\udfff]*$',
} as const

/** Free text on one line. */
export const textSchema = { type: 'string', maxLength: 64, ...visible } as const

/** Part of a text, ignoring case and accents. */
export const searchSchema = { type: 'string', minLength: 1, maxLength: 64, pattern: TEXT_PATTERN } as const

/** ISO 3779 without I, O and Q; before 1981 they were shorter. */
export const vinSchema = {
  type: 'string',
  pattern: '^([A-HJ-NPR-Z0-9]{5,17})?$',
  description: '5 to 17 capital letters and digits, without I, O and Q',
} as const

export const tagSchema = { type: 'string', minLength: 1, maxLength: 64, ...visible } as const

export const tagsSchema = { type: 'array', maxItems: 50, uniqueItems: true, items: tagSchema } as const

/** Further properties: text, numbers and booleans by name. */
export const attributesSchema = {
  type: 'object',
  maxProperties: ATTRIBUTES_MAX,
  propertyNames: { minLength: 1, maxLength: 64, ...visible },
  additionalProperties: { type: ['string', 'number', 'boolean'], maxLength: 256, pattern: TEXT_PATTERN },
} as const

export const lifetimeDaysSchema = { type: 'integer', minimum: 1, maximum: 3650 } as const

/** Longer than any cursor that the API creates. */
export const cursorSchema = {
  type: 'string',
  maxLength: 200,
  description: 'the `next_cursor` of the page before, or its `prev_cursor`; all other parameters unchanged',
} as const

/** RFC 3339 or epoch milliseconds, see `readTimeRange`. */
export const timeSchema = {
  type: 'string',
  maxLength: 64,
  description: 'RFC 3339 with zone, or epoch milliseconds',
} as const

export const keyParams = object({ key: keySchema }, ['key'])

export const idSchema = {
  type: 'string',
  pattern: '^[0-9]{1,15}$',
  description: 'a whole number of at most 15 digits',
} as const

export const idParams = object({ id: idSchema }, ['id'])

/** The query of a listing that is read page by page. */
export const pageQuery = object({ limit: limitSchema(1000, 100), cursor: cursorSchema })

/** Maximum and default number of items on a page. */
export function limitSchema<const M extends number, const D extends number>(maximum: M, byDefault: D) {
  return { type: 'integer', minimum: 1, maximum, default: byDefault } as const
}

/** An object with these properties and no others. */
export function object<const P extends Readonly<Record<string, Schema>>, const R extends keyof P = never>(
  properties: P,
  required: readonly R[] = [],
) {
  return { type: 'object', properties, required, additionalProperties: false } as const
}

/** One `item`, or an array of 1 to `BULK_MAX`. Not `anyOf`: its errors would describe both cases. */
export function oneOrMany<const S extends Schema>(item: S) {
  return {
    if: { type: 'array' },
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's keyword, and schemas are never awaited
    then: { type: 'array', minItems: 1, maxItems: BULK_MAX, items: item },
    else: item,
  } as const
}

/** RFC 7396: null removes, any other value replaces; absent members are unchanged. */
export function orNull<const S extends { type: 'string' | 'integer' | 'number' | 'array' | 'object' }>(
  schema: S,
) {
  return { ...schema, type: [schema.type, 'null'] } as const
}
