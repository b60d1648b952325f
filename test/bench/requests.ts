import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'

export interface Requests {
  /** Sends a request and reads the whole reply; one at a time, over one connection. */
  get(path: string): Promise<{ ms: number; body: Buffer }>
  /** The same for a reply of any size, which is not kept. */
  stream(path: string): Promise<{ ms: number; bytes: number; lines: number }>
  close(): void
}

const LINE_FEED = 10

export function createRequests({ url, token }: { url: string; token: string }): Requests {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { authorization: `Bearer ${token}` }

  async function ask(path: string): Promise<IncomingMessage> {
    const sent = request(`${url}${path}`, { agent, headers }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    if (response.statusCode === 200) return response
    const chunks = (await response.toArray()) as Buffer[]
    throw new Error(`${path}: ${response.statusCode} ${Buffer.concat(chunks).toString()}`)
  }

  return {
    async get(path) {
      const start = performance.now()
      const chunks: Buffer[] = []
      const response = await ask(path)
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      await once(response, 'end')
      return { ms: performance.now() - start, body: Buffer.concat(chunks) }
    },
    async stream(path) {
      const start = performance.now()
      let [bytes, lines] = [0, 0]
      const response = await ask(path)
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines++
      })
      await once(response, 'end')
      return { ms: performance.now() - start, bytes, lines }
    },
    close: () => agent.destroy(),
  }
}
