import { Store, type IClientOptions, type MqttClient } from 'mqtt'
import type { Crash, Message, Qos } from './message.ts'
import { createPacketIds } from './packet-ids.ts'

/**
 * The session of a device that outlives its connections [MQTT-4.1.0-1]. An acknowledgement is PUBACK or PUBREC: with either the
 * broker has taken the message. If the broker still has the session at the next connection, unacknowledged messages are
 * published again with packet id and DUP. Messages without PUBCOMP are released again [MQTT-4.4.0-1]. If the broker
 * no longer has it, a new session begins, and unacknowledged messages go out as new ones.
 */
export interface Session {
  /** Options of the next connection, which is clean if the broker must forget a session that the device has lost. */
  options(): Pick<IClientOptions, 'clean' | 'messageIdProvider' | 'outgoingStore'>
  /** Follows a new connection's packets. */
  attach(via: MqttClient): void
  /** Whether the connection is useless: the broker kept a session that the device has lost. The next connection is clean. */
  isStrange(): boolean
  publish(via: MqttClient, topic: string, message: Message): void
  /**
   * Messages that the broker may not have, the oldest first. `known` messages keep their packet ids. `unknown` messages need new
   * ids, because their session is over.
   */
  resume(sessionPresent: boolean): { known: Message[]; unknown: Message[] }
  /** Publishes the known messages again, with their packet ids. */
  redeliver(via: MqttClient, topicOf: (message: Message) => string): void
  /** published and not acknowledged */
  outstanding(): number
}

interface SessionOptions {
  qos: Qos
  acked: (message: Message) => void
  /** Cuts the connection. */
  cut: () => void
}

export function createSession(options: SessionOptions): Session {
  const { qos, acked, cut } = options
  const published = new Map<number, Message>()
  /** packet ids whose PUBREC was received, and whose PUBCOMP was not */
  const released = new Set<number>()
  const crashes = createCrashes(simulateCrash)
  const ids = createPacketIds((id) => !published.has(id) && !released.has(id))
  let lost: Message[] = []
  let forgot = false
  let strange = false

  function lose(): void {
    lost.push(...published.values())
    published.clear()
    released.clear()
    crashes.clear()
  }

  function simulateCrash(crash: Crash): void {
    cut()
    if (!crash.forgets) return
    lose()
    forgot = true
  }

  function onConnack(via: MqttClient, sessionPresent: boolean): void {
    if (forgot && sessionPresent) {
      strange = true
      via.stream.destroy()
    } else if (sessionPresent) {
      // mqtt.js sends the packets in its store before it reports the connection.
      for (const messageId of released) via.outgoingStore.put({ cmd: 'pubrel', messageId }, () => {})
    }
  }

  function onAck(id: number, complete: boolean): void {
    const message = published.get(id)
    if (message === undefined) return
    published.delete(id)
    const { crash } = message
    delete message.crash
    if (!complete) released.add(id)
    acked(message)
    crashes.acked(id, crash)
  }

  function publishAs(via: MqttClient, topic: string, message: Message, id?: number): void {
    ids.force(id)
    via.publish(topic, message.payload, { qos, dup: id !== undefined })
    const messageId = via.getLastMessageId()
    published.set(messageId, message)
    crashes.published(message)
  }

  return {
    options: () => ({ clean: strange, outgoingStore: new Store(), messageIdProvider: ids.provider }),
    attach: (via) =>
      followPackets(via, {
        onConnack: (sessionPresent) => onConnack(via, sessionPresent),
        onAck,
        onComplete: (id) => void released.delete(id),
        onReleasing: (id) => crashes.releasing(id),
      }),
    isStrange: () => strange,
    publish: (via, topic, message) => publishAs(via, topic, message),
    resume(sessionPresent) {
      if (!sessionPresent) lose()
      forgot = strange = false
      const unknown = lost
      lost = []
      return { known: [...published.values()], unknown }
    },
    redeliver(via, topicOf) {
      for (const [id, message] of published) publishAs(via, topicOf(message), message, id)
    },
    outstanding: () => published.size + lost.length,
  }
}

/** Calls back for the packets of deliveries, by their packet ids. */
function followPackets(
  via: MqttClient,
  to: {
    onConnack: (sessionPresent: boolean) => void
    onAck: (id: number, complete: boolean) => void
    onComplete: (id: number) => void
    onReleasing: (id: number) => void
  },
): void {
  via.on('packetreceive', (packet) => {
    if (packet.cmd === 'connack' && packet.returnCode === 0) to.onConnack(packet.sessionPresent)
    else if (packet.cmd === 'puback') to.onAck(packet.messageId ?? 0, true)
    else if (packet.cmd === 'pubrec') to.onAck(packet.messageId ?? 0, false)
    else if (packet.cmd === 'pubcomp') to.onComplete(packet.messageId ?? 0)
  })
  via.on('packetsend', (packet) => {
    if (packet.cmd === 'pubrel') to.onReleasing(packet.messageId ?? 0)
  })
}

/** Simulates the crashes of a device at the steps of a delivery that its messages name. */
function createCrashes(simulate: (crash: Crash) => void) {
  /** due when the message is released, by packet id */
  const atRelease = new Map<number, Crash>()

  return {
    published(message: Message): void {
      const { crash } = message
      if (crash?.step !== 'published') return
      delete message.crash
      setImmediate(() => simulate(crash))
    },
    acked(id: number, crash: Crash | undefined): void {
      if (crash?.step === 'received') simulate(crash)
      else if (crash?.step === 'released') atRelease.set(id, crash)
    },
    releasing(id: number): void {
      const crash = atRelease.get(id)
      atRelease.delete(id)
      // After the packet is written.
      if (crash) setImmediate(() => simulate(crash))
    },
    clear: () => atRelease.clear(),
  }
}
