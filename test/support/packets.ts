import type { IPublishPacket, Packet } from 'mqtt-packet'
import type { TestDevice } from './broker.ts'

export interface ConnectOptions {
  /** seconds */
  keepalive?: number
  clean?: boolean
}

export function connectPacket(
  device: Pick<TestDevice, 'clientId' | 'token'>,
  { keepalive = 0, clean = true }: ConnectOptions = {},
): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean,
    clientId: device.clientId,
    keepalive,
    username: 'x',
    password: Buffer.from(device.token),
  }
}

export function publishPacket(
  topic: string,
  messageId: number,
  qos: 0 | 1 | 2,
  payload: string,
): IPublishPacket {
  return { cmd: 'publish', topic, messageId, qos, payload, retain: false, dup: false }
}
