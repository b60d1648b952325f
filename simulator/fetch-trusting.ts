import { Agent, request } from 'node:https'

/** A page of the API is far smaller; the limit only keeps any other server from filling the memory. */
const BODY_BYTES_MAX = 256 * 1024 * 1024

/** Milliseconds after which an idle connection is ended, before the API or a proxy in front of it does so. */
const IDLE_MS = 4000

/**
 * A `fetch` for https:// that trusts these authorities only (PEM): Node.js' own `fetch` takes no certificates without another
 * package. It supports what the client of the API uses: method, headers, text, signal.
 */
export function fetchTrusting(ca: string): (url: string, init: RequestInit) => Promise<Response> {
  const agent = new Agent({ ca, keepAlive: true, timeout: IDLE_MS })
  return (url, { method = 'GET', headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const options = { agent, method, headers: headers as Record<string, string> }
      const sent = request(url, { ...options, ...(signal && { signal }) }, (response) => {
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('error', reject)
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          bytes += chunk.length
          if (bytes > BODY_BYTES_MAX) response.destroy(new Error('the answer is too large'))
        })
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve(new Response(text === '' ? null : text, { status: response.statusCode ?? 500 }))
        })
      })
      sent.on('error', reject)
      sent.end(body as string | undefined)
    })
}
