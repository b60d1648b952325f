import type { Socket } from 'node:net'
import type { Server, TLSSocket } from 'node:tls'
import { codeOf } from './errors.ts'
import type { Log } from './log.ts'
import { createLogLimit } from './log-limit.ts'
import type { Counter } from './metrics.ts'
import { socketKeyOf } from './socket-key.ts'

/** Why a handshake failed: a metric's label. `closed`: the other side left; `refused`: it did not accept our certificate. */
export type HandshakeFailure =
  'timeout' | 'too_many' | 'closed' | 'refused' | 'not_tls' | 'old_version' | 'client_certificate' | 'other'

export interface HandshakesOptions {
  server: Server
  listener: string
  failed: Counter<'listener' | 'reason'>
  log: Log
  timeoutMs?: number
  handshakesMax?: number
}

/**
 * From the first byte to the end of the handshake. Node.js' own timeout counts silence, so that a few bytes would keep
 * a connection forever. A handshake has at most three round trips, which take 2 s each on a slow mobile network.
 * @limit a TLS handshake | the connection is closed
 */
const HANDSHAKE_TIMEOUT_MS = 10_000
/**
 * Handshakes of a listener at once: about as many as one core completes within this time with RSA; beyond that the oldest ends.
 * @limit TLS handshakes under way on a listener | the oldest is closed
 */
const HANDSHAKES_MAX = 4096
/** Log lines of a listener; the metric counts all failures. */
const LOG_LINES_PER_S = 5

/**
 * Bounds and counts the handshakes of a TLS server, to which no other limit applies yet.
 * @returns a function that ends the handshakes under way, for a server that closes
 */
export function watchHandshakes(options: HandshakesOptions): () => void {
  const { server, listener, failed, log } = options
  const { timeoutMs = HANDSHAKE_TIMEOUT_MS, handshakesMax = HANDSHAKES_MAX } = options
  const limit = createLogLimit(LOG_LINES_PER_S)
  // By the addresses of both ends: Node.js shows the TCP socket at the beginning and the TLS socket at the end.
  const pending = new Map<string, { socket: Socket; timer: NodeJS.Timeout }>()
  let cut = 0

  function fail(reason: HandshakeFailure, code: string, remoteAddress: string | undefined): void {
    failed.inc({ listener, reason })
    // An operator need not act on a device that loses its network.
    const heldBack = reason === 'closed' ? -1 : limit.allow()
    if (heldBack < 0) return
    const fields = { listener, reason, code, remoteAddress, ...(heldBack > 0 && { heldBack }) }
    log.warn({ event: 'tls_handshake_failed', ...fields }, 'TLS handshake failed')
  }

  function settle(key: string): boolean {
    clearTimeout(pending.get(key)?.timer)
    return pending.delete(key)
  }

  function end(key: string, reason?: HandshakeFailure): void {
    const socket = pending.get(key)?.socket
    if (socket === undefined) return
    settle(key)
    if (reason) fail(reason, '', socket.remoteAddress)
    cut++
    socket.destroy()
  }

  server.on('connection', (socket: Socket) => {
    const key = socketKeyOf(socket)
    // The socket is already closed, which tlsClientError reports.
    if (key === undefined) return
    const [oldest = ''] = pending.size < handshakesMax ? [] : pending.keys()
    end(oldest, 'too_many')
    pending.set(key, { socket, timer: setTimeout(() => end(key, 'timeout'), timeoutMs) })
    socket.once('close', () => settle(key))
  })
  server.on('secureConnection', (socket: TLSSocket) => {
    settle(socketKeyOf(socket) ?? '')
    // A client certificate is requested but not required: none is accepted, an invalid one is not.
    if (socket.authorized || socket.getPeerX509Certificate() === undefined) return
    fail('client_certificate', String(socket.authorizationError), socket.remoteAddress)
    socket.destroy()
  })
  server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    const key = socketKeyOf(socket)
    // Connections that `end` destroyed also arrive here, as reset connections, and were counted there.
    if (key === undefined && !socket.authorizationError && cut > 0) cut--
    else if (key === undefined || settle(key))
      fail(reasonOf(error, socket), codeOf(error), socket.remoteAddress)
    socket.destroy()
  })

  return () => {
    for (const key of pending.keys()) end(key)
  }
}

/** `undefined` if the socket is closed. */

function reasonOf(error: Error, socket: TLSSocket): HandshakeFailure {
  const code = codeOf(error)
  if (socket.authorizationError || /PEER_DID_NOT_RETURN_A_CERTIFICATE|CERTIFICATE_VERIFY/.test(code)) {
    return 'client_certificate'
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'closed'
  if (/_ALERT_/.test(code)) return 'refused'
  if (/UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW/.test(code)) return 'old_version'
  if (
    /WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|RECORD|PACKET_LENGTH|UNEXPECTED_MESSAGE/.test(code)
  ) {
    return 'not_tls'
  }
  return 'other'
}
