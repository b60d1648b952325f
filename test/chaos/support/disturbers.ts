import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { generate, parser, type Packet } from 'mqtt-packet'

/** A client that disturbs the others. */
export interface Disturber {
  /** Whether the broker has ended the connection. */
  isCutOff(): boolean
  /** The number of sent messages. */
  sent(): number
  stop(): void
}

export interface Login {
  port: number
  clientId: string
  token: string
}

export interface DeviceLogin extends Login {
  topic: string
  /** The time of its first reading, in epoch milliseconds. */
  baseMs: number
}

const PACKETS_A_WRITE = 100
/** A message may have 256 KiB and 1000 readings: this many characters fill most of it. */
const TEXT_LENGTH = 190
const READINGS_MAX = 1000
const ANSWER_DEADLINE_MS = 10_000

/** Publishes single readings with QoS 1 as fast as the socket takes them, whatever is acknowledged. */
export async function flood(login: DeviceLogin): Promise<Disturber> {
  const socket = await logIn(login)
  socket.resume()
  let sent = 0
  const send = () => {
    while (!socket.destroyed) {
      const packets = Array.from({ length: PACKETS_A_WRITE }, () =>
        publish(login.topic, `{"time":${login.baseMs + sent},"speed":50}`, (sent++ % 65_535) + 1),
      )
      if (!socket.write(Buffer.concat(packets))) return
    }
  }
  socket.on('drain', send)
  send()
  return disturber(socket, () => sent)
}

/** Publishes messages of nearly 256 KiB, each after the previous one is acknowledged. */
export async function publishLarge(login: DeviceLogin): Promise<Disturber> {
  const socket = await logIn(login)
  let sent = 0
  const send = () => {
    const firstMs = login.baseMs + sent * READINGS_MAX
    const readings = Array.from({ length: READINGS_MAX }, (_, n) => ({
      time: firstMs + n,
      speed: 50,
      extra: { note: 'x'.repeat(TEXT_LENGTH) },
    }))
    socket.write(publish(login.topic, JSON.stringify(readings), (sent++ % 65_535) + 1))
  }
  const packets = parser({ protocolVersion: 4 })
  packets.on('packet', ({ cmd }: Packet) => {
    if (cmd === 'puback' && !socket.destroyed) send()
  })
  socket.on('data', (chunk: Buffer) => packets.parse(chunk))
  socket.resume()
  send()
  return disturber(socket, () => sent)
}

/** Subscribes to every vehicle's telemetry, then stops reading. `login` is that of an administrator. */
export async function subscribeWithoutReading(login: Login): Promise<Disturber> {
  const socket = await logIn(login)
  const subscriptions = [{ topic: 'fleet/+/telemetry', qos: 1 as const }]
  socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions }))
  await untilPacket(socket, 'suback')
  return disturber(socket, () => 0)
}

function disturber(socket: Socket, sent: () => number): Disturber {
  let stopped = false
  let cutOff = false
  socket.once('close', () => (cutOff = !stopped))
  return {
    isCutOff: () => cutOff,
    sent,
    stop() {
      stopped = true
      socket.destroy()
    },
  }
}

/** A logged-in, paused connection. */
async function logIn({ port, clientId, token }: Login): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  const login = { clientId, username: 'x', password: Buffer.from(token) }
  const protocol = { protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0 } as const
  socket.write(generate({ cmd: 'connect', ...protocol, ...login }))
  const answer = await untilPacket(socket, 'connack')
  if (answer.cmd === 'connack' && answer.returnCode === 0) return socket
  socket.destroy()
  throw new Error(`${clientId} was not let in`)
}

/** Reads until a packet of this type arrives, and no further. */
async function untilPacket(socket: Socket, cmd: Packet['cmd']): Promise<Packet> {
  const packets = parser({ protocolVersion: 4 })
  let timer: NodeJS.Timeout | undefined
  const found = new Promise<Packet>((resolve, reject) => {
    packets.on('packet', (packet: Packet) => packet.cmd === cmd && resolve(packet))
    socket.once('close', () => reject(new Error(`closed before a ${cmd}`)))
    timer = setTimeout(() => reject(new Error(`no ${cmd}`)), ANSWER_DEADLINE_MS)
  })
  const onData = (chunk: Buffer) => packets.parse(chunk)
  socket.on('data', onData)
  // A stream that was paused by hand is not resumed by a listener.
  socket.resume()
  try {
    return await found
  } finally {
    clearTimeout(timer)
    socket.off('data', onData)
    socket.pause()
  }
}

function publish(topic: string, payload: string, messageId: number): Buffer {
  return generate({ cmd: 'publish', topic, payload, qos: 1, messageId, dup: false, retain: false })
}
