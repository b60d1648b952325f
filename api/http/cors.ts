import cors from 'cors'
import type { RequestHandler } from 'express'
import { rateLimitHeaders } from './rate-limit.ts'

/** Seconds for which a browser may cache the reply; Chromium's maximum. */
const PREFLIGHT_MAX_AGE_S = 7200

/**
 * Lets pages of other origins call the API. `origins`, separated by commas, may also send cookies; `*` allows any
 * origin, and then never cookies. Other origins get the reply without the headers, so that the browser withholds it.
 */
export function createCors(origins: string): RequestHandler {
  const isAny = origins === '*'
  return cors({
    origin: isAny ? '*' : origins.split(','),
    credentials: !isAny,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'location', 'etag', ...Object.keys(rateLimitHeaders)],
    maxAge: PREFLIGHT_MAX_AGE_S,
    // The mount sends the reply itself, with `Allow`.
    preflightContinue: true,
  })
}
