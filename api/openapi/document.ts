import { createComponents } from './components.ts'
import { toOperation } from './operation.ts'
import { FleetwireError } from '../../kit/errors.ts'
import { VERSION } from '../../kit/version.ts'
import { SESSION_COOKIE } from '../sessions/refresh-cookie.ts'
import type { Route } from '../http/route.ts'
import { TAGS } from './tags.ts'

export const API_VERSION = VERSION

export type OpenApi = ReturnType<typeof buildOpenApi>

/**
 * The OpenAPI 3.1 document of these routes, from the same schemas that validate their requests.
 * @throws FleetwireError `bad_document`, for two operations with one name or two schemas with one title
 */
export function buildOpenApi(routes: readonly Route[]) {
  const components = createComponents()
  const paths: Record<string, Record<string, ReturnType<typeof toOperation>>> = {}
  const ids = new Set<string>()
  for (const route of routes) {
    const operation = toOperation(route, components)
    const { operationId } = operation
    if (ids.has(operationId)) {
      throw new FleetwireError('bad_document', `two operations are called ${operationId}`)
    }
    ids.add(operationId)
    const path = (paths[route.path] ??= {})
    path[route.method] = operation
  }

  const used = new Set(routes.map(({ tag }) => tag))
  return {
    openapi: '3.1.1',
    info: {
      title: 'Fleetwire',
      version: API_VERSION,
      summary: 'The HTTP API of an MQTT broker for vehicle fleets',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'the server of this document' }],
    tags: Object.entries(TAGS)
      .filter(([name]) => used.has(name as keyof typeof TAGS))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'the token of POST /api/login, or a service token',
        },
        device: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: "a device's token for MQTT, issued here or signed by the device itself",
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: SESSION_COOKIE,
          description: 'set by POST /api/login with `remember`; not readable by scripts',
        },
      },
      schemas: components.schemas,
      responses: components.responses,
    },
  } as const
}

const DESCRIPTION = [
  'Errors are problems as in RFC 9457, with JSON pointers to the faulty values in the body, the query or the path.',
  'Unknown fields and query parameters are refused. Listings are paged: send `next_cursor` as `cursor`.',
  'Every GET is also available as HEAD. In a query, write the `+` of a time zone as `%2B`.',
].join('\n\n')
