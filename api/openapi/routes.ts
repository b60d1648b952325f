import { buildOpenApi } from './document.ts'
import { route, type Route } from '../http/route.ts'

const documentReply = {
  type: 'object',
  properties: { openapi: { type: 'string' }, info: { type: 'object' }, paths: { type: 'object' } },
  required: ['openapi', 'info', 'paths'],
  additionalProperties: true,
}

/** GET /api/openapi.json: the OpenAPI document of `others` and of this route. */
export function openApiRoutes(others: readonly Route[]): Route[] {
  let content: string | undefined
  const own: Route = route({
    method: 'get',
    path: '/api/openapi.json',
    operationId: 'getOpenApi',
    summary: 'Get this OpenAPI document',
    tag: 'operation',
    access: 'public',
    replies: { 200: { description: 'OpenAPI 3.1', schema: documentReply } },
    handle() {
      // Only now: most processes are never asked for it, and building it takes a fifth of a start.
      content ??= JSON.stringify(buildOpenApi([...others, own]))
      return { status: 200, text: { content, type: 'application/json' } }
    },
  })
  return [own]
}
