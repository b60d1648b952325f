import type { MqttClient } from 'mqtt'
import { vehicleTopic } from '../../contract/topics.ts'
import type { Credentials } from '../credentials.ts'
import type { Random } from '../driving/random.ts'
import { backoffMs } from './backoff.ts'
import { closeConnection, openConnection } from './connection.ts'
import { causeOf, type DisconnectCause } from './disconnect.ts'
import type { Message, Qos } from './message.ts'
import { createSession } from './session.ts'
import type { Slots } from './slots.ts'

export type { Message, Qos } from './message.ts'

export interface DeviceEvents {
  /** PUBACK or PUBCOMP; in a persistent session PUBACK or PUBREC; once for each message. For QoS 0: the socket has taken it. */
  done(message: Message, qos: Qos): void
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
  /** Messages that it is given from now on go to the topic of this vehicle; those that it has keep their topic. */
  moveTo(vehicle: string): void
  /** connections that were lost so far */
  losses(): number
  close(): Promise<void>
}

export interface DeviceOptions {
  credentials: Credentials
  broker: string
  /** PEM of the authorities to trust with TLS; undefined: those of Node.js */
  ca?: string | undefined
  qos: Qos
  /** whether it keeps its session (CleanSession 0) for QoS 1 and 2; default false */
  persistentSessions?: boolean
  slots: Slots
  random: Random
  events: DeviceEvents
}

/**
 * One device and its connection, MQTT 3.1.1 with a clean session, unless it is to have a persistent one (`session.ts`).
 *
 * With clean sessions, resending is done here and not by mqtt.js, which replays its store one message per round trip. Meanwhile
 * it holds new messages back in a queue without bound, and fails those when the connection is lost again. So each connection is
 * an mqtt.js client that never reconnects, and its unacknowledged messages go out first on the next one, in order.
 * The session is clean, hence these are new PUBLISH packets without DUP [MQTT-4.4.0-1]. A reading may arrive twice: its
 * identity (vehicle, time, values) is made for that.
 */
export function createDevice(options: DeviceOptions): Device {
  const { credentials, broker, ca, qos, slots, random, events } = options
  const home = vehicleTopic(credentials.vehicle, 'telemetry')
  let topic = home
  let losses = 0
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
  const session =
    options.persistentSessions === true && qos > 0
      ? createSession({ qos, acked: done, cut: drop })
      : undefined
  const topicOf = (message: Message) => message.topic ?? home

  function done(message: Message): void {
    if (!message.acked) events.done(message, qos)
    message.acked = true
  }

  function drop(): void {
    if (!online) return
    dropping = true
    client?.stream.destroy()
  }

  function publish(via: MqttClient, message: Message): void {
    if (message.sentMs === 0) message.sentMs = performance.now()
    if (session) return session.publish(via, topicOf(message), message)
    flying.add(message)
    via.publish(topicOf(message), message.payload, { qos }, (error) => {
      if (error) return // the connection's end, which puts the message back
      flying.delete(message)
      done(message)
    })
  }

  function onConnect(via: MqttClient, sessionPresent: boolean): void {
    // It is being closed: by `close`, or because of a session that is not the device's.
    if (closing || (session?.isStrange() && sessionPresent)) return
    online = true
    attempt = 0
    events.connected(wasOnline, wasOnline ? performance.now() - lostMs : 0)
    wasOnline = true
    const kept = session?.resume(sessionPresent)
    const due = [...(kept?.unknown ?? []), ...waiting].filter((it) => !it.acked)
    waiting = []
    const again = [...(kept?.known ?? []), ...due.filter((it) => it.sentMs > 0)]
    if (again.length > 0) events.resending(again)
    session?.redeliver(via, topicOf)
    for (const message of due) publish(via, message)
  }

  function onClose(error: Error | undefined, refused: boolean): void {
    if (online) {
      losses++
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
        connected(sessionPresent) {
          release()
          onConnect(via, sessionPresent)
        },
        closed(error, refused) {
          release()
          onClose(error, refused)
        },
      },
      ca,
      session?.options(),
    )
    session?.attach(via)
    client = via
  }

  return {
    open: () => void tryConnect(),
    send(message) {
      // Only if it is not the vehicle's usual topic, which saves a text for each message.
      if (topic !== home) message.topic = topic
      if (online && client) publish(client, message)
      else waiting.push(message)
    },
    outstanding: () => waiting.length + flying.size + (session?.outstanding() ?? 0),
    online: () => online,
    drop,
    moveTo(vehicle) {
      topic = vehicleTopic(vehicle, 'telemetry')
    },
    losses: () => losses,
    async close() {
      closing = true
      clearTimeout(timer)
      if (client) await closeConnection(client, flying.size > 0 || session !== undefined)
    },
  }
}
