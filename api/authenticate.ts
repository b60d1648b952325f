import { readClaims, type Claims } from '../contract/claims.ts'
import { messageOf } from '../kit/errors.ts'
import type { Jwt } from '../kit/jwt.ts'
import { refuse, type Refusal } from './refusal.ts'
import type { Access } from './route.ts'

/**
 * Decides from the Authorization header whether a route may be used: the caller's claims, undefined on a public route,
 * or a refusal with the challenge that RFC 6750 asks for.
 */
export function authenticate(
  jwt: Jwt,
  header: string | undefined,
  access: Access,
): { caller: Claims | undefined } | Refusal {
  if (access === 'public' || access === 'device') return { caller: undefined }
  const token = readBearer(header)
  if (token === undefined) {
    return challenge('log in with POST /api/login and send "Authorization: Bearer <token>"')
  }

  const caller = readToken(jwt, token)
  if (typeof caller === 'string') return challenge(caller, 'invalid_token')
  if (!access.includes(caller.role)) {
    return refuse('forbidden', `this needs the role ${access.join(' or ')}, the token has ${caller.role}`, {
      headers: { 'www-authenticate': 'Bearer realm="fleetwire", error="insufficient_scope"' },
    })
  }
  return { caller }
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
