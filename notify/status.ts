import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FleetwireError, messageOf } from '../kit/errors.ts'
import type { Metrics } from '../kit/metrics.ts'

export interface Status {
  port: number
  close(): Promise<void>
}

interface StatusOptions {
  host: string
  port: number
  metrics: Metrics
  /** why nothing can be sent; `undefined` if it can */
  problem: () => string | undefined
}

/** @limit connections to the status port of notify | further ones are closed */
const CONNECTIONS_MAX = 100
const LIMITS = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 }

/** HTTP for operators: /healthz (the process is up), /readyz (it reaches the database) and /metrics. Throws `cannot_listen`. */
export async function openStatus({ host, port, metrics, problem }: StatusOptions): Promise<Status> {
  const server = createServer(LIMITS, (request, response) => {
    const answer = (status: number, body: string, type = 'text/plain') =>
      response.writeHead(status, { 'Content-Type': type }).end(body)
    const path = request.url?.split('?')[0]
    const reason = problem()
    if (path === '/healthz') answer(200, 'ok\n')
    else if (path === '/readyz')
      answer(reason === undefined ? 200 : 503, reason === undefined ? 'ready\n' : `not ready: ${reason}\n`)
    else if (path !== '/metrics') answer(404, 'not found\n')
    else
      metrics.text().then(
        (text) => answer(200, text, metrics.contentType),
        (error: unknown) => answer(500, `${messageOf(error)}\n`),
      )
  })
  server.maxConnections = CONNECTIONS_MAX
  server.timeout = 30_000
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (error) {
    const message = `the status page cannot listen on ${host}:${port}: ${messageOf(error)}; set NOTIFY_STATUS_PORT to another`
    throw new FleetwireError('cannot_listen', message, { cause: error })
  }
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
