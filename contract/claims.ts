/** The `iss` of every token that Fleetwire signs. */
export const ISSUER = 'fleetwire'

/** Purpose of a token: a connection to the broker, requests to the API, or requests that the API forwards to a broker. */
export const AUDIENCES = ['mqtt', 'api', 'intake'] as const
export type Audience = (typeof AUDIENCES)[number]

export const ROLES = ['device', 'user', 'admin', 'service'] as const
export type Role = (typeof ROLES)[number]

/**
 * The claims of a token. `iat` and `exp` are seconds since 1970. `jti` is a UUID; in a token that a device signed, the
 * device chooses it.
 */
export interface Claims {
  /** `fleetwire`, or the device's key in a token that the device signed */
  iss: string
  aud: Audience
  /** a device's key, a user's id or a service's name */
  sub: string
  role: Role
  iat: number
  exp: number
  jti: string
  /**
   * The id of the device that the token was issued to, because another device may later have the same key. Only in
   * tokens that Fleetwire issued to a device.
   */
  device_id?: number
  /**
   * In tokens of people: the login that the token belongs to, a UUID, as in OpenID Connect. A logout ends all of its
   * tokens. In an MQTT token of a service: the `jti` of its service token, with which it ends.
   */
  sid?: string
  /** In an issued service token and its MQTT tokens: the scopes, see service-scopes.ts. */
  scopes?: readonly string[]
  /** In the same tokens: keys of the groups whose vehicles the service sees; absent: all vehicles. */
  groups?: readonly string[]
}

/** The claims of a new token that is valid from `nowS` (seconds since 1970) for `lifetimeS` seconds. */
export function makeClaims(token: {
  sub: string
  role: Role
  aud: Audience
  jti: string
  nowS: number
  lifetimeS: number
  deviceId?: number
  sid?: string | undefined
  scopes?: readonly string[] | undefined
  groups?: readonly string[] | undefined
}): Claims {
  const { sub, role, aud, jti, nowS, lifetimeS, deviceId, sid, scopes, groups } = token
  const claims: Claims = { iss: ISSUER, aud, sub, role, iat: nowS, exp: nowS + lifetimeS, jti }
  if (deviceId !== undefined) claims.device_id = deviceId
  if (sid !== undefined) claims.sid = sid
  if (scopes !== undefined) claims.scopes = scopes
  if (groups !== undefined) claims.groups = groups
  return claims
}

/**
 * Reads the payload of a token whose signature and expiry were checked. Returns its claims, or a sentence about why it
 * is not a token for this audience.
 */
export function readClaims(payload: unknown, audience: Audience): Claims | string {
  if (typeof payload !== 'object' || payload === null) return 'the token has no claims'
  const { iss, aud, sub, role, iat, exp, jti, device_id, sid, scopes, groups } = payload as Record<
    string,
    unknown
  >
  if (iss !== ISSUER) return `the token's iss is not "${ISSUER}"`
  if (aud !== audience) return `the token's aud is not "${audience}"`
  if (typeof sub !== 'string' || sub === '') return 'the token has no sub'
  if (!isRole(role)) return `the token's role must be one of ${ROLES.join(', ')}`
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) return 'the token lacks iat or exp'
  if (typeof jti !== 'string' || jti === '') return 'the token has no jti'
  if (device_id !== undefined && !Number.isSafeInteger(device_id))
    return "the token's device_id is not an integer"
  if (sid !== undefined && typeof sid !== 'string') return "the token's sid is not a text"
  const claims: Claims = { iss, aud: audience, sub, role, iat: iat as number, exp: exp as number, jti }
  if (device_id !== undefined) claims.device_id = device_id as number
  if (sid !== undefined) claims.sid = sid
  return role === 'service' ? withScopes(claims, scopes, groups) : claims
}

/** Claims of these names are ignored in tokens that a device signed; the device may use them for itself. */
function withScopes(claims: Claims, scopes: unknown, groups: unknown): Claims | string {
  if (scopes === undefined && groups === undefined) return claims
  if (!isTexts(scopes)) return "the token's scopes are not a list of texts"
  if (groups === undefined) return { ...claims, scopes }
  return isTexts(groups) ? { ...claims, scopes, groups } : "the token's groups are not a list of texts"
}

/**
 * Maximum lifetime of a token that a device signs, from its `iat` to its `exp`.
 * @limit the lifetime of a token that a device signs | the login is refused
 */
export const DEVICE_SIGNED_LIFETIME_MAX_S = 24 * 3600
const DEVICE_SIGNED_JTI_LENGTH_MAX = 64

/**
 * Reads the payload of a token that the device with this key signed (ES256 or RS256), and whose signature and times
 * were checked. `iss` and `sub` are the device's key, `aud` is "mqtt", `role` is "device", `exp` is at most
 * `DEVICE_SIGNED_LIFETIME_MAX_S` after `iat`, and `jti` is text of 1 to 64 characters. Returns its claims, or a
 * sentence about what is wrong with them.
 */
export function readDeviceSignedClaims(payload: unknown, deviceKey: string): Claims | string {
  if (typeof payload !== 'object' || payload === null) return 'the token has no claims'
  const { iss, sub, ...others } = payload as Record<string, unknown>
  if (iss !== deviceKey) return "the token's iss is not the device's key"
  if (sub !== deviceKey) return "the token's sub is not the device's key"
  const claims = readClaims({ ...others, sub, iss: ISSUER }, 'mqtt')
  if (typeof claims === 'string') return claims
  const { role, iat, exp, jti } = claims
  if (role !== 'device') return 'the token\'s role is not "device"'
  if (exp <= iat || exp - iat > DEVICE_SIGNED_LIFETIME_MAX_S) {
    return `the token's exp is not 1 to ${DEVICE_SIGNED_LIFETIME_MAX_S} s after its iat`
  }
  if (jti.length > DEVICE_SIGNED_JTI_LENGTH_MAX) {
    return `the token's jti is longer than ${DEVICE_SIGNED_JTI_LENGTH_MAX} characters`
  }
  return { ...claims, iss }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((it) => typeof it === 'string')
}

function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value)
}
