import { readClaims, type Claims } from '../../../contract/claims.ts'
import { clientIdPrefixOf } from '../../../contract/topics.ts'
import { codeOf, FleetwireError, messageOf } from '../../../kit/errors.ts'
import type { Jwt } from '../../../kit/jwt.ts'
import { readTokenHeader } from '../../../kit/token-header.ts'
import { CLOCK_TOLERANCE_S } from '../../../kit/token-times.ts'
import type { Device } from '../../registry/device.ts'
import type { Registry } from '../../registry/registry.ts'
import type { TokenUses } from '../../registry/token-uses.ts'
import { createDeviceSignature } from './device-signature.ts'
import type { Identity } from '../identity.ts'
import { RETURN_CODES, type LoginRefusalReason, type REFUSAL_REASONS } from './refusal-reasons.ts'

/** `reason` is a metric's label, `detail` is for the log, `returnCode` for the device. */
export interface LoginRefusal {
  reason: LoginRefusalReason
  detail: string
  returnCode: (typeof RETURN_CODES)[keyof typeof RETURN_CODES]
}

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
 * Checks the token in the password of a CONNECT, and that its subject may use this client id: a device its own key
 * only, so that none can take over another's session; all others have a client id with a prefix of their own. A device that
 * presented a certificate must be the one that it names.
 */
export function createAuthenticate({ jwt, registry }: { jwt: Jwt; registry: Registry }): Authenticate {
  const verifyDeviceSigned = createDeviceSignature(registry)

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
    // A device whose key was changed may use its new one; which that is, `identify` asks.
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

  function isRevoked({ jti, sid }: Claims): boolean {
    return registry.isRevoked(jti) || (sid !== undefined && registry.isRevoked(sid))
  }

  /**
   * Whether a token that does not name the number of its device is of an earlier one with this key. Clocks differ: one that seems
   * to be a little older than its device must be in the table, where those of a deleted device are no longer.
   */
  async function isOlderThan(
    device: Device,
    { iat, jti }: Claims,
    signer: Identity['signer'],
  ): Promise<boolean> {
    if (iat + CLOCK_TOLERANCE_S < device.createdAtS) return true
    // It was signed with the key pair of this very device.
    if (signer === 'device' || iat >= device.createdAtS) return false
    return !(await registry.knowsToken(jti, device.deviceId))
  }

  async function identify(
    { claims, device, signer }: Verified,
    clientId: string,
  ): Promise<Identity | LoginRefusal> {
    const { role, sub, jti, sid, scopes, groups, iat, exp } = claims
    const deviceId = issuedTo({ claims, signer })
    const expiresAtMs = (exp + CLOCK_TOLERANCE_S) * 1000
    const common = { role, sub, jti, sid, scopes, groups, expiresAtMs, issuedAtS: iat, signer }
    const identity: Identity = { ...common, device, account: undefined }
    if (role !== 'device') return identity
    let isOfEarlier = false
    try {
      identity.device ??= await (deviceId === undefined
        ? registry.device(sub)
        : registry.deviceById(deviceId))
      if (deviceId !== undefined) {
        const refusal = await refuseClientId(clientId, sub, deviceId, identity.device)
        if (refusal !== undefined) return refusal
      }
      if (identity.device !== undefined && deviceId === undefined)
        isOfEarlier = await isOlderThan(identity.device, claims, signer)
    } catch (error) {
      return refuseFor(error)
    }
    // Asked again: it may have been revoked while the database was asked.
    if (isRevoked(claims)) return refuse('token_revoked', 'the token was revoked', 'badCredentials')
    if (identity.device === undefined)
      return refuse('unknown_device', 'the device is not registered, or has no vehicle', 'notAuthorized')
    // The tokens of a deleted device went with it, and must not come back with another one that has its key.
    if (isOfEarlier) return refuse('token_revoked', 'the token is older than its device', 'badCredentials')
    if ((claims.device_id ?? identity.device.deviceId) !== identity.device.deviceId)
      return refuse(
        'token_revoked',
        'the token was issued to an earlier device with this key',
        'badCredentials',
      )
    return identity
  }

  /**
   * A token names its device by id, and stays with it when its key is changed. Its client id is its key now, or still the one
   * that the token was issued for, until another device has that key.
   */
  async function refuseClientId(
    clientId: string,
    sub: string,
    deviceId: number,
    device: Device | undefined,
  ): Promise<LoginRefusal | undefined> {
    if (device !== undefined && clientId === device.deviceKey) return undefined
    if (clientId !== sub)
      return refuse('client_id', `the client id is not ${device?.deviceKey ?? sub}`, 'identifierRejected')
    const holder = await registry.device(sub)
    if (holder === undefined || holder.deviceId === deviceId) return undefined
    if (device === undefined)
      return refuse(
        'token_revoked',
        'the token was issued to an earlier device with this key',
        'badCredentials',
      )
    const detail = `the client id is not ${device.deviceKey}: the key ${sub} now belongs to another device`
    return refuse('client_id', detail, 'identifierRejected')
  }
}

/** Claims with a valid signature; the device is already known if it was the signer. */
interface Verified {
  claims: Claims
  device: Device | undefined
  signer: Identity['signer']
}

/** The id of the device that we issued a token to; the oldest tokens, and those that devices sign, name its key alone. */
function issuedTo({ claims, signer }: Pick<Verified, 'claims' | 'signer'>): number | undefined {
  return signer === 'fleetwire' ? claims.device_id : undefined
}

export function refuse<R extends LoginRefusalReason>(
  reason: R,
  detail: string,
  returnCode: (typeof REFUSAL_REASONS)[R]['returnCodes'][number],
): LoginRefusal {
  return { reason, detail, returnCode: RETURN_CODES[returnCode] }
}

/** Errors of our own that refuse a login, by their code. */
const REFUSALS_BY_CODE: ReadonlyMap<string, Omit<LoginRefusal, 'detail'>> = new Map(
  (
    [
      ['token_expired', 'badCredentials'],
      ['token_invalid', 'badCredentials'],
      // As for a bad token, so that strangers do not learn which devices exist.
      ['too_many_lookups', 'badCredentials'],
      ['too_many_users', 'unavailable'],
      ['too_many_vehicles', 'unavailable'],
    ] as const
  ).map(([reason, returnCode]) => [reason, { reason, returnCode: RETURN_CODES[returnCode] }]),
)

/** The refusal for an error during a login. An error that is not one of ours is the database's. */
export function refuseFor(error: unknown): LoginRefusal {
  const known = REFUSALS_BY_CODE.get(codeOf(error))
  if (known === undefined) return refuse('database_away', messageOf(error), 'unavailable')
  return { ...known, detail: messageOf(error) }
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
