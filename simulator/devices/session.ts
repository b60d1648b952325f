import { Store, type IClientOptions, type MqttClient } from 'mqtt'
import type { Crash, Message, Qos } from './message.ts'

/**
 * The session of a device that outlives its connections [MQTT-4.1.0-1]. An acknowledgement is PUBACK or PUBREC: with
 * these the broker has taken the message. If the broker has the session at the next connection as well, unacknowledged messages
 * are published again with packet id and DUP. Those without PUBCOMP are released again [MQTT-4.4.0-1]. Otherwise a new session
 * begins, and unacknowledged messages go out as new ones.
 */
export interface Session {
  /** for the next connection; clean if the broker is to forget what the device forgot */
  options(): Pick<IClientOptions, 'clean' | 'messageIdProvider' | 'outgoingStore'>
  /** Follows a new connection's packets. */
  attach(via: MqttClient): void
  /** Whether the connection is of no use: the broker kept a session that the device has lost. The next one is clean. */
  isStrange(): boolean
  publish(via: MqttClient, topic: string, message: Message): void
  /**
   * Messages that the broker may not have, the oldest first: `known` keep their packet ids, `unknown` need new ones, as the
   * session that had them is over.
   */
  resume(sessionPresent: boolean): { known: Message[]; unknown: Message[] }
  /** Publishes the known ones with the packet ids that they had. */
  redeliver(via: MqttClient, topicOf: (message: Message) => string): void
  /** published and not acknowledged */
  outstanding(): number
}

const PACKET_ID_MAX = 65_535

export function createSession(options: {
  qos: Qos
  acked: (message: Message) => void
  /** Cuts the connection. */
  cut: () => void
}): Session {
  const { qos, acked, cut } = options
  const published = new Map<number, Message>()
  /** PUBREC has come, PUBCOMP has not */
  const released = new Set<number>()
  const crashes = new Map<number, Crash>()
  let lost: Message[] = []
  let forgot = false
  let strange = false
  let forced: number | undefined
  let last: number | null = null

  /** The lowest: a broker that keeps an id for too long meets it again soon. */
  function freeId(): number | null {
    for (let id = 1; id <= PACKET_ID_MAX; id++) if (!published.has(id) && !released.has(id)) return id
    return null
  }

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
      // mqtt.js sends what is in its store before it says that it is connected.
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
    if (crash?.step === 'received') simulateCrash(crash)
    else if (crash?.step === 'released') crashes.set(id, crash)
  }

  function onReleasing(id: number): void {
    const crash = crashes.get(id)
    crashes.delete(id)
    // Once it is written.
    if (crash) setImmediate(() => simulateCrash(crash))
  }

  function publishAs(via: MqttClient, topic: string, message: Message, id?: number): void {
    forced = id
    via.publish(topic, message.payload, { qos, dup: id !== undefined })
    const messageId = via.getLastMessageId()
    published.set(messageId, message)
    const { crash } = message
    if (crash?.step !== 'published') return
    delete message.crash
    setImmediate(() => simulateCrash(crash))
  }

  return {
    options: () => ({
      clean: strange,
      outgoingStore: new Store(),
      messageIdProvider: {
        allocate() {
          last = forced ?? freeId()
          forced = undefined
          return last
        },
        getLastAllocated: () => last,
        register: () => true,
        deallocate() {},
        clear() {},
      },
    }),
    attach(via) {
      via.on('packetreceive', (packet) => {
        if (packet.cmd === 'connack' && packet.returnCode === 0) onConnack(via, packet.sessionPresent)
        else if (packet.cmd === 'puback') onAck(packet.messageId ?? 0, true)
        else if (packet.cmd === 'pubrec') onAck(packet.messageId ?? 0, false)
        else if (packet.cmd === 'pubcomp') released.delete(packet.messageId ?? 0)
      })
      via.on('packetsend', (packet) => {
        if (packet.cmd === 'pubrel') onReleasing(packet.messageId ?? 0)
      })
    },
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
