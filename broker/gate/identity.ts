import type { Role } from '../../contract/claims.ts'
import type { Account } from '../registry/account.ts'
import type { Device } from '../registry/device.ts'

/** The identity of a connection, known once its token was verified. */
export interface Identity {
  role: Role
  /** the token's subject */
  sub: string
  jti: string
  /** the login or service token that its token was issued for; absent in tokens of devices */
  sid: string | undefined
  /** rights of an issued service token; `undefined` for all rights of the role */
  scopes?: readonly string[] | undefined
  /** of a service token that sees only the vehicles of these groups */
  groups?: readonly string[] | undefined
  /** milliseconds since 1970, tolerance for clocks included (see kit/token-times.ts); the connection ends then */
  expiresAtMs: number
  /** seconds since 1970 */
  issuedAtS: number
  /** the signer of its token: Fleetwire, or the device with a key of its own */
  signer: 'fleetwire' | 'device'
  /** of the role `device` only */
  device: Device | undefined
  /** of an administrator, a user, or a service that is limited to groups, from its login on */
  account: Account | undefined
}
