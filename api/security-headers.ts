import type { RequestHandler } from 'express'
import helmet from 'helmet'

const YEAR_S = 365 * 86_400

/**
 * What browsers are told of a reply that is no page. Over our own TLS, that the host has no plain text any more (HSTS); that
 * holds for all of its ports, so the status port is then for programs. A proxy with TLS says so itself.
 */
export function createSecurityHeaders({ hasTls }: { hasTls: boolean }): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: hasTls && { maxAge: YEAR_S, includeSubDomains: false },
    referrerPolicy: { policy: 'no-referrer' },
  })
}
