import { PROBLEMS } from '../../contract/problems.ts'
import { ifMatchHeader } from '../http/etag.ts'
import { idempotencyKeyHeader, takesIdempotencyKey } from '../http/idempotency.ts'
import { rateLimitHeaders } from '../http/rate-limit.ts'
import { problemReply } from '../schema/reply-schemas.ts'
import { readsBody, type ReplyDeclaration, type Route } from '../http/route.ts'
import type { Schema } from '../../contract/schema-type.ts'
import type { Components } from './components.ts'
import { operationIdOf } from './operation-id.ts'
import { describeProblems, exampleOf, problemCodesOf, problemHeaders } from './problems.ts'

const REQUEST_ID = {
  'x-request-id': "identifies the request in the log; the client's own id if it consists of plain characters",
}

/** An OpenAPI Operation Object. */
export function toOperation(route: Route, components: Components) {
  const { method, path, summary, tag, params, query } = route
  const parameters = [
    ...toParameters('path', params),
    ...toParameters('query', query),
    ...toHeaderParameters(route),
  ]
  return {
    operationId: route.operationId ?? operationIdOf(method, path),
    tags: [tag],
    summary,
    description: describeAccess(route),
    security: toSecurity(route),
    ...(parameters.length > 0 && { parameters }),
    ...toRequestBody(route, components),
    responses: { ...toReplies(route, components), ...toProblems(route, components) },
  }

  function toParameters(place: 'path' | 'query', schema: Schema) {
    const { properties = {}, required = [] } = schema as {
      properties?: Record<string, Schema>
      required?: readonly string[]
    }
    return Object.entries(properties).map(([name, { description, ...own }]) => ({
      name,
      in: place,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: components.add(own),
    }))
  }
}

function describeAccess({ access, usesSession, scope }: Route): string {
  if (access === 'device') return 'For devices.'
  if (access !== 'public') {
    const needed = scope === undefined ? '' : ` A service token needs the scope \`${scope}\`.`
    return `Requires the role ${access.join(' or ')}.${needed}`
  }
  return usesSession ? "For a browser with a session's cookie." : 'Public.'
}

function toSecurity({ access, usesSession }: Route): Record<string, string[]>[] {
  if (access === 'device') return [{ device: [] }]
  if (access !== 'public') return [{ bearer: [] }]
  return usesSession ? [{ session: [] }] : []
}

function toHeaderParameters(route: Route) {
  const headers = {
    ...(route.problems?.includes('precondition_failed') && ifMatchHeader),
    ...(takesIdempotencyKey(route) && idempotencyKeyHeader),
  }
  return Object.entries(headers).map(([name, it]) => ({ name, in: 'header', required: false, ...it }))
}

function toRequestBody(route: Route, components: Components) {
  const body = route.documentedBody ?? route.body
  const { properties, required, ...others } = body as {
    properties?: object
    required?: readonly string[]
  } & Schema
  const takesNothing = properties !== undefined && Object.keys(properties).length === 0
  if (!readsBody(route) || takesNothing) return {}
  // A missing body counts as `{}`.
  const isRequired =
    route.mediaTypes !== undefined || 'if' in others || 'oneOf' in others || (required ?? []).length > 0
  const types = route.mediaTypes ?? ['application/json']
  const content = Object.fromEntries(types.map((type) => [type, { schema: components.add(body) }]))
  return { requestBody: { required: isRequired, content } }
}

function toReplies(route: Route, components: Components) {
  const toReply = ({ description, schema, types = [], headers }: ReplyDeclaration) => ({
    description,
    headers: toHeaders({ ...headers, ...(route.rateLimited && rateLimitHeaders) }),
    ...((schema !== undefined || types.length > 0) && { content: toContent(schema, types) }),
  })
  const toContent = (schema: Schema | undefined, types: readonly string[]) => ({
    ...(schema && { 'application/json': { schema: components.add(schema) } }),
    ...Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }])),
  })
  return Object.fromEntries(Object.entries(route.replies).map(([status, reply]) => [status, toReply(reply)]))
}

function toProblems(route: Route, components: Components) {
  const codes = problemCodesOf(route)
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))]
  const schema = components.add(problemReply)
  return Object.fromEntries(
    statuses.map((status) => {
      const same = codes.filter((code) => PROBLEMS[code].status === status)
      const isCounted = route.rateLimited && (status === 401 || status === 429)
      const headers = toHeaders({ ...problemHeaders(same), ...(isCounted && rateLimitHeaders) })
      const content = { 'application/problem+json': { schema, example: exampleOf(same) } }
      const name = `${same.map(pascalCase).join('Or')}${isCounted ? 'Counted' : ''}`
      return [status, components.addResponse(name, { description: describeProblems(same), headers, content })]
    }),
  )
}

/** `not_found` as NotFound */
function pascalCase(code: string): string {
  return code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function toHeaders(headers: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries({ ...REQUEST_ID, ...headers }).map(([name, description]) => {
      return [name, { description, schema: { type: 'string' } }]
    }),
  )
}
