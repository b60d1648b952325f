import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { Server as TlsServer } from 'node:tls'
import { codeOf, FleetwireError, messageOf } from '../kit/errors.ts'
import type { Tls } from '../kit/tls.ts'
import { createApp, type AppOptions } from './app.ts'
import { limitConnections } from './http/connection-limit.ts'
import { expressClasses } from './http/express-classes.ts'

export interface ApiOptions extends AppOptions {
  host: string
  /** 0 selects a free port */
  port: number
  /** certificate for HTTPS; `undefined` for plain HTTP */
  tls?: Tls | undefined
  /** How long closing waits for running requests before it cuts their connections. Default 8 s. */
  closeGraceMs?: number
  /** Default 10,000. */
  connectionsMax?: number
}

/** @limit connections to the API | the network with most idle ones loses the oldest */
const CONNECTIONS_MAX = 10_000

export interface Api {
  /** the port that the server listens on */
  port: number
  /** Accepts no new connections, lets running requests finish, then resolves. */
  close(): Promise<void>
}

/**
 * Serves the API.
 * @throws FleetwireError `cannot_listen`
 */
export async function openApi(options: ApiOptions): Promise<Api> {
  const { host, port, tls, closeGraceMs = 8000, connectionsMax = CONNECTIONS_MAX } = options
  const app = createApp(options)
  // Interval at which the times below are checked. With the default of 30 s, a request could take a minute.
  const checking = { connectionsCheckingInterval: 2000, ...expressClasses(app) }
  const server = tls ? createTlsServer({ ...tls.options, ...checking }, app) : createServer(checking, app)
  const endHandshakes = tls?.attach(server as unknown as TlsServer, 'https')
  setLimits(server)
  limitConnections(server, connectionsMax)
  const drain = trackReplies(server)
  await listen(server, host, port)

  async function close(): Promise<void> {
    const closed = once(server, 'close')
    server.close()
    endHandshakes?.()
    drain()
    const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs)
    await closed
    clearTimeout(cut)
  }

  let closing: Promise<void> | undefined
  return { port: (server.address() as AddressInfo).port, close: () => (closing ??= close()) }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    // EACCES: a port that only root may bind. EADDRNOTAVAIL: an address of another machine.
    const setting = /^(EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN)$/.test(codeOf(cause)) ? 'HOST' : 'PORT'
    const message = `the API cannot listen on ${host}:${port}: ${messageOf(cause)}; set ${setting} to another`
    throw new FleetwireError('cannot_listen', message, { cause })
  }
}

/** Keeps clients from holding a connection by being slow. */
function setLimits(server: Server): void {
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  // Longer than proxies keep an idle connection, so that they never send into a closing one: nginx, HAProxy and AWS
  // 60 s, Traefik 90 s, Caddy 120 s by default.
  server.keepAliveTimeout = 125_000
  // Maximum time without a read or write: a reply that is not read, or a database that hangs.
  server.timeout = 120_000
}

/**
 * Node.js closes idle connections once, when the server closes. A connection that is busy then would stay open after
 * its reply. The returned function makes that reply, and later ones, the last of their connections.
 */
function trackReplies(server: Server): () => void {
  const open = new Set<ServerResponse>()
  let draining = false

  server.on('request', (_req, res) => {
    if (draining) makeLast(res)
    open.add(res)
    res.once('close', () => {
      open.delete(res)
      // For a reply whose headers had been sent: its connection is idle only after this event.
      if (draining) setImmediate(() => server.closeIdleConnections())
    })
  })
  return () => {
    draining = true
    open.forEach(makeLast)
  }
}

function makeLast(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader('connection', 'close')
}
