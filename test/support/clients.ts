import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { generate, parser, type Packet } from 'mqtt-packet'
import type { TestBroker, TestDevice } from './broker.ts'
import { eventually } from './eventually.ts'
import { connectPacket, type ConnectOptions } from './packets.ts'

/** Logs in with MQTT.js, without reconnecting; rejects if the login is refused. */
export function logIn(
  broker: Pick<TestBroker, 'mqttPort'>,
  device: Pick<TestDevice, 'clientId' | 'token'>,
  options: IClientOptions & { url?: string } = {},
): Promise<MqttClient> {
  return connectAsync(
    options.url ?? `mqtt://127.0.0.1:${broker.mqttPort}`,
    {
      clientId: device.clientId,
      username: 'x',
      password: device.token,
      protocolVersion: 4,
      reconnectPeriod: 0,
      ...options,
    },
    false,
  )
}

/** Messages on the topics that this client subscribed to. */
export function collect(client: MqttClient): { topic: string; payload: unknown }[] {
  const messages: { topic: string; payload: unknown }[] = []
  client.on('message', (topic, payload) => {
    messages.push({ topic, payload: JSON.parse(payload.toString()) as unknown })
  })
  return messages
}

export interface RawClient {
  socket: Socket
  /** every packet received */
  received: Packet[]
  send(...packets: Packet[]): void
  /** Waits for the nth packet of a kind; the first by default. */
  next(cmd: Packet['cmd'], n?: number): Promise<Packet>
  count(cmd: Packet['cmd']): number
  closed: Promise<unknown>
}

/** A client that sends exactly the given packets. */
export async function openRawClient(port: number, localAddress = '127.0.0.1'): Promise<RawClient> {
  const socket = connectTcp({ port, host: '127.0.0.1', localAddress })
  const closed = once(socket, 'close').catch(() => {})
  socket.on('error', () => {})
  await once(socket, 'connect')
  const received: Packet[] = []
  const packets = parser({ protocolVersion: 4 })
  packets.on('packet', (packet: Packet) => received.push(packet))
  socket.on('data', (chunk: Buffer) => packets.parse(chunk))
  const all = (cmd: Packet['cmd']) => received.filter((packet) => packet.cmd === cmd)
  return {
    socket,
    received,
    closed,
    send: (...list) => void socket.write(Buffer.concat(list.map((packet) => generate(packet)))),
    next: (cmd, n = 1) => eventually(`${cmd} number ${n}`, () => all(cmd)[n - 1]),
    count: (cmd) => all(cmd).length,
  }
}

/** A raw client that is logged in, by default without a keepalive and in a clean session. */
export async function logInRaw(
  broker: Pick<TestBroker, 'mqttPort'>,
  device: Pick<TestDevice, 'clientId' | 'token'>,
  options: ConnectOptions = {},
): Promise<RawClient> {
  const client = await openRawClient(broker.mqttPort)
  client.send(connectPacket(device, options))
  await client.next('connack')
  return client
}
