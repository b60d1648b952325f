import type { RequestHandler } from 'express'
import helmet from 'helmet'

/**
 * What browsers are told of a reply that is no page. Strict-Transport-Security is left to whoever owns the host name: it
 * holds for all ports, and some of ours stay plain text.
 */
export function createSecurityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  })
}
