import type { Pressure } from '../../accept.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

/** Ends connections whose device, public key, token or login has changed. */
export function endChangedSessions(registry: Registry, sessions: Sessions): void {
  registry.onDeviceChange((key) => {
    sessions.endWhere(({ identity }) => identity?.device?.deviceKey === key, 'device_changed')
  })
  registry.onPublicKeyChange((key) => {
    const isSignedWithIt = ({ identity }: Session) =>
      identity?.signer === 'device' && identity.device?.deviceKey === key
    sessions.endWhere(isSignedWithIt, 'public_key_changed')
  })
  registry.onRevoke((id) => {
    sessions.endWhere(({ identity }) => identity?.jti === id || identity?.sid === id, 'token_revoked')
  })
}

/** Reads no device while ingest is full. */
export function followPressure(pressure: Pressure, sessions: Sessions): void {
  pressure.onChange(() => {
    for (const { edge, identity } of sessions.all()) {
      // Checked for each edge: packets that earlier edges kept may have filled ingest again.
      if (!pressure.isFull) edge.release('pressure')
      else if (identity?.device !== undefined) edge.hold('pressure')
    }
  })
}
