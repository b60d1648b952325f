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
  let content = ''
  const own = route({
    method: 'get',
    path: '/api/openapi.json',
    operationId: 'getOpenApi',
    summary: 'Get this OpenAPI document',
    tag: 'operation',
    access: 'public',
    replies: { 200: { description: 'OpenAPI 3.1', schema: documentReply } },
    handle: () => ({ status: 200, text: { content, type: 'application/json' } }),
  })
  content = JSON.stringify(buildOpenApi([...others, own]))
  return [own]
}
