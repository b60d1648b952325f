import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below what systems give to outgoing connections. */
const FIRST = 20_000
const COUNT = 12_000

/**
 * A port for a server that is killed and comes back. Not one of those that outgoing connections get: while the server is
 * away, hundreds of devices try to connect to it, and one of them would sooner or later be given the very port that it
 * calls, and be connected to itself.
 */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    const server = createServer()
    try {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    } catch {
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
}
