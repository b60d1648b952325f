import type { AedesOptions, Client, ConnectPacket } from 'aedes'
import { setTimeout as delay } from 'node:timers/promises'
import type { Receipts } from '../../accept.ts'
import type { LoginRecorder } from '../../presence-link.ts'
import type { Authenticate } from './authenticate.ts'
import type { LoginRefusal } from './login-refusal.ts'
import type { BadLogins } from './bad-logins.ts'
import type { Identity } from '../identity.ts'
import type { KeptSessions } from '../sessions/kept-sessions.ts'
import type { GateLimits } from '../limits.ts'
import type { GateMetrics } from '../metrics.ts'
import type { Session } from '../sessions/session.ts'
import { CLIENT_ID_LENGTH_SHOWN, type Sessions } from '../sessions/sessions.ts'
import { isAttempt } from './refusal-reasons.ts'
import type { Takeovers } from './takeovers.ts'
import type { UserLogins } from './user-logins.ts'

interface LoginOptions {
  authenticate: Authenticate
  sessions: Sessions
  metrics: GateMetrics
  limits: GateLimits
  badLogins: BadLogins
  users: UserLogins
  kept: KeptSessions
  logins: LoginRecorder
  receipts: Receipts
  takeovers: Takeovers
}

/** aedes' hooks for a CONNECT. */
export function createLogin(options: LoginOptions) {
  const { authenticate, sessions, metrics, limits, badLogins, users, kept, logins, receipts, takeovers } =
    options

  /** The edge checks the keepalive: aedes does not see the publishes that the edge takes out, and would drop a busy device. */
  const preConnect: NonNullable<AedesOptions['preConnect']> = (client, packet, done) => {
    const session = sessions.of(client.conn)
    if (session === undefined) return done(new Error('unknown connection'), false)
    session.connect = packet
    session.loginUntilMs = Date.now() + limits.connectTimeoutMs
    session.clientId = packet.clientId.slice(0, CLIENT_ID_LENGTH_SHOWN)
    session.keepaliveMs = (packet.keepalive ?? 0) * 1500
    packet.keepalive = 0
    done(null, true)
  }

  async function login(client: Client, password: Buffer | undefined): Promise<Error | undefined> {
    const session = sessions.of(client.conn)
    const result = await authenticate(client.id, password, session?.certificateName)
    if (session === undefined) return new Error('unknown connection')
    const refusal = 'reason' in result ? result : await completeLogin(session, result)
    if (refusal !== undefined) {
      await refuse(session, refusal)
      return Object.assign(new Error(refusal.detail), { returnCode: refusal.returnCode })
    }
    takeovers.note(client.id, session)
    const device = session.identity?.device
    if (device === undefined) {
      if (session.connect) endWithConnection(client, session.connect)
    } else if (!(await openKept(client, session, device.deviceId)))
      return new Error('the connection is closed')
    // The packet holds the token, and the token holds the whole buffer that was read.
    session.connect = undefined
    return undefined
  }

  /** Resolves with false if the connection has ended in the meantime. */
  async function openKept(client: Client, { edge }: Session, deviceId: number): Promise<boolean> {
    const last = await logins.note(deviceId)
    // The state at this broker is older than the device's messages there.
    if (last === 'elsewhere') await receipts.forget(deviceId)
    if (edge.destroyed) return false
    kept.open(client, deviceId, last)
    return true
  }

  async function completeLogin(session: Session, identity: Identity): Promise<LoginRefusal | undefined> {
    if (identity.role !== 'device') return users.take(session, identity)
    session.identity = identity
    return undefined
  }

  /** Counts and logs a refusal, and waits until it may be answered. */
  async function refuse(session: Session, { reason, detail }: LoginRefusal): Promise<void> {
    metrics.loginsRefused.inc({ reason })
    sessions.logRefusal('login_refused', session, { reason, detail })
    if (!isAttempt(reason)) return
    const delayMs = badLogins.fail(session.remoteAddress, Date.now())
    if (delayMs === undefined) return sessions.end(session, 'too_many_bad_logins')
    if (delayMs === 0) return
    metrics.loginsDelayed.inc()
    session.loginUntilMs += delayMs
    await delay(delayMs, undefined, { ref: false })
    badLogins.done()
  }

  return {
    preConnect,
    authenticate: ((client, _userName, password, done) => {
      void login(client, password).then((error) => done((error as never) ?? null, error === undefined))
    }) satisfies NonNullable<AedesOptions['authenticate']>,
  }
}

/** Only devices have sessions that outlive a connection: messages for an absent dashboard would have no limit. */
function endWithConnection(client: Client, connect: ConnectPacket): void {
  connect.clean = true
  Object.assign(client, { clean: true })
}
