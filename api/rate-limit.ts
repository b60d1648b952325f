import type { Route } from './route.ts'

/** How much of a limit an address has left. */
export interface Quota {
  /** of the limit, as a token of structured fields (RFC 9651) */
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

/** What the OpenAPI document says of the headers below. */
export const rateLimitHeaders = {
  ratelimit: 'r: how many are left, t: seconds until all are (draft-ietf-httpapi-ratelimit-headers)',
  'ratelimit-policy': 'q: how many there are in w seconds',
}

/**
 * Makes the replies of these routes tell what is left, as draft-ietf-httpapi-ratelimit-headers-10 has it: what the limit
 * is after the request was counted. Requests that are refused before their handler are not counted, and tell nothing.
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
