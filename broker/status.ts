import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BROKER_STATUS_PATH, type BrokerStatus } from '../contract/broker-status.ts'
import { INTAKE_KEEP_ALIVE_MS } from '../contract/intake.ts'
import { FleetwireError, messageOf } from '../kit/errors.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { Readiness } from './readiness.ts'

export interface Status {
  port: number
  close(): Promise<void>
}

interface StatusOptions {
  /** answers all other requests; returns whether it did */
  intake: { handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> }
  host: string
  port: number
  metrics: Metrics
  readiness: () => Promise<Readiness>
  /** The report for operators, as JSON. */
  report: () => Promise<BrokerStatus>
}

/**
 * Enough for Prometheus, probes, a few people, and a few APIs with up to 64 connections each.
 * @limit connections to the broker's status port | further ones are closed
 */
const CONNECTIONS_MAX = 500
/** How long a request may take, and how often this is checked. */
const LIMITS = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 }

interface Page {
  status: number
  type: string
  body: string
}

/**
 * The broker's own HTTP: /healthz (the process is up), /readyz, /metrics, /status.json, and the intake. Throws `cannot_listen`.
 */
export async function openStatus(options: StatusOptions): Promise<Status> {
  const { host, port, metrics, readiness, report, intake } = options

  async function pageAt(path: string): Promise<Page> {
    if (path === '/healthz') return { status: 200, type: 'text/plain', body: 'ok\n' }
    if (path === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.text() }
    if (path === BROKER_STATUS_PATH) {
      return { status: 200, type: 'application/json', body: JSON.stringify(await report()) }
    }
    if (path !== '/readyz') return { status: 404, type: 'text/plain', body: 'not found\n' }
    const { ready, detail } = await readiness()
    const state = ready ? 'ready' : 'not ready'
    const body = detail === '' ? `${state}\n` : `${state}: ${detail}\n`
    return { status: ready ? 200 : 503, type: 'text/plain', body }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await intake.handle(request, response)) return
    const { status, type, body } = await pageAt(request.url?.split('?')[0] ?? '')
    response.writeHead(status, { 'Content-Type': type }).end(body)
  }

  const server = createServer(LIMITS, (request, response) => {
    answer(request, response).catch((error: unknown) =>
      response.writeHead(500, { 'Content-Type': 'text/plain' }).end(`${messageOf(error)}\n`),
    )
  })
  server.maxConnections = CONNECTIONS_MAX
  server.keepAliveTimeout = INTAKE_KEEP_ALIVE_MS
  // The limit for a request in which nothing is read or written.
  server.timeout = 30_000
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (error) {
    const message = `the status page cannot listen on ${host}:${port}: ${messageOf(error)}; set BROKER_STATUS_PORT to another`
    throw new FleetwireError('cannot_listen', message, { cause: error })
  }
  // For example, a connection could not be accepted; the next one may be.
  server.on('error', () => {})
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
