import createFetchClient, { type Client as FetchClient } from 'openapi-fetch'
import type { components, paths } from './schema.ts'

/** `client.GET('/api/vehicles/{key}', { params: { path: { key } } })` gives `{ data }` or `{ error }`, a `Problem`. */
export type Client = FetchClient<paths>

/** What the API speaks of, by name: `Schemas['Vehicle']`. */
export type Schemas = components['schemas']
export type Problem = Schemas['Problem']

export interface ClientOptions {
  /** of the API, e.g. `https://fleet.example` */
  url: string
  /** A token of POST /api/login, or where to get the newest one for each request. */
  token?: string | (() => string | undefined)
  /** instead of the one that is there, e.g. to try again or to trust other certificates */
  fetch?: (request: Request) => Promise<Response>
}

/** A client of the API. Its paths, parameters and replies are typed by the OpenAPI document. */
export function createClient({ url, token, fetch }: ClientOptions): Client {
  const client = createFetchClient<paths>({ baseUrl: url, ...(fetch && { fetch }) })
  client.use({
    onRequest({ request }) {
      const newest = typeof token === 'function' ? token() : token
      if (newest !== undefined) request.headers.set('authorization', `Bearer ${newest}`)
      return request
    },
  })
  return client
}
