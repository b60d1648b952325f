import type { Authenticate } from './authenticate.ts'
import type { GateMetrics } from '../metrics.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'

interface RenewalOptions {
  authenticate: Authenticate
  sessions: Sessions
  metrics: GateMetrics
}

/** Takes a new token of a connected device. Resolves with false if it was refused; then the connection ends. */
export type Renew = (session: Session, token: Buffer) => Promise<boolean>

/**
 * A connected device sends its next token (see `VEHICLE_TOPICS`). It must be a token with which this device could log in now.
 */
export function createRenewal({ authenticate, sessions, metrics }: RenewalOptions): Renew {
  return async (session, token) => {
    const { identity } = session
    if (identity?.device === undefined) return false
    // Only a token of the device itself may have its client id.
    const result = await authenticate(identity.device.deviceKey, token, session.certificateName)
    if ('reason' in result) {
      const { reason, detail } = result
      metrics.renewals.inc({ result: reason })
      sessions.logRefusal('renewal_refused', session, { reason, detail })
      sessions.end(session, 'renewal_refused')
      return false
    }
    // The session lost its rights while the new token was checked, and must not get them back.
    if (session.identity === undefined) return false
    metrics.renewals.inc({ result: 'renewed' })
    // The topics stay those of the vehicle at the login; a move ends the connection anyway.
    session.identity = { ...result, device: identity.device }
    return true
  }
}
