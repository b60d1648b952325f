import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { generate, parser, type IPublishPacket, type Packet } from 'mqtt-packet'

/** A way to a broker that loses messages to clients, as a broker does whose client reads too slowly. */
export interface LosingProxy {
  port: number
  /** Loses the messages for which `isLost` is true from now on; resolves when the first one is lost. */
  lose(isLost: (message: IPublishPacket) => boolean): Promise<void>
  close(): Promise<void>
}

export async function openLosingProxy(target: number): Promise<LosingProxy> {
  const sockets = new Set<Socket>()
  let losing: { isLost: (message: IPublishPacket) => boolean; done: () => void } | undefined

  function pass(packet: Packet, to: Socket): void {
    if (packet.cmd === 'publish' && losing?.isLost(packet)) {
      losing.done()
    } else to.write(generate(packet))
  }

  const server = createServer((inner) => {
    const outer = connect(target, '127.0.0.1')
    const packets = parser({ protocolVersion: 4 })
    packets.on('packet', (packet: Packet) => pass(packet, inner))
    outer.on('data', (chunk: Buffer) => packets.parse(chunk))
    inner.pipe(outer)
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
    lose: (isLost) => new Promise((resolve) => (losing = { isLost, done: resolve })),
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
