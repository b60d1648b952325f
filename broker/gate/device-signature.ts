import { readDeviceSignedClaims, type Claims } from '../../contract/claims.ts'
import { isKey } from '../../contract/topics.ts'
import { FleetwireError } from '../../kit/errors.ts'
import { verifySignature } from '../../kit/jwt.ts'
import { readPublicKey, type PublicKey } from '../../kit/public-key.ts'
import type { TokenHeader } from '../../kit/token-header.ts'
import { checkTimes } from '../../kit/token-times.ts'
import type { Device } from '../registry/device.ts'
import type { Registry } from '../registry/registry.ts'

/**
 * Verifies the token of a connection that calls itself `clientId` with the public key of the device of that name, so
 * that nothing in the token has a say in which key that is. It costs a look into memory for who is no device with such
 * a key, and 50 to 150 us else.
 */
export function createDeviceSignature(registry: Registry) {
  // Read when it is first needed: 10,000 keys would take three seconds of each start. The registry replaces what has changed.
  const keys = new WeakMap<Device, PublicKey | undefined>()

  function keyOf(device: Device): PublicKey | undefined {
    if (!keys.has(device)) {
      const key = device.publicKey === null ? '' : readPublicKey(device.publicKey)
      keys.set(device, typeof key === 'string' ? undefined : key)
    }
    return keys.get(device)
  }

  /** Throws `token_expired`, `token_invalid` and what the database throws. */
  return async (clientId: string, token: string, { alg }: TokenHeader): Promise<[Claims, Device]> => {
    const device = isKey(clientId) ? await registry.deviceUnvouched(clientId) : undefined
    const key = device && keyOf(device)
    // One sentence for all of it: who has no key is not told which devices there are.
    if (device === undefined || key?.alg !== alg) {
      throw new FleetwireError(
        'token_invalid',
        'the client id is of no device with a public key for this alg',
      )
    }
    const payload = verifySignature(token, key.key, key.alg)
    checkTimes(payload, Math.floor(Date.now() / 1000))
    const claims = readDeviceSignedClaims(payload, device.deviceKey)
    if (typeof claims === 'string') throw new FleetwireError('token_invalid', claims)
    return [claims, device]
  }
}
