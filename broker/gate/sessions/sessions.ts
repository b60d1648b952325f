import type { Duplex } from 'node:stream'
import { PAYLOAD_BYTES_MAX } from '../../../contract/telemetry.ts'
import type { Log } from '../../../kit/log.ts'
import { codeOf } from '../../../kit/errors.ts'
import { createLogLimit } from '../../../kit/log-limit.ts'
import { createClientLogLimit } from '../permissions/client-log-limit.ts'
import { Edge } from '../wire/edge.ts'
import type { GateLimits } from '../limits.ts'
import type { GateMetrics } from '../metrics.ts'
import { ConnectionEnd, reasonToClose, type CloseReason, type Session } from './session.ts'

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
  /** Logs what was refused, at most `LOG_LINES_PER_S` lines a second. */
  logRefusal(event: string, who: Pick<Session, 'clientId' | 'remoteAddress'>, fields: object): void
  stopReading(): void
  /** Ends all sessions so that the other sides can still read what was sent to them. */
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
/**
 * Lines about connections and denials; the metrics count all of them.
 * @limit log lines about refusals, a second | the next line has the number of omitted lines
 */
const LOG_LINES_PER_S = 50
/**
 * A client that repeats what ends its connection gets one line of log for each reason in this time.
 * @limit the interval at which a reason of one client is logged | lines in between are omitted
 */
const REPEAT_LOGGED_EVERY_MS = 5000
/** Clients and reasons whose last line is remembered, about 100 bytes each; beyond it the oldest is forgotten. */
const REPEATS_MAX = 10_000
const SWEEP_MS = 1000
/** Of a client id in the log, which may be 64 KiB long. */
export const CLIENT_ID_LENGTH_SHOWN = 200
/** After these nothing more is taken of a client, not even its last will. */
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

/** Every connection, with its limits in time: until its login, of its silence, of its token. */
export function createSessions(options: { log: Log; metrics: GateMetrics; limits: GateLimits }): Sessions {
  const { log, metrics, limits } = options
  const sessions = new Set<Session>()
  // By connection and weakly: aedes asks again for the last will after a connection is gone.
  const byConnection = new WeakMap<Duplex, Session>()
  const logLimit = createLogLimit(LOG_LINES_PER_S)
  const repeatLimit = createClientLogLimit({ everyMs: REPEAT_LOGGED_EVERY_MS, clientsMax: REPEATS_MAX })

  const sweep = setInterval(() => {
    const nowMs = Date.now()
    for (const session of sessions) {
      const reason = reasonToClose(session, nowMs, limits)
      if (reason !== undefined) end(session, reason)
    }
  }, SWEEP_MS)

  function end(session: Session, reason: CloseReason): void {
    // Also of one that is closed already: aedes may still ask about its last will, or about what it has in a buffer.
    if (RIGHTS_LOST.has(reason)) session.identity = undefined
    if (session.edge.destroyed) return
    countClosed(session, reason)
    session.edge.destroy()
  }

  function countClosed(
    who: Pick<Session, 'clientId' | 'remoteAddress'>,
    reason: CloseReason,
    detail?: string,
  ): void {
    metrics.connectionsClosed.inc({ reason })
    const { clientId } = who
    const repeats = clientId === '' ? 0 : repeatLimit.allow(`${reason} ${clientId} ${detail}`)
    if (repeats < 0) return
    const fields = { reason, ...(detail !== undefined && { detail }), ...(repeats > 0 && { repeats }) }
    logRefusal('connection_closed', who, fields)
  }

  function noteEnd(connection: Duplex, error: Error): void {
    const session = byConnection.get(connection)
    if (session === undefined) return
    const { edge } = session
    if (edge.socketError === error) {
      // Of `ws`, about what the other side has sent. All others are that it has vanished.
      if (codeOf(error).startsWith('WS_ERR_')) countClosed(session, 'malformed_frame', error.message)
      return
    }
    // Otherwise it was closed before, and this is about what aedes still had of it.
    if (edge.errored !== error || 'returnCode' in error) return
    if (!(error instanceof ConnectionEnd)) countClosed(session, 'protocol_error', error.message)
    else if (error.reason !== undefined) countClosed(session, error.reason, error.message)
  }

  const logRefusal: Sessions['logRefusal'] = (event, { clientId, remoteAddress }, fields) => {
    const heldBack = logLimit.allow()
    if (heldBack < 0) return
    log.warn({ event, clientId, remoteAddress, ...fields, ...(heldBack > 0 && { heldBack }) }, event)
  }

  return {
    open(socket, remoteAddress, certificateName) {
      const edge = new Edge({
        socket,
        connectBytesMax: CONNECT_BYTES_MAX,
        packetBytesMax: PACKET_BYTES_MAX,
        onProblem: (problem, detail) => countClosed(session, problem, detail),
        onRefused({ problem: reason, detail, clientId = '' }) {
          session.clientId = clientId.slice(0, CLIENT_ID_LENGTH_SHOWN)
          metrics.loginsRefused.inc({ reason })
          logRefusal('login_refused', session, { reason, detail })
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
      sessions.add(session)
      byConnection.set(edge, session)
      edge.on('close', () => sessions.delete(session))
      // An error only closes the connection; it has no other effect.
      edge.on('error', ignore)
      return session
    },
    refuse(socket, remoteAddress, reason) {
      countClosed({ clientId: '', remoteAddress }, reason)
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
    noteEnd,
    logRefusal,
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
      const timer = setTimeout(() => {
        for (const { edge } of sessions) edge.destroy()
      }, FAREWELL_MS)
      await Promise.all(closed)
      clearTimeout(timer)
    },
    get size() {
      return sessions.size
    },
  }
}

function ignore(): void {}
