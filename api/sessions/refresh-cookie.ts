import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { UUID } from '../../contract/ids.ts'

/**
 * A browser stays logged in for this time after its last use.
 * @limit the lifetime of a browser session | it is logged out
 */
export const SESSION_LIFETIME_S = 30 * 86_400

export const SESSION_COOKIE = 'fleetwire_session'
const PATH = '/api/session'
const SECRET_BYTES = 32
const VALUE = new RegExp(`^(${UUID})\\.([A-Za-z0-9_-]{43})$`)

export interface SessionSecret {
  id: string
  /** value of the cookie */
  value: string
  /** value in the database */
  secretHash: Buffer
}

export function makeSessionSecret(): SessionSecret {
  const id = randomUUID()
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  return { id, value: `${id}.${secret}`, secretHash: hashOf(secret) }
}

/** The session in a `Cookie` header (RFC 6265, section 4.2.1); `undefined` if the header has none or a malformed one. */
export function readSessionCookie(header: string | undefined): SessionSecret | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [name, value = ''] = pair.trim().split('=', 2)
    const [, id, secret] = (name === SESSION_COOKIE && VALUE.exec(value)) || []
    if (id !== undefined && secret !== undefined) return { id, value, secretHash: hashOf(secret) }
  }
  return undefined
}

/**
 * The `Set-Cookie` header. Scripts cannot read the cookie, other sites cannot send it, and it is sent only to the
 * routes of the session itself.
 */
export function sessionCookie(value: string, isSecure: boolean): string {
  return cookie(value, SESSION_LIFETIME_S, isSecure)
}

/** The `Set-Cookie` header that deletes the session cookie. */
export function noSessionCookie(isSecure: boolean): string {
  return cookie('', 0, isSecure)
}

function cookie(value: string, maxAgeS: number, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : ''
  return `${SESSION_COOKIE}=${value}; Path=${PATH}; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
