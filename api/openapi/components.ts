import { FleetwireError } from '../../kit/errors.ts'

/** Keywords whose value is data, not a schema. */
const DATA = new Set(['default', 'enum', 'const', 'examples', 'required'])

/** Collects what the operations share. */
export interface Components {
  /** The schema for the document: a schema with a title goes into `schemas`, and is returned as a reference. */
  add(schema: unknown): unknown
  /** A reference to a response that many operations have; the same name always means the same response. */
  addResponse(name: string, response: object): { $ref: string }
  /** by title */
  schemas: Record<string, unknown>
  /** by name */
  responses: Record<string, object>
}

/** @throws FleetwireError `bad_document` from `add`, for two schemas with the same title */
export function createComponents(): Components {
  const schemas: Record<string, unknown> = {}
  const responses: Record<string, object> = {}

  function add(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map(add)
    if (typeof schema !== 'object' || schema === null) return schema
    const { title, ...others } = schema as Record<string, unknown>
    if (typeof title !== 'string') return translate(schema as Record<string, unknown>)

    const own = translate(others)
    const known = (schemas[title] ??= own)
    if (JSON.stringify(known) !== JSON.stringify(own)) {
      throw new FleetwireError('bad_document', `two schemas have the title ${title}`)
    }
    return { $ref: `#/components/schemas/${title}` }
  }

  function translate(schema: Record<string, unknown>): Record<string, unknown> {
    const { if: condition, then: many, else: one, ...others } = schema
    // `oneOrMany` for generators of clients, which do not support `if`; equivalent, because everything that is not an
    // array is an object.
    if (condition !== undefined && JSON.stringify(condition) === '{"type":"array"}') {
      return { ...translate(others), oneOf: [add(one), add(many)] }
    }
    const entries = Object.entries(schema)
      // It would change the base of references inside.
      .filter(([name, value]) => name !== '$id' || typeof value !== 'string')
      .map(([name, value]) => [name, DATA.has(name) ? value : add(value)] as const)
    return Object.fromEntries(entries)
  }

  function addResponse(name: string, response: object): { $ref: string } {
    responses[name] ??= response
    return { $ref: `#/components/responses/${name}` }
  }

  return { add, addResponse, schemas, responses }
}
