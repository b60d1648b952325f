import type { Role } from '../../contract/claims.ts'
import type { Device } from '../registry/registry.ts'

/** Who a connection is, once its token was checked. */
export interface Identity {
  role: Role
  /** the token's subject */
  sub: string
  jti: string
  /** milliseconds since 1970; the connection ends then */
  expiresAtMs: number
  /** of the role `device` only */
  device: Device | undefined
}
