import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { generate, parser, type Packet } from 'mqtt-packet'

/** A received packet, and the number of its connection. */
export interface Came {
  connection: number
  cmd: string
  id?: number
  dup?: boolean
  payload?: string
  clean?: boolean
}

/** A broker whose session and answers are controlled by the test. */
export async function openSessionBroker() {
  const came: Came[] = []
  const sockets: Socket[] = []
  const answers = { sessionPresent: false, connack: true, pubrec: true, pubcomp: true }
  let onCame = () => {}
  const server = createServer((socket) => {
    const connection = sockets.push(socket)
    const read = parser({ protocolVersion: 4 })
    const send = (packet: Packet) => socket.write(generate(packet))
    socket.on('error', () => {})
    socket.on('data', (data: Buffer) => read.parse(data))
    read.on('packet', (packet: Packet) => {
      const id = packet.messageId ?? 0
      if (packet.cmd === 'connect') {
        const { clean = true } = packet
        came.push({ connection, cmd: 'connect', clean })
        if (answers.connack)
          send({ cmd: 'connack', returnCode: 0, sessionPresent: answers.sessionPresent && !clean })
      } else if (packet.cmd === 'publish') {
        came.push({ connection, cmd: 'publish', id, dup: packet.dup, payload: String(packet.payload) })
        if (packet.qos === 1) send({ cmd: 'puback', messageId: id })
        else if (answers.pubrec) send({ cmd: 'pubrec', messageId: id })
      } else if (packet.cmd === 'pubrel') {
        came.push({ connection, cmd: 'pubrel', id })
        if (answers.pubcomp) send({ cmd: 'pubcomp', messageId: id })
      }
      onCame()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    /** The packets of a connection in order, without the CONNECT. */
    of: (connection: number) => came.filter((it) => it.connection === connection && it.cmd !== 'connect'),
    cleans: () => came.flatMap((it) => it.clean ?? []),
    until: (isThere: (all: readonly Came[]) => boolean) =>
      new Promise<void>((resolve) => {
        onCame = () => isThere(came) && resolve()
        onCame()
      }),
    /** Sends the delayed CONNACK as the last packet of its connection, and waits for the connection to end. */
    async connackAndEnd() {
      const socket = sockets.at(-1)
      socket?.end(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
      if (socket && !socket.closed) await once(socket, 'close')
    },
    cut: () => sockets.at(-1)?.destroy(),
    close: () => server.close(),
  }
}
