import type { ConnectPacket } from 'aedes'
import type { Edge, EdgeProblem } from './edge.ts'
import type { Identity } from './identity.ts'

/** One connection, from its first byte on. */
export interface Session {
  edge: Edge
  remoteAddress: string
  /** set by the first packet */
  connect: ConnectPacket | undefined
  /** how long it may be silent; 0: for ever */
  silenceMaxMs: number
  /** set when its token was accepted */
  identity: Identity | undefined
  clientId: string
}

/** Why the broker ends a connection: a metric's label and a log line's field. */
export type CloseReason =
  | 'keepalive'
  | 'token_expired'
  | 'token_revoked'
  | 'renewal_refused'
  | 'device_changed'
  | 'public_key_changed'
  | EdgeProblem
  | 'too_many_connections'

/** Why this session must end now, if it must. */
export function reasonToClose(session: Session, nowMs: number): CloseReason | undefined {
  const { edge, silenceMaxMs, identity } = session
  if (identity !== undefined && nowMs >= identity.expiresAtMs) return 'token_expired'
  // [MQTT-3.1.2-24], but a client that we do not read cannot be heard.
  if (silenceMaxMs > 0 && !edge.isHeldBack && nowMs - edge.lastPacketMs > silenceMaxMs) return 'keepalive'
  return undefined
}
