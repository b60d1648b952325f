/** The `iss` of every token that Fleetwire signs. */
export const ISSUER = 'fleetwire'

/** What a token is good for: a connection to the broker, or requests to the API. */
export const AUDIENCES = ['mqtt', 'api'] as const
export type Audience = (typeof AUDIENCES)[number]

export const ROLES = ['device', 'user', 'admin', 'service'] as const
export type Role = (typeof ROLES)[number]

/** The claims of a token. `iat` and `exp` are seconds since 1970; `jti` is a UUID. */
export interface Claims {
  iss: string
  aud: Audience
  /** a device's key, a user's id or a service's name */
  sub: string
  role: Role
  iat: number
  exp: number
  jti: string
}

/** The claims of a new token that is valid from `nowS` (seconds since 1970) for `lifetimeS` seconds. */
export function makeClaims(token: {
  sub: string
  role: Role
  aud: Audience
  jti: string
  nowS: number
  lifetimeS: number
}): Claims {
  const { sub, role, aud, jti, nowS, lifetimeS } = token
  return { iss: ISSUER, aud, sub, role, iat: nowS, exp: nowS + lifetimeS, jti }
}

/**
 * Reads the payload of a token whose signature and expiry were checked.
 * Returns its claims, or a sentence that says why it is no token for this audience.
 */
export function readClaims(payload: unknown, audience: Audience): Claims | string {
  if (typeof payload !== 'object' || payload === null) return 'the token has no claims'
  const { iss, aud, sub, role, iat, exp, jti } = payload as Record<string, unknown>
  if (iss !== ISSUER) return `the token's iss is not "${ISSUER}"`
  if (aud !== audience) return `the token's aud is not "${audience}"`
  if (typeof sub !== 'string' || sub === '') return 'the token has no sub'
  if (!isRole(role)) return `the token's role is none of ${ROLES.join(', ')}`
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) return 'the token lacks iat or exp'
  if (typeof jti !== 'string' || jti === '') return 'the token has no jti'
  return { iss, aud: audience, sub, role, iat: iat as number, exp: exp as number, jti }
}

function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value)
}
