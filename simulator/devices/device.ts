import type { MqttClient } from 'mqtt'
import { vehicleTopic } from '../../contract/topics.ts'
import { createLink, type LinkEvents, type LinkOptions } from './link.ts'
import type { Message, Qos } from './message.ts'
import { createSession } from './session.ts'

export type { Message, Qos } from './message.ts'

export interface DeviceEvents extends LinkEvents {
  /**
   * Called once for each message: at its PUBACK or PUBCOMP, in a persistent session at its PUBACK or PUBREC. With QoS 0, when it
   * is sent.
   */
  done(message: Message, qos: Qos): void
  /** These messages are about to be sent again. */
  resending(messages: Message[]): void
}

export interface Device {
  open(): void
  /** Sends when connected, otherwise as soon as it is again. The caller bounds `outstanding`. */
  send(message: Message): void
  /** messages that were given to `send` and are not yet done */
  outstanding(): number
  online(): boolean
  /** Cuts the connection as a lost network does. The device reconnects by itself. */
  drop(): void
  /** Messages sent from now on go to the topic of this vehicle; waiting messages keep their topic. */
  moveTo(vehicle: string): void
  /** connections that were lost so far */
  losses(): number
  close(): Promise<void>
}

export interface DeviceOptions extends Omit<LinkOptions, 'session' | 'onConnect' | 'onLost'> {
  qos: Qos
  /** whether it keeps its session (CleanSession 0) for QoS 1 and 2; default false */
  persistentSessions?: boolean
  events: DeviceEvents
}

/**
 * One device and its connection, MQTT 3.1.1 with a clean session, unless a persistent session is set (`session.ts`).
 *
 * With clean sessions, messages are resent here and not by mqtt.js, which replays its store one message per round trip. Meanwhile
 * mqtt.js holds new messages in an unbounded queue, and fails them if the connection is lost again. So each connection is an
 * mqtt.js client that never reconnects, and unacknowledged messages are sent first on the next connection, in order.
 * The session is clean, so these are new PUBLISH packets without DUP [MQTT-4.4.0-1]. A reading may arrive twice: its identity
 * (vehicle, time, values) allows for that.
 */
export function createDevice(options: DeviceOptions): Device {
  const { credentials, qos, events } = options
  const home = vehicleTopic(credentials.vehicle, 'telemetry')
  let topic = home
  let waiting: Message[] = []
  const flying = new Set<Message>()
  const session =
    options.persistentSessions === true && qos > 0
      ? createSession({ qos, acked: done, cut: () => link.drop() })
      : undefined
  const link = createLink({ ...options, session, onConnect, onLost })
  const topicOf = (message: Message) => message.topic ?? home

  function done(message: Message): void {
    if (!message.acked) events.done(message, qos)
    message.acked = true
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
    const kept = session?.resume(sessionPresent)
    const due = [...(kept?.unknown ?? []), ...waiting].filter((it) => !it.acked)
    waiting = []
    const again = [...(kept?.known ?? []), ...due.filter((it) => it.sentMs > 0)]
    if (again.length > 0) events.resending(again)
    session?.redeliver(via, topicOf)
    for (const message of due) publish(via, message)
  }

  function onLost(): void {
    // QoS 0 is sent once. The others are older than the waiting messages, and keep their order.
    if (qos > 0) waiting = [...flying, ...waiting]
    flying.clear()
  }

  return {
    open: () => link.open(),
    send(message) {
      // Only if the topic is not the usual one, which saves a text for each message.
      if (topic !== home) message.topic = topic
      const client = link.client()
      if (client) publish(client, message)
      else waiting.push(message)
    },
    outstanding: () => waiting.length + flying.size + (session?.outstanding() ?? 0),
    online: () => link.client() !== undefined,
    drop: () => link.drop(),
    moveTo(vehicle) {
      topic = vehicleTopic(vehicle, 'telemetry')
    },
    losses: () => link.losses(),
    close: () => link.close(() => flying.size > 0 || session !== undefined),
  }
}
