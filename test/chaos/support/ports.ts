import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the range that systems use for outgoing connections. */
const FIRST = 20_000
const COUNT = 12_000

/**
 * A port for a server that is killed and restarted. It is outside the range of outgoing connections. Otherwise one of
 * the hundreds of devices that try to connect while the server is away would sooner or later get that very port, and be
 * connected to itself.
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
