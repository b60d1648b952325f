import { PROBLEMS, type ProblemCode } from '../../contract/problems.ts'
import type { Schema } from '../../contract/schema-type.ts'

/**
 * An object in a reply; each property that is not `optional` is always included. Unlike that of a request it may grow:
 * a client must ignore unknown properties. The OpenAPI document has it once, under its title.
 */
export function replyObject<const P extends Readonly<Record<string, Schema>>>(
  title: string,
  properties: P,
  optional: readonly (keyof P)[] = [],
) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { title, type: 'object', properties, required } as const
}

export function arrayOf<const S extends Schema>(items: S) {
  return { type: 'array', items } as const
}

/** The reply of a listing. */
export function pageOf(item: { title: string } & Schema) {
  return replyObject(`${item.title}Page`, {
    items: arrayOf(item),
    next_cursor: { type: ['string', 'null'], description: 'cursor of the next page; null on the last page' },
  })
}

/** One `item` for a single request, an array for an array. */
export function oneOrManyOf(item: Schema) {
  return { oneOf: [item, arrayOf(item)] } as const
}

/** A time as written by `formatTime`. */
export const timeReply = { type: 'string', format: 'date-time' } as const

/** The key of a record that may not exist, or no longer. */
export const keyOrNull = { type: ['string', 'null'] } as const

const codes = Object.keys(PROBLEMS) as ProblemCode[]

export const faultReply = replyObject(
  'Fault',
  {
    code: { enum: codes },
    pointer: {
      type: 'string',
      description: 'JSON pointer (RFC 6901) to the faulty value; empty for the whole document',
    },
    detail: { type: 'string' },
  },
  ['code'],
)

/** The reply of `sendProblem`. */
export const problemReply = {
  ...replyObject(
    'Problem',
    {
      type: { type: 'string', format: 'uri' },
      title: { type: 'string' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string' },
      code: { enum: codes, description: 'stable, for programs' },
      request_id: { type: 'string', description: 'the same as in x-request-id and in the log' },
      errors: { ...arrayOf(faultReply), description: 'at most 100' },
    },
    ['errors'],
  ),
  description: 'An error as in RFC 9457',
} as const
