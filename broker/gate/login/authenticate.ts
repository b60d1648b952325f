import { readClaims, type Claims } from '../../../contract/claims.ts'
import { clientIdPrefixOf } from '../../../contract/topics.ts'
import { FleetwireError } from '../../../kit/errors.ts'
import type { Jwt } from '../../../kit/jwt.ts'
import { readTokenHeader } from '../../../kit/token-header.ts'
import { CLOCK_TOLERANCE_S } from '../../../kit/token-times.ts'
import type { Registry } from '../../registry/registry.ts'
import type { TokenUses } from '../../registry/token-uses.ts'
import { createDeviceSignature } from './device-signature.ts'
import type { Identity } from '../identity.ts'
import { refuse, refuseFor, type LoginRefusal } from './login-refusal.ts'
import { createTokenDevice, issuedTo, OF_EARLIER_DEVICE, type Verified } from './token-device.ts'

/**
 * @param clientId and the password of a CONNECT, or the device's key and the new token of a renewal
 * @param certificateName the common name of the connection's client certificate, if it presented one
 */
export type Authenticate = (
  clientId: string,
  token: Buffer | undefined,
  certificateName?: string,
) => Promise<Identity | LoginRefusal>

/** C0, DEL and C1 [MQTT-1.5.3], and the character that stands for bytes that are not UTF-8. */
const CONTROL_CHARACTER = /[\p{Cc}\ufffd]/u

/**
 * Checks the token in the password of a CONNECT, and that its subject may use this client id. A device may only use its own key,
 * so that it cannot take over another's session. All other subjects have client ids with a prefix of their own. A device that
 * presented a certificate must be the device that the certificate names.
 */
export function createAuthenticate({ jwt, registry }: { jwt: Jwt; registry: Registry }): Authenticate {
  const verifyDeviceSigned = createDeviceSignature(registry)
  const findTokenDevice = createTokenDevice(registry)

  return async (clientId, password, certificateName) => {
    if (!password?.length)
      return refuse('no_token', 'the password of the CONNECT is not a token', 'badCredentials')
    let verified: Verified
    try {
      verified = await verify(clientId, password.toString('utf8'))
    } catch (error) {
      return refuseFor(error)
    }
    const { claims } = verified
    if (isRevoked(claims)) return refuse('token_revoked', 'the token was revoked', 'badCredentials')
    // A device whose key was changed may use its new key, which `identify` looks up.
    const isById = claims.role === 'device' && issuedTo(verified) !== undefined
    if (!isById && !mayUse(clientId, claims)) {
      const expected = claims.role === 'device' ? claims.sub : `${clientIdPrefixOf(claims)}...`
      return refuse('client_id', `the client id is not ${expected}`, 'identifierRejected')
    }
    // Device keys have no control characters. They could forge lines wherever client ids are shown.
    if (CONTROL_CHARACTER.test(clientId))
      return refuse('client_id', 'the client id has a control character', 'identifierRejected')
    if (claims.role === 'device' && (certificateName ?? clientId) !== clientId) {
      const detail = 'the common name of the client certificate is not the client id'
      return refuse('client_certificate', detail, 'notAuthorized')
    }
    return identify(verified, clientId)
  }

  /** The token's algorithm decides which key verifies it: JWT_SECRET for HS256, the device's own key for all others. */
  async function verify(clientId: string, token: string): Promise<Verified> {
    const header = readTokenHeader(token)
    if (typeof header === 'string') throw new FleetwireError('token_invalid', header)
    if (header.alg !== 'HS256') {
      const [claims, device] = await verifyDeviceSigned(clientId, token, header)
      return { claims, device, signer: 'device' }
    }
    const claims = readClaims(jwt.verify(token), 'mqtt')
    if (typeof claims === 'string') throw new FleetwireError('token_invalid', claims)
    return { claims, device: undefined, signer: 'fleetwire' }
  }

  async function identify(verified: Verified, clientId: string): Promise<Identity | LoginRefusal> {
    const { claims } = verified
    const identity = identityOf(verified)
    if (claims.role !== 'device') return identity
    const found = await findTokenDevice(verified, clientId).catch(refuseFor)
    if ('reason' in found) return found
    // Checked again: the token may have been revoked while the database was asked.
    if (isRevoked(claims)) return refuse('token_revoked', 'the token was revoked', 'badCredentials')
    const { device, isOfEarlier } = found
    if (device === undefined)
      return refuse('unknown_device', 'the device is not registered, or has no vehicle', 'notAuthorized')
    // The tokens of a deleted device ended with it, and must not work for a later device with its key.
    if (isOfEarlier) return refuse('token_revoked', 'the token is older than its device', 'badCredentials')
    if ((claims.device_id ?? device.deviceId) !== device.deviceId)
      return refuse('token_revoked', OF_EARLIER_DEVICE, 'badCredentials')
    identity.device = device
    return identity
  }

  function isRevoked({ jti, sid }: Claims): boolean {
    return registry.isRevoked(jti) || (sid !== undefined && registry.isRevoked(sid))
  }
}

/** The identity that the claims alone give. */
function identityOf({ claims, device, signer }: Verified): Identity {
  const { role, sub, jti, sid, scopes, groups, iat, exp } = claims
  const expiresAtMs = (exp + CLOCK_TOLERANCE_S) * 1000
  const common = { role, sub, jti, sid, scopes, groups, expiresAtMs, issuedAtS: iat, signer }
  return { ...common, device, account: undefined }
}

function mayUse(clientId: string, claims: Claims): boolean {
  return claims.role === 'device' ? clientId === claims.sub : clientId.startsWith(clientIdPrefixOf(claims))
}

/** Notes the use of each token of ours that a device was accepted with, at logins and at renewals. */
export function noteTokenUses(authenticate: Authenticate, uses: Pick<TokenUses, 'note'>): Authenticate {
  return async (...login) => {
    const result = await authenticate(...login)
    const isAccepted = !('reason' in result)
    if (isAccepted && result.role === 'device' && result.signer === 'fleetwire') uses.note(result.jti)
    return result
  }
}
