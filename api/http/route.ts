import type { IncomingHttpHeaders } from 'node:http'
import type { Claims, Role } from '../../contract/claims.ts'
import type { OnWait } from '../../kit/fair-waiting.ts'
import type { ProblemCode } from '../../contract/problems.ts'
import type { ServiceScope } from '../../contract/service-scopes.ts'
import type { Refusal } from './refusal.ts'
import type { Schema, TypeOf } from '../../contract/schema-type.ts'
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
  /**
   * The next chunk is requested when the client has read the earlier ones; a client that disconnects ends the
   * generator.
   */
  stream?: { chunks: AsyncGenerator<string>; type: string }
  headers?: Record<string, string>
}

/** A success that a route may answer with, as in the OpenAPI document. */
export interface ReplyDeclaration {
  description: string
  /** of a JSON body; without it and `types` there is no body */
  schema?: Schema
  /** media types of a body that is not JSON; the reply has one of them */
  types?: readonly string[]
  /** descriptions of this reply's headers, by name */
  headers?: Readonly<Record<string, string>>
}

/** A request whose parts have all matched their schemas, and whose caller is allowed to make it. */
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
  /** The client has disconnected. */
  hasLeft: () => boolean
  /** For a queue in which the handler waits: its entry is removed when the client disconnects. */
  onWait: OnWait
}

interface Declaration {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** in the notation of OpenAPI, e.g. `/api/vehicles/{key}` */
  path: string
  summary: string
  tag: Tag
  /** default: derived from method and path, see openapi/operation-id.ts */
  operationId?: string
  access: Access
  /** Its handler may run for longer than a query or two, so it does not take part in the turns of the others. */
  isLong?: true
  /**
   * The scope that a service needs, see service-scopes.ts; without one no service may call it, whatever `access` says.
   */
  scope?: ServiceScope
  /** A public route that uses the cookie of a browser's session instead. */
  usesSession?: true
  /** Its reply is shown only once, and stored nowhere. */
  hasSecretReply?: true
  /** Media types of the body, the preferred one first; default JSON. With them the body is a string to its schema. */
  mediaTypes?: readonly string[]
  /** Successes by status. */
  replies: Readonly<Record<number, ReplyDeclaration>>
  /** Refusals besides those that follow from the other members, see openapi/problems.ts. */
  problems?: readonly ProblemCode[]
  /** Replies state how many requests are left, see rate-limit.ts. */
  rateLimited?: boolean
  /** Maximum bytes of a body; default `BODY_BYTES_MAX`. */
  bodyBytesMax?: number
  /** Called with the beginning of a larger body and its size in bytes, as far as it was read, before the refusal. */
  onTooLarge?: (headers: IncomingHttpHeaders, beginning: Buffer, bytes: number) => Promise<unknown>
  /** Description in the document for a body that is validated elsewhere. */
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

/** The body of other methods is ignored. */
export function readsBody({ method }: Pick<Route, 'method'>): boolean {
  return method !== 'get' && method !== 'delete'
}

const NOTHING = { type: 'object', properties: {}, additionalProperties: false } as const
type Nothing = typeof NOTHING

/** The caller is known exactly if the route is for roles. */
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
  // The mount calls `handle` only with input that has matched these schemas.
  return { params: NOTHING, query: NOTHING, body: NOTHING, ...declaration }
}
