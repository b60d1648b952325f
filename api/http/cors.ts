import cors from 'cors'
import type { RequestHandler } from 'express'
import { rateLimitHeaders } from './rate-limit.ts'

/** Seconds for which a browser need not ask again; Chromium takes no more. */
const PREFLIGHT_MAX_AGE_S = 7200

/**
 * Lets pages of other origins call the API: those of `origins`, separated by commas, also with cookies; or any, `*`, and
 * then never with cookies. Who is not listed gets the reply without the headers, so that its browser keeps it back.
 */
export function createCors(origins: string): RequestHandler {
  const isAny = origins === '*'
  return cors({
    origin: isAny ? '*' : origins.split(','),
    credentials: !isAny,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'location', 'etag', ...Object.keys(rateLimitHeaders)],
    maxAge: PREFLIGHT_MAX_AGE_S,
    // The answer itself, with `Allow`, is the mount's.
    preflightContinue: true,
  })
}
