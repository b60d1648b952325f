import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { STRICT_TRANSPORT } from '../../kit/strict-transport.ts'

/**
 * Headers for browsers on replies that are not pages. Over TLS, whether the API's or that of a proxy in `TRUST_PROXY`,
 * they also say that the host no longer uses plain text (HSTS).
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
