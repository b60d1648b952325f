import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A proxy to a server that can fail like networks and servers do. */
export interface Proxy {
  port: number
  /** The same URL through this proxy. */
  urlOf(url: string): string
  /** Chunks that clients have sent: for a client that waits for each reply, its requests. */
  readonly requests: number
  /** Connections that clients have opened. */
  readonly accepted: number
  /** Refuses new connections and resets existing ones. */
  refuse(): Promise<void>
  /** Accepts and keeps connections, and forwards nothing: like a stopped server, or a cut cable. */
  freeze(): void
  /** Forwards, including the chunks that were held. */
  forward(): Promise<void>
  close(): Promise<void>
}

/** Forwards connections to a port of this machine. */
export async function openProxy(target: number): Promise<Proxy> {
  /** each connection with the one that it is forwarded to */
  const sockets = new Map<Socket, Socket>()
  let frozen = false
  let requests = 0
  let accepted = 0
  let server = await listen(0)
  const { port } = server.address() as AddressInfo

  async function listen(at: number): Promise<Server> {
    const listening = createServer((inner) => {
      accepted++
      const outer = connect(target, '127.0.0.1')
      for (const [socket, other] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        sockets.set(socket.setNoDelay(), other)
        socket.on('error', () => {})
        socket.on('close', () => {
          sockets.delete(socket)
          other.destroy()
        })
        // Paused, so that the listener below takes nothing.
        if (frozen) socket.pause()
        else socket.pipe(other)
      }
      inner.on('data', () => requests++)
    })
    listening.listen(at, '127.0.0.1')
    await once(listening, 'listening')
    return listening
  }

  async function stop(): Promise<void> {
    if (!server.listening) return
    server.close()
    for (const socket of sockets.keys()) socket.resetAndDestroy()
    await once(server, 'close')
  }

  return {
    port,
    get requests() {
      return requests
    },
    get accepted() {
      return accepted
    },
    urlOf: (url) => Object.assign(new URL(url), { port: String(port) }).href,
    refuse: stop,
    freeze() {
      frozen = true
      for (const socket of sockets.keys()) socket.unpipe().pause()
    },
    async forward() {
      if (frozen) for (const [socket, other] of sockets) socket.pipe(other)
      frozen = false
      if (!server.listening) server = await listen(port)
    },
    close: stop,
  }
}
