import { readClaims, type Claims } from '../../contract/claims.ts'
import { userClientIdPrefix } from '../../contract/topics.ts'
import { codeOf, messageOf } from '../../kit/errors.ts'
import type { Jwt } from '../../kit/jwt.ts'
import type { Registry } from '../registry/registry.ts'
import type { Identity } from './identity.ts'

/** CONNACK return codes of MQTT 3.1.1, section 3.2.2.3. */
export const RETURN_CODES = {
  identifierRejected: 2,
  unavailable: 3,
  badCredentials: 4,
  notAuthorized: 5,
} as const

/** `reason` is a metric's label, `detail` is for the log, `returnCode` for the device. */
export interface Refusal {
  reason: RefusalReason
  detail: string
  returnCode: (typeof RETURN_CODES)[keyof typeof RETURN_CODES]
}

export type RefusalReason =
  | 'no_token'
  | 'token_invalid'
  | 'token_expired'
  | 'token_revoked'
  | 'client_id'
  | 'client_certificate'
  | 'unknown_device'
  | 'database_away'

/**
 * Checks the token in the password of a CONNECT, and that its subject may use this client id: a device its own key
 * only, so that none can take over another's session; anyone else one under a prefix of their own. A device that
 * presented a certificate must be the one that it names.
 */
export function createAuthenticate({ jwt, registry }: { jwt: Jwt; registry: Registry }) {
  return async (
    clientId: string,
    password: Buffer | undefined,
    certificateName?: string,
  ): Promise<Identity | Refusal> => {
    if (!password?.length)
      return refuse('no_token', 'the password of CONNECT holds no token', 'badCredentials')
    let payload: unknown
    try {
      payload = jwt.verify(password.toString('utf8'))
    } catch (error) {
      const reason = codeOf(error) === 'token_expired' ? 'token_expired' : 'token_invalid'
      return refuse(reason, messageOf(error), 'badCredentials')
    }
    const claims = readClaims(payload, 'mqtt')
    if (typeof claims === 'string') return refuse('token_invalid', claims, 'badCredentials')
    if (registry.isRevoked(claims.jti))
      return refuse('token_revoked', 'the token was revoked', 'badCredentials')
    if (!mayUse(clientId, claims)) {
      const expected = claims.role === 'device' ? claims.sub : `${clientIdPrefix(claims)}...`
      return refuse('client_id', `the client id is not ${expected}`, 'identifierRejected')
    }
    if (claims.role === 'device' && (certificateName ?? clientId) !== clientId) {
      const detail = 'the common name of the client certificate is not the client id'
      return refuse('client_certificate', detail, 'notAuthorized')
    }
    return identify(claims)
  }

  async function identify(claims: Claims): Promise<Identity | Refusal> {
    const { role, sub, jti } = claims
    const identity: Identity = { role, sub, jti, expiresAtMs: claims.exp * 1000, device: undefined }
    if (role !== 'device') return identity
    try {
      identity.device = await registry.device(sub)
    } catch (error) {
      return refuse('database_away', messageOf(error), 'unavailable')
    }
    // Asked again: it may have been revoked while the database was asked.
    if (registry.isRevoked(jti)) return refuse('token_revoked', 'the token was revoked', 'badCredentials')
    if (identity.device !== undefined) return identity
    return refuse('unknown_device', 'the device is not registered, or has no vehicle', 'notAuthorized')
  }
}

function refuse(reason: RefusalReason, detail: string, returnCode: keyof typeof RETURN_CODES): Refusal {
  return { reason, detail, returnCode: RETURN_CODES[returnCode] }
}

function mayUse(clientId: string, claims: Claims): boolean {
  return claims.role === 'device' ? clientId === claims.sub : clientId.startsWith(clientIdPrefix(claims))
}

function clientIdPrefix({ role, sub }: Claims): string {
  return role === 'service' ? `service/${sub}/` : userClientIdPrefix(sub)
}
