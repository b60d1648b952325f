import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { generate, parser, type Packet } from 'mqtt-packet'

/** One MQTT connection of a tracker, packet by packet. */
export interface Connection {
  /** The session present flag of the CONNACK. */
  sessionPresent: boolean
  readonly isOpen: boolean
  /** `undefined` once the tracker no longer receives, as over a one-way link */
  onPacket: ((packet: Packet) => void) | undefined
  send(packet: Packet): void
  /** Ends it once the sent packets are in transit; nothing is received any longer. */
  cut(): void
  closed: Promise<void>
}

const CONNACK_DEADLINE_MS = 10_000

export interface Login {
  port: number
  clientId: string
  token: string
  clean: boolean
}

/** Resolves with `undefined` if the broker refuses the login, or ends the connection before. */
export async function connect({ port, clientId, token, clean }: Login): Promise<Connection | undefined> {
  const socket = connectTcp({ port, host: '127.0.0.1' }).setNoDelay()
  let isOpen = true
  const closed = once(socket, 'close').then(
    () => void (isOpen = false),
    () => void (isOpen = false),
  )
  socket.on('error', () => {})
  const packets = parser({ protocolVersion: 4 })
  socket.on('data', (chunk: Buffer) => packets.parse(chunk))
  const connack = new Promise<boolean | undefined>((resolve) => {
    packets.once('packet', (packet: Packet) =>
      resolve(packet.cmd === 'connack' && packet.returnCode === 0 ? packet.sessionPresent : undefined),
    )
    setTimeout(resolve, CONNACK_DEADLINE_MS, undefined).unref()
    void closed.then(() => resolve(undefined))
  })
  socket.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean,
      clientId,
      keepalive: 0,
      username: 'x',
      password: Buffer.from(token),
    }),
  )
  const sessionPresent = await connack
  if (sessionPresent === undefined) {
    socket.destroy()
    return undefined
  }
  const connection: Connection = {
    sessionPresent,
    get isOpen() {
      return isOpen
    },
    onPacket: undefined,
    send: (packet) => void (isOpen && socket.write(generate(packet))),
    cut() {
      connection.onPacket = undefined
      isOpen = false
      socket.end()
      setTimeout(() => socket.destroy(), 1000).unref()
    },
    closed,
  }
  packets.on('packet', (packet: Packet) => connection.onPacket?.(packet))
  return connection
}
