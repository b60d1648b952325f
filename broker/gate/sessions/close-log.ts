import { codeOf } from '../../../kit/errors.ts'
import type { Log } from '../../../kit/log.ts'
import { createLogLimit } from '../../../kit/log-limit.ts'
import type { GateMetrics } from '../metrics.ts'
import { createClientLogLimit } from '../permissions/client-log-limit.ts'
import { ConnectionEnd, type CloseReason, type Session } from './session.ts'

/** Counts and logs why connections end, and what else is refused to them. */
export interface CloseLog {
  closed(client: LoggedClient, reason: CloseReason, detail?: string): void
  /** Counts and logs that aedes ends a connection because of this error, unless its other side has ended it. */
  failed(session: Session, error: Error): void
  /** Logs what was refused, at most `LOG_LINES_PER_S` lines a second. */
  refusal: (event: string, client: LoggedClient, fields: object) => void
}

export type LoggedClient = Pick<Session, 'clientId' | 'remoteAddress'>

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

export function createCloseLog({ log, metrics }: { log: Log; metrics: GateMetrics }): CloseLog {
  const logLimit = createLogLimit(LOG_LINES_PER_S)
  const repeatLimit = createClientLogLimit({ everyMs: REPEAT_LOGGED_EVERY_MS, clientsMax: REPEATS_MAX })

  function refusal(event: string, { clientId, remoteAddress }: LoggedClient, fields: object): void {
    const heldBack = logLimit.allow()
    if (heldBack < 0) return
    log.warn({ event, clientId, remoteAddress, ...fields, ...(heldBack > 0 && { heldBack }) }, event)
  }

  function closed(client: LoggedClient, reason: CloseReason, detail?: string): void {
    metrics.connectionsClosed.inc({ reason })
    const { clientId } = client
    const repeats = clientId === '' ? 0 : repeatLimit.allow(`${reason} ${clientId} ${detail}`)
    if (repeats < 0) return
    const fields = { reason, ...(detail !== undefined && { detail }), ...(repeats > 0 && { repeats }) }
    refusal('connection_closed', client, fields)
  }

  return {
    closed,
    failed(session, error) {
      const { edge } = session
      if (edge.socketError === error) {
        // From `ws`, about data that the other side has sent. All other errors mean that the other side has vanished.
        if (codeOf(error).startsWith('WS_ERR_')) closed(session, 'malformed_frame', error.message)
        return
      }
      // Otherwise the connection was closed before, and the error is about packets that aedes still had of it.
      if (edge.errored !== error || 'returnCode' in error) return
      if (!(error instanceof ConnectionEnd)) closed(session, 'protocol_error', error.message)
      else if (error.reason !== undefined) closed(session, error.reason, error.message)
    },
    refusal,
  }
}
