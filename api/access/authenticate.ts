import { readClaims, type Claims } from '../../contract/claims.ts'
import { hasServiceScope, type ServiceScope } from '../../contract/service-scopes.ts'
import { messageOf } from '../../kit/errors.ts'
import type { Jwt } from '../../kit/jwt.ts'
import { refuse, type Refusal } from '../http/refusal.ts'
import type { Access } from '../http/route.ts'

/**
 * Decides from the Authorization header whether a route may be used. Returns the caller's claims, `undefined` on a
 * public route, or a refusal with the challenge that RFC 6750 requires. The token is verified each time (ADR 024).
 */
export function authenticate(
  jwt: Jwt,
  header: string | undefined,
  { access, scope }: { access: Access; scope?: ServiceScope },
): { caller: Claims | undefined } | Refusal {
  if (access === 'public' || access === 'device') return { caller: undefined }
  const token = readBearer(header)
  if (token === undefined) {
    return challenge('log in with POST /api/login and send "Authorization: Bearer <token>"')
  }

  const caller = readToken(jwt, token)
  if (typeof caller === 'string') return challenge(caller, 'invalid_token')
  if (!access.includes(caller.role)) {
    return refuse(
      'forbidden',
      `this requires the role ${access.join(' or ')}, but the token has ${caller.role}`,
      {
        headers: { 'www-authenticate': 'Bearer realm="fleetwire", error="insufficient_scope"' },
      },
    )
  }
  if (caller.role === 'service' && !hasServiceScope(caller, scope)) return insufficientScope(scope)
  return { caller }
}

/** RFC 6750, section 3.1. */
function insufficientScope(scope: ServiceScope | undefined): Refusal {
  const detail =
    scope === undefined ? 'service tokens may not use this route' : `this requires the scope ${scope}`
  const needed = scope === undefined ? '' : `, scope="${scope}"`
  return refuse('forbidden', detail, {
    headers: { 'www-authenticate': `Bearer realm="fleetwire", error="insufficient_scope"${needed}` },
  })
}

/** The token of an Authorization header. */
export function readBearer(header: string | undefined): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(header ?? '')?.[1]
}

function readToken(jwt: Jwt, token: string): Claims | string {
  try {
    return readClaims(jwt.verify(token), 'api')
  } catch (error) {
    return messageOf(error)
  }
}

/** The refusal with the challenge of RFC 6750, section 3. */
export function challenge(detail: string, error?: string): Refusal {
  const parameters = error === undefined ? '' : `, error="${error}"`
  return refuse('unauthorized', detail, {
    headers: { 'www-authenticate': `Bearer realm="fleetwire"${parameters}` },
  })
}
