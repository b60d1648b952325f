import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { parser, type Packet } from 'mqtt-packet'

/** The packet at which a connection is cut: it arrives before the cut, or is lost with it. */
export interface Cut {
  cmd: Packet['cmd']
  arrives: boolean
}

/** A proxy in front of a broker. The proxy cuts the first connection on which a packet of one kind is sent. */
export interface CuttingProxy {
  port: number
  /** connections that were cut */
  readonly cuts: number
  close(): Promise<void>
}

export async function openCuttingProxy(target: number, cut: Cut): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  let cuts = 0

  /** Forwards whole chunks: a client that waits for each reply sends one packet per chunk. */
  function forward(from: Socket, to: Socket): void {
    const packets = parser({ protocolVersion: 4 })
    let isDue = false
    packets.on('packet', ({ cmd }: Packet) => (isDue ||= cuts === 0 && cmd === cut.cmd))
    from.on('data', (chunk: Buffer) => {
      packets.parse(chunk)
      if (!isDue) return void to.write(chunk)
      cuts++
      isDue = false
      // The reply is already lost: nothing more is sent back.
      for (const socket of [from, to]) socket.removeAllListeners('data')
      if (cut.arrives) to.end(chunk, () => from.destroy())
      else for (const socket of [from, to]) socket.destroy()
    })
  }

  const server = createServer((inner) => {
    const outer = connect(target, '127.0.0.1')
    forward(inner, outer)
    forward(outer, inner)
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(socket.setNoDelay())
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get cuts() {
      return cuts
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
