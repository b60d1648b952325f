import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FleetwireError, messageOf } from './errors.ts'
import type { Metrics } from './metrics.ts'

export interface StatusPages {
  port: number
  close(): Promise<void>
}

/**
 * Enough for Prometheus, probes and a few people.
 * @limit connections to the status port of insight | further ones are closed
 */
const CONNECTIONS_MAX = 50
const LIMITS = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 }

/** HTTP of a process for operators: /healthz (the process is up), /readyz and /metrics. Throws `cannot_listen`. */
export async function openStatusPages(options: {
  host: string
  port: number
  /** name of the setting of the port, for the error */
  setting: string
  metrics: Metrics
  readiness: () => { ready: boolean; detail: string }
}): Promise<StatusPages> {
  const { host, port, setting, metrics, readiness } = options

  async function pageAt(path: string): Promise<{ status: number; type: string; body: string }> {
    if (path === '/healthz') return { status: 200, type: 'text/plain', body: 'ok\n' }
    if (path === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.text() }
    if (path !== '/readyz') return { status: 404, type: 'text/plain', body: 'not found\n' }
    const { ready, detail } = readiness()
    const state = ready ? 'ready' : 'not ready'
    const body = detail === '' ? `${state}\n` : `${state}: ${detail}\n`
    return { status: ready ? 200 : 503, type: 'text/plain', body }
  }

  const server = createServer(LIMITS, (request, response) => {
    pageAt(request.url?.split('?')[0] ?? '').then(
      ({ status, type, body }) => response.writeHead(status, { 'Content-Type': type }).end(body),
      (error: unknown) =>
        response.writeHead(500, { 'Content-Type': 'text/plain' }).end(`${messageOf(error)}\n`),
    )
  })
  server.maxConnections = CONNECTIONS_MAX
  // The limit for a request in which nothing is read or written.
  server.timeout = 30_000
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (error) {
    const message = `the status page cannot listen on ${host}:${port}: ${messageOf(error)}; set ${setting} to another`
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
