import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { STRICT_TRANSPORT } from '../../kit/strict-transport.ts'

/**
 * What browsers are told of a reply that is no page. Over TLS, ours or that of a proxy which `TRUST_PROXY` names, also that the host
 * has no plain text any more (HSTS).
 */
export function createSecurityHeaders(): RequestHandler {
  const setOthers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  })
  return (req, res, next) => {
    if (req.secure) res.set('strict-transport-security', STRICT_TRANSPORT)
    setOthers(req, res, next)
  }
}
