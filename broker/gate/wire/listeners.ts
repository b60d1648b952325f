import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type Server as TlsServer, TLSSocket } from 'node:tls'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { codeOf, FleetwireError, messageOf } from '../../../kit/errors.ts'
import { STRICT_TRANSPORT } from '../../../kit/strict-transport.ts'
import type { Tls } from '../../../kit/tls.ts'
import { createFrameSplitter } from './frame-splitter.ts'

/** The part of a connection that a listener needs: to see its data, and to end it. */
interface Connection {
  isLoggedIn(): boolean
  end(reason: 'text_frame' | 'packet_too_large'): void
}

/** A new connection over `socket`, before its first byte of MQTT. `certificateName`: see Session. */
export type OnConnection = (
  stream: Duplex,
  remoteAddress: string,
  of: { socket: Duplex; certificateName: string | undefined },
) => Connection

/** Bounds for sockets before they are connections. */
export interface SocketAdmission {
  /** Whether a new socket may stay, before a handshake of TLS or an upgrade; otherwise it is closed. */
  admit(socket: Duplex, remoteAddress: string): boolean
  /** Closes a socket that did not become a connection in time. */
  timeOut(socket: Duplex, remoteAddress: string): void
}

export interface Listener {
  port: number
  /** Stops accepting; existing connections stay. */
  close(): void
}

/** Options of every listener. `onError` is called if a connection could not be accepted, e.g. without free file descriptors. */
export interface ListenOptions {
  host: string
  port: number
  socketAdmission: SocketAdmission
  onConnection: OnConnection
  onError: (error: Error) => void
  /** `undefined` for plain text */
  tls?: Tls | undefined
}

/** TCP notices a silently vanished other side after about this long. */
const TCP_KEEPALIVE_MS = 60_000
const WS_PATH = '/mqtt'
/**
 * Over WebSocket: a CONNECT, and the bytes after it within one read of the socket.
 * @limit all data before the login, over WebSocket | the connection is closed
 */
const LOGIN_BYTES_MAX = 80 * 1024
/**
 * Bytes of a WebSocket message that are gathered before any of them is handled.
 * @limit the part of a WebSocket message that is gathered | longer messages are split on arrival
 */
const PART_BYTES = 64 * 1024
/** Error codes of listening that mean a wrong address, not a wrong port. */
const HOST_FAULTS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'ENOTFOUND', 'EAI_AGAIN'])

/** MQTT over TCP, or over TLS. Throws `cannot_listen`. */
export async function listenTcp(options: ListenOptions): Promise<Listener> {
  const { tls, socketAdmission } = options
  const tcp = { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE_MS }
  const server = tls ? createTlsServer({ ...tcp, ...tls.options }) : createTcpServer(tcp)
  const endHandshakes = tls?.attach(server as TlsServer, 'mqtts')
  server.on('connection', (socket: Socket) => {
    if (socketAdmission.admit(socket, socket.remoteAddress ?? '') && !tls) take(socket, socket, options)
  })
  if (!tls) return listen(server, options, 'MQTT', 'MQTT_PORT')
  server.on('secureConnection', (socket: Socket) => take(socket, socket, options))
  return listen(server, options, 'MQTT over TLS', 'MQTTS_PORT', endHandshakes)
}

/** `undefined` if the socket is closed already. */
function take(socket: Socket, stream: Duplex, { onConnection }: ListenOptions): Connection | undefined {
  // The handshake failed in a way that is known at its end only.
  if (socket.destroyed) return undefined
  return onConnection(stream, socket.remoteAddress ?? '', {
    socket,
    certificateName: certificateNameOf(socket),
  })
}

/** MQTT over WebSocket [MQTT 3.1.1, section 6], with or without TLS. Throws `cannot_listen`. */
export async function listenWebSocket(
  options: ListenOptions,
  { messageBytesMax, upgradeTimeoutMs }: { messageBytesMax: number; upgradeTimeoutMs: number },
): Promise<Listener> {
  const { tls, socketAdmission } = options
  // By socket, until the upgrade: Node.js' own timeouts restart with each request, and end with an upgrade.
  const timers = new WeakMap<Socket, NodeJS.Timeout>()
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered].find((it) => it === 'mqtt' || it === 'mqttv3.1') ?? false,
  })
  const answer: RequestListener = (_request, response) => {
    const headers = { Upgrade: 'websocket', Connection: 'close', 'Content-Type': 'text/plain' }
    const overTls = tls && { 'Strict-Transport-Security': STRICT_TRANSPORT }
    response.writeHead(426, { ...headers, ...overTls })
    response.end(`MQTT over WebSocket is at ${WS_PATH}\n`)
  }
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE_MS }
  const server = tls
    ? createHttpsServer({ ...keepAlive, ...tls.options }, answer)
    : createHttpServer(keepAlive, answer)
  const endHandshakes = tls?.attach(server as TlsServer, 'wss')
  server.on('connection', (socket: Socket) => void socketAdmission.admit(socket, socket.remoteAddress ?? ''))
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    if (socket.destroyed) return
    const remoteAddress = socket.remoteAddress ?? ''
    const timer = setTimeout(() => socketAdmission.timeOut(socket, remoteAddress), upgradeTimeoutMs).unref()
    timers.set(socket, timer)
    socket.once('close', () => clearTimeout(timer))
  })
  server.on('upgrade', (request, socket: Socket, head) => {
    // Node.js passes the socket without a listener, and an error without a listener ends the process.
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?')[0] !== WS_PATH) {
      const overTls = tls ? `Strict-Transport-Security: ${STRICT_TRANSPORT}\r\n` : ''
      socket.end(`HTTP/1.1 404 Not Found\r\n${overTls}Connection: close\r\n\r\n`, () => socket.destroy())
      return
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      clearTimeout(timers.get(socket))
      // Before the stream's own listener, which would take text for bytes.
      webSocket.on('message', (_data, isBinary) => {
        if (!isBinary) connection?.end('text_frame')
      })
      splitMessages(socket)
      const connection = take(socket, createWebSocketStream(webSocket), options)
      if (connection !== undefined) boundLoginBytes(socket, connection)
    })
  })
  if (tls) return listen(server, options, 'MQTT over WebSocket over TLS', 'MQTT_WSS_PORT', endHandshakes)
  return listen(server, options, 'MQTT over WebSocket', 'MQTT_WS_PORT')
}

/** Splits large messages before the listeners of a socket's bytes, such as `ws`, see them. */
function splitMessages(socket: Socket): void {
  const split = createFrameSplitter(PART_BYTES)
  const emit = socket.emit.bind(socket)
  socket.emit = (event: string, ...details: unknown[]) => {
    const [chunk] = details
    if (event !== 'data' || !Buffer.isBuffer(chunk)) return emit(event, ...details)
    for (const piece of split(chunk)) emit('data', piece)
    return true
  }
}

/** Bounds the bytes before the login: `ws` gathers each part, or each message that is not split, before passing it on. */
function boundLoginBytes(socket: Socket, connection: Connection): void {
  let bytes = 0
  function look(chunk: Buffer): void {
    bytes += chunk.length
    if (connection.isLoggedIn()) socket.off('data', look)
    else if (bytes > LOGIN_BYTES_MAX) connection.end('packet_too_large')
  }
  socket.on('data', look)
}

async function listen(
  server: Server | HttpServer,
  options: ListenOptions,
  what: string,
  setting: string,
  endHandshakes = () => {},
): Promise<Listener> {
  const { host, port, onError } = options
  try {
    server.listen({ host, port, backlog: 4096 })
    await once(server, 'listening')
  } catch (error) {
    const toSet = HOST_FAULTS.has(codeOf(error))
      ? 'HOST to an address of this machine'
      : `${setting} to another`
    const message = `${what} cannot listen on ${host}:${port}: ${messageOf(error)}; set ${toSet}`
    throw new FleetwireError('cannot_listen', message, { cause: error })
  }
  server.on('error', onError)
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      endHandshakes()
    },
  }
}

/**
 * The common name of the certificate that a client presented; `undefined` if there is no certificate. The handshake has
 * verified it: see kit/handshakes.ts. Without a name, or with several, it is '', which is never a client id.
 */
function certificateNameOf(socket: Socket): string | undefined {
  // Node.js also reports a session resumed without a certificate as authorized.
  if (!(socket instanceof TLSSocket) || socket.getPeerX509Certificate() === undefined) return undefined
  // Not the text of X509Certificate.subject, which would have to be parsed.
  const name: unknown = socket.getPeerCertificate().subject?.CN
  return typeof name === 'string' ? name : ''
}
