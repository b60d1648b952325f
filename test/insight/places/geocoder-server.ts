import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GeocoderServer {
  url: string
  /** each request's path with its query, and the time of its arrival in ms */
  requests: { path: string; atMs: number; userAgent: string | undefined }[]
  /** what the next requests get; an object is sent as JSON */
  answer: (url: URL, response: ServerResponse) => object | undefined
  close(): Promise<void>
}

/** An HTTP server that answers as a geocoder. Its replies are in the shape of Nominatim's by default. */
export async function openGeocoderServer(): Promise<GeocoderServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    it.requests.push({ path, atMs: performance.now(), userAgent: request.headers['user-agent'] })
    const answer = it.answer(new URL(path, it.url), response)
    if (answer !== undefined)
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const it: GeocoderServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/reverse`,
    requests: [],
    answer: (url) => ({ name: `Place ${url.searchParams.get('lat')}`, address: { city: 'Town' } }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return it
}
