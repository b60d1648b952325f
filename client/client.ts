import createFetchClient, { type Client as FetchClient } from 'openapi-fetch'
import type { components, paths } from './schema.ts'

/**
 * `client.GET('/api/vehicles/{key}', { params: { path: { key } } })` resolves with `{ data }` or `{ error }`, a
 * `Problem`.
 */
export type Client = FetchClient<paths>

/** Schemas of the API by name: `Schemas['Vehicle']`. */
export type Schemas = components['schemas']
export type Problem = Schemas['Problem']

export interface ClientOptions {
  /** base URL of the API, e.g. `https://fleet.example` */
  url: string
  /** A token of POST /api/login, or a function that returns the current token for each request. */
  token?: string | (() => string | undefined)
  /** replaces the global `fetch`, e.g. to retry or to trust other certificates */
  fetch?: (request: Request) => Promise<Response>
}

/** Creates a client of the API. Paths, parameters and replies have the types of the OpenAPI document. */
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
