import type { Authenticate } from './authenticate.ts'
import type { GateMetrics } from '../metrics.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'

interface RenewalOptions {
  authenticate: Authenticate
  sessions: Sessions
  metrics: GateMetrics
}

/** Takes a new token of a device that is connected. Resolves with whether it was taken; if not, the connection ends. */
export type Renew = (session: Session, token: Buffer) => Promise<boolean>

/**
 * A device that is connected brings the token for its time to come (see `VEHICLE_TOPICS`). It must be one that this
 * device could log in with now.
 */
export function createRenewal({ authenticate, sessions, metrics }: RenewalOptions): Renew {
  return async (session, token) => {
    const { identity } = session
    if (identity?.device === undefined) return false
    // Of a device: only its own token may have its client id.
    const result = await authenticate(identity.device.deviceKey, token, session.certificateName)
    if ('reason' in result) {
      const { reason, detail } = result
      metrics.renewals.inc({ result: reason })
      sessions.logRefusal('renewal_refused', session, { reason, detail })
      sessions.end(session, 'renewal_refused')
      return false
    }
    // It lost its rights while the new token was checked, and must not get them back.
    if (session.identity === undefined) return false
    metrics.renewals.inc({ result: 'renewed' })
    // Its topics are those of the vehicle that it logged in for; a move ends the connection anyway.
    session.identity = { ...result, device: identity.device }
    return true
  }
}
