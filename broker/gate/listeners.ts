import { once } from 'node:events'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { FleetwireError, messageOf } from '../../kit/errors.ts'

/** A new connection, before its first byte. */
export type OnConnection = (stream: Duplex, remoteAddress: string) => void

export interface Listener {
  port: number
  /** Accepts no more; connections that are there stay. */
  close(): void
}

/** What every listener needs. `onError` hears of connections that could not be accepted, as when files run out. */
export interface ListenOptions {
  host: string
  port: number
  onConnection: OnConnection
  onError: (error: Error) => void
}

/** A connection whose other side vanished without a word is noticed by TCP after about this long. */
const TCP_KEEPALIVE_MS = 60_000
const WS_PATH = '/mqtt'

/** MQTT over TCP. Throws `cannot_listen`. */
export async function listenTcp(options: ListenOptions): Promise<Listener> {
  const server = createTcpServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE_MS })
  server.on('connection', (socket: Socket) => options.onConnection(socket, socket.remoteAddress ?? ''))
  return listen(server, options, 'MQTT', 'MQTT_PORT')
}

/** MQTT over WebSocket [MQTT 3.1.1, section 6]. Throws `cannot_listen`. */
export async function listenWebSocket(options: ListenOptions, messageBytesMax: number): Promise<Listener> {
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered].find((it) => it === 'mqtt' || it === 'mqttv3.1') ?? false,
  })
  const server = createHttpServer((_request, response) => {
    response.writeHead(426, { Upgrade: 'websocket', 'Content-Type': 'text/plain' })
    response.end(`MQTT over WebSocket is at ${WS_PATH}\n`)
  })
  server.on('upgrade', (request, socket: Socket, head) => {
    // Node.js hands the socket over without a listener, and an error that nobody hears ends the process.
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?')[0] !== WS_PATH) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n', () => socket.destroy())
      return
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      options.onConnection(createWebSocketStream(webSocket), socket.remoteAddress ?? '')
    })
  })
  return listen(server, options, 'MQTT over WebSocket', 'MQTT_WS_PORT')
}

async function listen(
  server: Server | HttpServer,
  options: ListenOptions,
  what: string,
  setting: string,
): Promise<Listener> {
  const { host, port, onError } = options
  try {
    server.listen({ host, port, backlog: 4096 })
    await once(server, 'listening')
  } catch (error) {
    const message = `${what} cannot listen on ${host}:${port}: ${messageOf(error)}; set ${setting} to another`
    throw new FleetwireError('cannot_listen', message, { cause: error })
  }
  server.on('error', onError)
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() }
}
