import type { Duplex } from 'node:stream'
import { PAYLOAD_BYTES_MAX } from '../../../contract/telemetry.ts'
import type { Log } from '../../../kit/log.ts'
import { Edge } from '../wire/edge.ts'
import type { GateLimits } from '../limits.ts'
import type { GateMetrics } from '../metrics.ts'
import { createCloseLog, type CloseLog } from './close-log.ts'
import { reasonToClose, type CloseReason, type Session } from './session.ts'

export interface Sessions {
  open(socket: Duplex, remoteAddress: string, certificateName?: string): Session
  /** Closes a socket that has no session, and counts and logs it. */
  refuse(socket: Duplex, remoteAddress: string, reason: CloseReason): void
  end(session: Session, reason: CloseReason): void
  all(): Iterable<Session>
  /** The session whose edge aedes was given as its connection. */
  of(connection: Duplex): Session | undefined
  /** Ends every session that matches. */
  endWhere(matches: (session: Session) => boolean, reason: CloseReason): void
  /** Counts and logs that aedes ends a connection because of this error, unless its other side has ended it. */
  noteEnd(connection: Duplex, error: Error): void
  /** Logs what was refused; see `CloseLog`. */
  logRefusal: CloseLog['refusal']
  stopReading(): void
  /** Ends all sessions in a way that lets the other sides read data that was sent to them. */
  farewell(): Promise<void>
  readonly size: number
}

/**
 * A CONNECT holds a token of up to 4 KiB, a client id and perhaps a small will.
 * @limit a packet before the login | the connection is closed
 */
const CONNECT_BYTES_MAX = 16 * 1024
/** A payload of the largest size with its topic and headers. */
export const PACKET_BYTES_MAX = PAYLOAD_BYTES_MAX + 256
const SWEEP_MS = 1000
/** Characters of a client id in the log; the id may be 64 KiB long. */
export const CLIENT_ID_LENGTH_SHOWN = 200
/** After these nothing further is accepted from a client, not even its last will. */
const RIGHTS_LOST: ReadonlySet<CloseReason> = new Set([
  'account_changed',
  'device_changed',
  'public_key_changed',
  'renewal_refused',
  'token_expired',
  'token_revoked',
  'too_many_vehicles',
])
const FAREWELL_MS = 1000

/** Every connection, with its time limits: until the login, for silence, and for its token. */
export function createSessions(options: { log: Log; metrics: GateMetrics; limits: GateLimits }): Sessions {
  const { metrics, limits } = options
  const sessions = new Set<Session>()
  // By connection and weakly: aedes asks again for the last will after a connection is gone.
  const byConnection = new WeakMap<Duplex, Session>()
  const closeLog = createCloseLog(options)

  const sweep = setInterval(() => {
    const nowMs = Date.now()
    for (const session of sessions) {
      const reason = reasonToClose(session, nowMs, limits)
      if (reason !== undefined) end(session, reason)
    }
  }, SWEEP_MS)

  function end(session: Session, reason: CloseReason): void {
    // Also if the session is closed already: aedes may still ask about its last will, or about packets in a buffer.
    if (RIGHTS_LOST.has(reason)) session.identity = undefined
    if (session.edge.destroyed) return
    closeLog.closed(session, reason)
    session.edge.destroy()
  }

  function closeAll(): void {
    for (const { edge } of sessions) edge.destroy()
  }

  return {
    open(socket, remoteAddress, certificateName) {
      const session = createSession(socket, { remoteAddress, certificateName, limits, metrics, closeLog })
      const { edge } = session
      sessions.add(session)
      byConnection.set(edge, session)
      edge.on('close', () => sessions.delete(session))
      // An error only closes the connection; it has no other effect.
      edge.on('error', ignore)
      return session
    },
    refuse(socket, remoteAddress, reason) {
      closeLog.closed({ clientId: '', remoteAddress }, reason)
      // A socket that was just reset emits its error later, and an error without a listener ends the process.
      socket.on('error', ignore)
      socket.destroy()
    },
    end,
    all: () => sessions,
    of: (connection) => byConnection.get(connection),
    endWhere(matches, reason) {
      for (const session of sessions) if (matches(session)) end(session, reason)
    },
    noteEnd(connection, error) {
      const session = byConnection.get(connection)
      if (session !== undefined) closeLog.failed(session, error)
    },
    logRefusal: closeLog.refusal,
    stopReading() {
      for (const { edge } of sessions) edge.stopReading()
    },
    async farewell() {
      clearInterval(sweep)
      const closed = [...sessions].map(
        ({ edge }) =>
          new Promise<void>((resolve) => {
            edge.once('close', resolve)
            edge.finish()
          }),
      )
      const timer = setTimeout(closeAll, FAREWELL_MS)
      await Promise.all(closed)
      clearTimeout(timer)
    },
    get size() {
      return sessions.size
    },
  }
}

interface SessionOptions {
  remoteAddress: string
  certificateName: string | undefined
  limits: GateLimits
  metrics: GateMetrics
  closeLog: CloseLog
}

function createSession(socket: Duplex, options: SessionOptions): Session {
  const { remoteAddress, certificateName, limits, metrics, closeLog } = options
  const edge = new Edge({
    socket,
    connectBytesMax: CONNECT_BYTES_MAX,
    packetBytesMax: PACKET_BYTES_MAX,
    onProblem: (problem, detail) => closeLog.closed(session, problem, detail),
    onRefused({ problem: reason, detail, clientId = '' }) {
      session.clientId = clientId.slice(0, CLIENT_ID_LENGTH_SHOWN)
      metrics.loginsRefused.inc({ reason })
      closeLog.refusal('login_refused', session, { reason, detail })
    },
  })
  const session: Session = {
    edge,
    remoteAddress,
    certificateName,
    clientId: '',
    connect: undefined,
    keepaliveMs: 0,
    loginUntilMs: Date.now() + limits.connectTimeoutMs,
    identity: undefined,
    answered: undefined,
    throttle: undefined,
    turn: undefined,
    filters: undefined,
  }
  return session
}

function ignore(): void {}
