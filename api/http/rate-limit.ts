import type { Route } from './route.ts'

/** How much of a limit an address has left. */
export interface Quota {
  /** the limit's name, a token of structured fields (RFC 9651) */
  name: string
  max: number
  windowS: number
  left: number
  /** seconds until `left` is `max` again */
  resetS: number
}

export interface RateLimit {
  quotaOf(address: string): Quota
}

/** The headers below in the OpenAPI document. */
export const rateLimitHeaders = {
  ratelimit:
    'r: attempts left, t: seconds until all are available again (draft-ietf-httpapi-ratelimit-headers)',
  'ratelimit-policy': 'q: attempts allowed in w seconds',
}

/**
 * Adds the state of the limit to the replies of these routes, as in draft-ietf-httpapi-ratelimit-headers-10, after the
 * request was counted. Requests that are refused before their handler are not counted, and have no such headers.
 */
export function withRateLimit(limit: RateLimit, routes: Route[]): Route[] {
  return routes.map((route) => ({
    ...route,
    rateLimited: true,
    async handle(input) {
      const answer = await route.handle(input)
      return { ...answer, headers: { ...toHeaders(limit.quotaOf(input.address)), ...answer.headers } }
    },
  }))
}

function toHeaders({ name, max, windowS, left, resetS }: Quota): Record<string, string> {
  return {
    ratelimit: `"${name}";r=${Math.max(0, left)};t=${resetS}`,
    'ratelimit-policy': `"${name}";q=${max};w=${windowS}`,
  }
}
