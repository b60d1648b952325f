import type { ConnectPacket } from 'aedes'
import type { Edge, EdgeProblem } from '../wire/edge.ts'
import type { Identity } from '../identity.ts'
import type { GateLimits } from '../limits.ts'
import type { Throttle } from '../telemetry/throttle.ts'
import type { Turn } from '../wire/connection-turn.ts'

/** One connection, from its first byte on. */
export interface Session {
  edge: Edge
  remoteAddress: string
  /** the common name of its client certificate, which was verified; `undefined` if it has none */
  certificateName: string | undefined
  /** set by the first packet */
  connect: ConnectPacket | undefined
  /** one and a half times its keepalive; 0 without a keepalive */
  keepaliveMs: number
  /** milliseconds since 1970; the connection must be logged in by then */
  loginUntilMs: number
  /** set when the token was accepted */
  identity: Identity | undefined
  /** settles with the last answer to a command that was read: answers are acknowledged in the order of their receipt */
  answered: Promise<unknown> | undefined
  /** of a device whose rate is limited */
  throttle: Throttle | undefined
  /** of a device: its messages under way */
  turn: Turn | undefined
  /** granted topic filters, including those that aedes has not stored yet; `undefined` before the first one */
  filters: Set<string> | undefined
  clientId: string
}

/** Why the broker ends a connection: a metric's label and a log line's field. */
export type CloseReason =
  | EdgeProblem
  | 'account_changed'
  | 'connect_timeout'
  | 'device_changed'
  | 'keepalive'
  | 'login_timeout'
  | 'malformed_frame'
  | 'protocol_error'
  | 'public_key_changed'
  | 'renewal_refused'
  | 'silent'
  | 'text_frame'
  | 'token_expired'
  | 'token_revoked'
  | 'too_many_bad_logins'
  | 'too_many_connections'
  | 'too_many_from_address'
  | 'too_many_unreleased'
  | 'too_many_vehicles'
  | 'unread'

/** An error for aedes, which ends the connection. `reason` is `undefined` if it was logged and counted already. */
export class ConnectionEnd extends Error {
  readonly reason: CloseReason | undefined

  constructor(message: string, reason?: CloseReason) {
    super(message)
    this.reason = reason
  }
}

/** Why this session must end now, if it must. */
export function reasonToClose(session: Session, nowMs: number, limits: GateLimits): CloseReason | undefined {
  const { edge, keepaliveMs, identity } = session
  if (edge.unreadSinceMs > 0 && nowMs - edge.unreadSinceMs > limits.unreadMaxMs) return 'unread'
  if (identity === undefined) {
    if (nowMs < session.loginUntilMs) return undefined
    return session.connect === undefined ? 'connect_timeout' : 'login_timeout'
  }
  if (nowMs >= identity.expiresAtMs) return 'token_expired'
  // A client whose socket is not read cannot be heard.
  if (edge.isHeldBack) return undefined
  const silentMs = nowMs - edge.lastPacketMs
  // [MQTT-3.1.2-24]
  if (keepaliveMs > 0) return silentMs > keepaliveMs ? 'keepalive' : undefined
  return silentMs > limits.silenceMaxMs ? 'silent' : undefined
}
