import { readDeviceSignedClaims, type Claims } from '../../../contract/claims.ts'
import { isKey } from '../../../contract/topics.ts'
import { codeOf, FleetwireError } from '../../../kit/errors.ts'
import { verifySignature } from '../../../kit/jwt.ts'
import { readPublicKey, type PublicKey } from '../../../kit/public-key.ts'
import type { TokenHeader } from '../../../kit/token-header.ts'
import { checkTimes } from '../../../kit/token-times.ts'
import type { Device } from '../../registry/device.ts'
import type { Registry } from '../../registry/registry.ts'

/** One sentence for all cases, so that strangers do not learn which devices exist. */
const NO_KEY = 'no device with this client id has a public key for this alg'

/**
 * Verifies the token of a connection that calls itself `clientId` with the public key of the device of that name. So nothing in
 * the token decides which key is used. This costs a lookup in memory if no device has such a key, and 50 to 150 us otherwise.
 */
export function createDeviceSignature(registry: Registry) {
  // A key is read when it is first needed: 10,000 keys would take three seconds of each start. The registry replaces changed
  // devices.
  const keys = new WeakMap<Device, PublicKey | undefined>()

  function keyOf(device: Device): PublicKey | undefined {
    if (!keys.has(device)) {
      const key = device.publicKey === null ? '' : readPublicKey(device.publicKey)
      keys.set(device, typeof key === 'string' ? undefined : key)
    }
    return keys.get(device)
  }

  async function deviceOf(clientId: string): Promise<Device | undefined> {
    if (!isKey(clientId)) return undefined
    return registry.deviceByUnverifiedKey(clientId).catch((error: unknown) => {
      throw codeOf(error) === 'too_many_lookups' ? new FleetwireError('too_many_lookups', NO_KEY) : error
    })
  }

  /** Rejects with `token_expired`, `token_invalid`, `too_many_lookups` or an error of the database. */
  return async (clientId: string, token: string, { alg }: TokenHeader): Promise<[Claims, Device]> => {
    const device = await deviceOf(clientId)
    const key = device && keyOf(device)
    if (device === undefined || key?.alg !== alg) throw new FleetwireError('token_invalid', NO_KEY)
    const payload = verifySignature(token, key.key, key.alg)
    checkTimes(payload, Math.floor(Date.now() / 1000))
    const claims = readDeviceSignedClaims(payload, device.deviceKey)
    if (typeof claims === 'string') throw new FleetwireError('token_invalid', claims)
    return [claims, device]
  }
}
