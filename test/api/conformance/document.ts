import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { OpenApi } from '../../../api/openapi/document.ts'
import type { Answer } from '../fixture.ts'

export type Schema = Record<string, unknown>

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  schema: Schema
}

export interface Operation {
  id: string
  method: string
  path: string
  isPublic: boolean
  /** takes MQTT tokens of devices */
  isOfDevices: boolean
  parameters: Parameter[]
  /** `undefined` if it is JSON */
  mediaType: string | undefined
  /** `undefined` if the operation has no body, or one that is not JSON */
  body: Schema | undefined
  statuses: number[]
}

/** Checks the API's replies against its document. */
export interface Judge {
  operations: Operation[]
  /** Whether a value matches a schema of the document. */
  matches(schema: Schema, value: unknown): boolean
  /** The difference between a reply and the document, or `undefined`. */
  findFault(operation: Operation, answer: Answer): string | undefined
}

interface MediaTypes {
  content?: Record<string, { schema: Schema }>
}

type Declared = MediaTypes & { $ref?: string }

export function createJudge(document: OpenApi): Judge {
  const ajv = new Ajv2020({ strictSchema: false, strictTypes: false, formats: FORMATS })
  ajv.addSchema(close(document) as object, 'document')
  const compiled = new Map<string, ValidateFunction>()

  function validatorOf(pointer: string): ValidateFunction {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` })
    compiled.set(pointer, known)
    return known
  }

  /** A copy of `value` in which references are resolved. */
  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve)
    if (typeof value !== 'object' || value === null) return value
    const { $ref } = value as { $ref?: unknown }
    if (typeof $ref === 'string') return resolve(document.components.schemas[$ref.split('/').at(-1) ?? ''])
    return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, resolve(it)]))
  }

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => {
      const { requestBody } = operation as { requestBody?: MediaTypes }
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        isPublic: !operation.security.some((it) => 'bearer' in it || 'device' in it),
        isOfDevices: operation.security.some((it) => 'device' in it),
        parameters: resolve(operation.parameters ?? []) as Parameter[],
        mediaType: Object.keys(requestBody?.content ?? {}).find((it) => it !== 'application/json'),
        body: resolve(requestBody?.content?.['application/json']?.schema) as Schema | undefined,
        statuses: Object.keys(operation.responses).map(Number),
      }
    }),
  )

  return {
    operations,

    matches: (schema, value) => ajv.validate(schema, value),

    findFault({ method, path, id }, { status, headers, body }) {
      const replies = document.paths[path]?.[method.toLowerCase()]?.responses as Record<string, Declared>
      const own = replies[String(status)]
      const shared = own?.$ref?.split('/').at(-1)
      const reply = shared === undefined ? own : (document.components.responses[shared] as MediaTypes)
      if (status >= 500) return `${id} failed with ${status}: ${JSON.stringify(body)}`
      if (!reply) return `${id} answers ${status}, which it does not declare: ${JSON.stringify(body)}`
      if (headers.get('x-request-id') === null) return `${id} has no x-request-id`
      const type = headers.get('content-type')?.split(';')[0]
      const types = Object.keys(reply.content ?? {})
      const declared = types.find((it) => it === type)
      if (type !== declared || (types.length > 0 && declared === undefined))
        return `${id} answers ${status} with ${type}, not ${types.join(' or ')}`
      if (declared === undefined) return body === '' ? undefined : `${id} answers ${status} with a body`
      const place =
        shared === undefined
          ? ['paths', path, method.toLowerCase(), 'responses', String(status)]
          : ['components', 'responses', shared]
      const at = [...place, 'content', declared, 'schema']
      const validate = validatorOf(at.map((it) => `/${encodeURIComponent(escape(it))}`).join(''))
      // GeoJSON is JSON, but the document declares files as text.
      const isFile = declared !== 'application/json' && declared !== 'application/problem+json'
      if (validate(isFile && typeof body !== 'string' ? JSON.stringify(body) : body)) return undefined
      return `${id} answers ${status} with ${JSON.stringify(body)}: ${ajv.errorsText(validate.errors)}`
    },
  }
}

/** As in RFC 6901, section 3. */
function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

const FORMATS = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}){1,2}Z$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  uri: /^https:\/\/\S+$/,
}

/** Forbids fields in replies that the document does not describe. */
function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close)
  if (typeof value !== 'object' || value === null) return value
  const closed = Object.fromEntries(Object.entries(value).map(([name, it]) => [name, close(it)]))
  const isOpen = closed['type'] === 'object' && 'properties' in closed && !('additionalProperties' in closed)
  return isOpen ? { ...closed, additionalProperties: false } : closed
}
