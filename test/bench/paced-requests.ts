import { connect, type Socket } from 'node:net'

export interface PacedRequests {
  /** answered requests a second */
  perS: number
  /** replies other than 200, and requests without a reply */
  failed: number
  /** for each answered request, ms from its due time to its last byte */
  times: number[]
}

interface PacedRequestsOptions {
  url: string
  token: string
  /** path of the next request */
  nextPath: () => string
  perS: number
  seconds: number
  /** Requests are due at each connection in turn; a busy connection sends later, and the delay counts. */
  connections: number
}

const HEADER_END = '\r\n\r\n'
const TICK_MS = 1
/** Time for the last replies. */
const GRACE_MS = 5000

/**
 * Sends requests at an even pace over persistent connections, whether or not the earlier ones are answered, like
 * independent clients. autocannon keeps a rate by sending a second's share at once, one after the other, and then
 * waiting for the next second.
 */
export async function requestAtPace(options: PacedRequestsOptions): Promise<PacedRequests> {
  const { url, token, nextPath, perS, seconds } = options
  const { hostname, port, host } = new URL(url)
  const times: number[] = []
  let failed = 0
  const done = (ms: number, status: number) => (status === 200 ? times.push(ms) : failed++)
  const readers = Array.from(
    { length: options.connections },
    () => new Reader(connect({ host: hostname, port: Number(port), noDelay: true }), done),
  )
  const rest = ` HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}${HEADER_END}`
  const startMs = performance.now()
  const total = perS * seconds
  let asked = 0

  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - startMs) * perS) / 1000))
      for (; asked < due; asked++)
        readers[asked % readers.length]?.ask(`GET ${nextPath()}${rest}`, startMs + (asked * 1000) / perS)
      const isLate = performance.now() - startMs > seconds * 1000 + GRACE_MS
      if ((asked < total || times.length + failed < total) && !isLate) return
      clearInterval(timer)
      resolve()
    }, TICK_MS)
  })
  for (const reader of readers) reader.close()
  return { perS: times.length / seconds, failed: total - times.length, times }
}

/** One connection, one request at a time. */
class Reader {
  readonly #socket: Socket
  readonly #done: (ms: number, status: number) => void
  readonly #waiting: { request: string; dueMs: number }[] = []
  #askedAtMs: number | undefined
  #head = ''
  /** length of the body that is being read */
  #missingBytes = 0

  constructor(socket: Socket, done: (ms: number, status: number) => void) {
    this.#socket = socket
    this.#done = done
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    // The pending request stays unanswered, and counts as failed.
    socket.on('error', () => socket.destroy())
  }

  ask(request: string, dueMs: number): void {
    this.#waiting.push({ request, dueMs })
    this.#next()
  }

  close(): void {
    this.#socket.destroy()
  }

  #next(): void {
    if (this.#askedAtMs !== undefined) return
    const next = this.#waiting.shift()
    if (next === undefined) return
    this.#askedAtMs = next.dueMs
    this.#socket.write(next.request, 'latin1')
  }

  #read(chunk: Buffer): void {
    if (this.#missingBytes > 0) {
      this.#missingBytes -= chunk.length
    } else {
      // Only the head becomes a text: bodies are most of the data, and nobody reads them.
      const end = chunk.indexOf(HEADER_END)
      this.#head += chunk.toString('latin1', 0, end < 0 ? chunk.length : end)
      if (end < 0) return
      const length = /^content-length: (\d+)/im.exec(this.#head)?.[1]
      if (length === undefined) throw new Error(`an answer without a length: ${this.#head}`)
      this.#missingBytes = Number(length) - (chunk.length - end - HEADER_END.length)
    }
    if (this.#missingBytes > 0) return
    this.#done(performance.now() - (this.#askedAtMs ?? 0), Number(this.#head.slice(9, 12)))
    this.#head = ''
    this.#askedAtMs = undefined
    this.#next()
  }
}
