import type { Claims } from '../../../contract/claims.ts'
import { CLOCK_TOLERANCE_S } from '../../../kit/token-times.ts'
import type { Device } from '../../registry/device.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Identity } from '../identity.ts'
import { refuse, type LoginRefusal } from './login-refusal.ts'

/** Claims with a valid signature; the device is already known if it was the signer. */
export interface Verified {
  claims: Claims
  device: Device | undefined
  signer: Identity['signer']
}

/** The id of the device that we issued a token to; the oldest tokens, and tokens that devices sign, have only its key. */
export function issuedTo({ claims, signer }: Pick<Verified, 'claims' | 'signer'>): number | undefined {
  return signer === 'fleetwire' ? claims.device_id : undefined
}

export const OF_EARLIER_DEVICE = 'the token was issued to an earlier device with this key'

/** `isOfEarlier` if the token was issued to an earlier device with the same key. */
export interface TokenDevice {
  device: Device | undefined
  isOfEarlier: boolean
}

/** Finds the device of a verified device token. Rejects if the registry cannot tell. */
export function createTokenDevice(registry: Registry) {
  return async (verified: Verified, clientId: string): Promise<TokenDevice | LoginRefusal> => {
    const { claims, signer } = verified
    const deviceId = issuedTo(verified)
    if (deviceId === undefined) {
      const device = verified.device ?? (await registry.device(claims.sub))
      const isOfEarlier = device !== undefined && (await isOlderThan(device, claims, signer))
      return { device, isOfEarlier }
    }
    const device = verified.device ?? (await registry.deviceById(deviceId))
    const refusal = await refuseClientId(clientId, claims.sub, deviceId, device)
    return refusal ?? { device, isOfEarlier: false }
  }

  /**
   * Whether a token without a device id was issued to an earlier device with this key. Clocks differ, so a token that seems to
   * be a little older than its device must be in the table of tokens. The tokens of a deleted device are removed from that
   * table.
   */
  async function isOlderThan(
    device: Device,
    { iat, jti }: Claims,
    signer: Identity['signer'],
  ): Promise<boolean> {
    if (iat + CLOCK_TOLERANCE_S < device.createdAtS) return true
    // The token was signed with the key pair of this very device.
    if (signer === 'device' || iat >= device.createdAtS) return false
    return !(await registry.knowsToken(jti, device.deviceId))
  }

  /**
   * A token with a device id stays valid when the key of the device is changed. The client id is the key that the device has
   * now, or still the key that the token was issued for, until another device has that key.
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
    if (device === undefined) return refuse('token_revoked', OF_EARLIER_DEVICE, 'badCredentials')
    const detail = `the client id is not ${device.deviceKey}: the key ${sub} now belongs to another device`
    return refuse('client_id', detail, 'identifierRejected')
  }
}
