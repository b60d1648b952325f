import type { MqttClient } from 'mqtt'
import { vehicleTopic } from '../../contract/topics.ts'
import type { Credentials } from '../credentials.ts'
import type { Random } from '../driving/random.ts'
import { backoffMs } from './backoff.ts'
import { closeConnection, openConnection } from './connection.ts'
import { causeOf, type DisconnectCause } from './disconnect.ts'
import type { Slots } from './slots.ts'

export interface Message {
  id: number
  payload: string | Buffer
  readings: number
  /** when it was first sent, by the monotonic clock; 0 before */
  sentMs: number
  acked: boolean
}

export interface DeviceEvents {
  /** PUBACK or PUBCOMP; once for each message. For QoS 0: the socket has taken it. */
  done(message: Message): void
  /** These are about to be sent once more. */
  resending(messages: Message[]): void
  /** `offlineMs`: since the connection before this one was lost; 0 for the first. */
  connected(again: boolean, offlineMs: number): void
  /** A connection was lost. */
  disconnected(cause: DisconnectCause): void
  /** An attempt to connect failed: `refused` by the broker's CONNACK, or the network's doing. */
  failed(device: string, error: Error, refused: boolean): void
}

export interface Device {
  open(): void
  /** Sends when connected, else as soon as it is again. The caller bounds `outstanding`. */
  send(message: Message): void
  /** messages that were given to `send` and are not yet done */
  outstanding(): number
  online(): boolean
  /** Cuts the connection as a lost network does. It comes back by itself. */
  drop(): void
  close(): Promise<void>
}

export interface DeviceOptions {
  credentials: Credentials
  broker: string
  /** PEM of the authorities to trust with TLS; undefined: those of Node.js */
  ca?: string | undefined
  qos: 0 | 1 | 2
  slots: Slots
  random: Random
  events: DeviceEvents
}

/**
 * One device and its connection, MQTT 3.1.1 with a clean session.
 *
 * Resending is done here and not by mqtt.js: that one replays its store one message per round trip, holds new messages
 * back meanwhile in a queue without bound, and fails those when the connection is lost again. So each connection is an
 * mqtt.js client of its own that never reconnects, and what it leaves unacknowledged goes out first on the next one,
 * in order. The session is clean, hence these are new PUBLISH packets without DUP [MQTT-4.4.0-1]; that a reading may
 * arrive twice is what its identity (vehicle, time) is for.
 */
export function createDevice(options: DeviceOptions): Device {
  const { credentials, broker, ca, qos, slots, random, events } = options
  const topic = vehicleTopic(credentials.vehicle, 'telemetry')
  let client: MqttClient | undefined
  let online = false
  let wasOnline = false
  let closing = false
  let dropping = false
  let lostMs = 0
  let attempt = 0
  let timer: NodeJS.Timeout | undefined
  let waiting: Message[] = []
  const flying = new Set<Message>()

  function publish(via: MqttClient, message: Message): void {
    flying.add(message)
    if (message.sentMs === 0) message.sentMs = performance.now()
    via.publish(topic, message.payload, { qos }, (error) => {
      if (error) return // the connection's end, which puts the message back
      flying.delete(message)
      if (!message.acked) events.done(message)
      message.acked = true
    })
  }

  function onConnect(via: MqttClient): void {
    online = true
    attempt = 0
    events.connected(wasOnline, wasOnline ? performance.now() - lostMs : 0)
    wasOnline = true
    const due = waiting.filter((it) => !it.acked)
    waiting = []
    const again = due.filter((it) => it.sentMs > 0)
    if (again.length > 0) events.resending(again)
    for (const message of due) publish(via, message)
  }

  function onClose(error: Error | undefined, refused: boolean): void {
    if (online) {
      lostMs = performance.now()
      if (!closing) events.disconnected(dropping ? 'dropped' : causeOf(error))
    } else if (!closing) {
      events.failed(credentials.clientId, error ?? new Error('the broker closed the connection'), refused)
    }
    client = undefined
    online = false
    dropping = false
    // QoS 0 is sent once. The others are older than what waits, and keep their order.
    if (qos > 0) waiting = [...flying, ...waiting]
    flying.clear()
    if (!closing) timer = setTimeout(() => void tryConnect(), backoffMs(attempt++, random))
  }

  async function tryConnect(): Promise<void> {
    const release = await slots.take()
    if (closing) return release()
    const via = openConnection(
      broker,
      credentials,
      {
        connected() {
          release()
          onConnect(via)
        },
        closed(error, refused) {
          release()
          onClose(error, refused)
        },
      },
      ca,
    )
    client = via
  }

  return {
    open: () => void tryConnect(),
    send(message) {
      if (online && client) publish(client, message)
      else waiting.push(message)
    },
    outstanding: () => waiting.length + flying.size,
    online: () => online,
    drop() {
      if (!online) return
      dropping = true
      client?.stream.destroy()
    },
    async close() {
      closing = true
      clearTimeout(timer)
      if (client) await closeConnection(client, flying.size > 0)
    },
  }
}
