import type { IncomingHttpHeaders } from 'node:http'
import type { Claims, Role } from '../../contract/claims.ts'
import type { OnWait } from '../../kit/fair-waiting.ts'
import type { ProblemCode } from '../../contract/problems.ts'
import type { ServiceScope } from '../../contract/service-scopes.ts'
import type { Refusal } from './refusal.ts'
import type { Schema, TypeOf } from '../schema/schema-type.ts'
import type { Tag } from '../openapi/tags.ts'

/**
 * Allowed callers: anyone, a device with a token that the handler verifies, or the bearer of an API token with one of these
 * roles.
 */
export type Access = 'public' | 'device' | readonly Role[]

/** The reply of a handler: JSON, or `text` of media type `type`, or a `stream` of it. */
export interface Reply {
  status: number
  body?: unknown
  text?: { content: string; type: string }
  /** Each chunk is asked for when the client has taken those before; a client that leaves ends the generator. */
  stream?: { chunks: AsyncGenerator<string>; type: string }
  headers?: Record<string, string>
}

/** A success that a route may answer with, as the OpenAPI document has it. */
export interface ReplyDeclaration {
  description: string
  /** of a JSON body; with neither this nor `types` there is no body */
  schema?: Schema
  /** media types, one of which a body has that is not JSON */
  types?: readonly string[]
  /** what headers of this reply are for, by name */
  headers?: Readonly<Record<string, string>>
}

/** A request whose parts have all matched their schemas, and whose caller may make it. */
export interface Input<P, Q, B, C> {
  params: P
  query: Q
  body: B
  /** the body as it was sent */
  bodyText: string
  caller: C
  /** IP address of the client; of the proxy, unless the proxy is trusted */
  address: string
  /** over TLS, here or at a trusted proxy */
  isSecure: boolean
  headers: IncomingHttpHeaders
  requestId: string
  /** Nobody waits for the reply any more. */
  hasLeft: () => boolean
  /** For a queue in which the handler waits: it is left when nobody waits for the reply any more. */
  onWait: OnWait
}

interface Declaration {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** in the notation of OpenAPI, e.g. `/api/vehicles/{key}` */
  path: string
  summary: string
  tag: Tag
  /** default: made of method and path, see openapi/operation-id.ts */
  operationId?: string
  access: Access
  /** Its handler may wait for long, for more than a query or two: it has no part in the turns of the others. */
  isLong?: true
  /** The scope that a service needs, see service-scopes.ts; without one no service may call it, whatever `access` says. */
  scope?: ServiceScope
  /** A public route that goes by the cookie of a browser's session instead. */
  usesSession?: true
  /** Its reply is shown only once, and kept nowhere. */
  hasSecretReply?: true
  /** Of a body; default JSON. A `text/csv` one is a string to its schema. */
  mediaType?: 'text/csv'
  /** Successes by status. */
  replies: Readonly<Record<number, ReplyDeclaration>>
  /** Refusals besides those that follow from the rest, see openapi/problems.ts. */
  problems?: readonly ProblemCode[]
  /** Replies state how many requests are left, see rate-limit.ts. */
  rateLimited?: boolean
  /** Bytes of a body; default `BODY_BYTES_MAX`. */
  bodyBytesMax?: number
  /** Called with the beginning of a larger body and its size in bytes, as far as it was read, before it is refused. */
  onTooLarge?: (headers: IncomingHttpHeaders, beginning: Buffer, bytes: number) => Promise<unknown>
  /** Description in the document of a body that is validated elsewhere. */
  documentedBody?: Schema
}

interface Schemas {
  params: Schema
  query: Schema
  body: Schema
}

/** A route as the app mounts it. Absent schemas allow no parameters and no fields. */
export interface Route extends Declaration, Schemas {
  handle(input: Input<unknown, unknown, unknown, unknown>): Promise<Reply | Refusal> | Reply | Refusal
}

/** A body of the other methods is not looked at. */
export function readsBody({ method }: Pick<Route, 'method'>): boolean {
  return method !== 'get' && method !== 'delete'
}

const NOTHING = { type: 'object', properties: {}, additionalProperties: false } as const
type Nothing = typeof NOTHING

/** The caller is known exactly when the route is for roles. */
type CallerOf<A extends Access> = A extends readonly Role[] ? Claims : undefined

/** Declares a route: its schemas give `handle` its types. */
export function route<
  A extends Access,
  P extends Schema = Nothing,
  Q extends Schema = Nothing,
  B extends Schema = Nothing,
>(
  declaration: Declaration & {
    access: A
    params?: P
    query?: Q
    body?: B
    handle(
      input: Input<TypeOf<P>, TypeOf<Q>, TypeOf<B>, CallerOf<A>>,
    ): Promise<Reply | Refusal> | Reply | Refusal
  },
): Route {
  // The mount calls `handle` only with what has matched these schemas.
  return { params: NOTHING, query: NOTHING, body: NOTHING, ...declaration }
}
