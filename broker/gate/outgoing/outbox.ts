import type { Edge } from '../wire/edge.ts'
import { NO_PACKET_ID, PUBLISH_QOS_0, PUBLISH_QOS_1, publishPacket } from './publish-packet.ts'
import type { UnconfirmedIds } from '../sessions/unconfirmed-ids.ts'

const PACKET_ID_MAX = 65_535
/** The flag of a PUBLISH that may have been sent before [MQTT-3.3.1-1]. */
const DUP = 0x08

type OutboxEdge = Pick<Edge, 'write' | 'writable' | 'destroyed' | 'isSlow'>

/**
 * Sends messages to a device past aedes, which has no limit for messages in flight; commands and notices have limits. aedes
 * itself sends a device nothing with QoS 1, so all packet identifiers of its connection are from here.
 */
export class Outbox {
  readonly #edge: OutboxEdge
  readonly #unconfirmed: UnconfirmedIds
  /** callbacks for PUBACKs, by packet identifier; the senders bound their number */
  readonly #inFlight = new Map<number, () => void>()
  // A random start, so that a PUBACK of an earlier connection is not taken for one of this connection.
  #packetId = Math.floor(Math.random() * PACKET_ID_MAX)

  constructor(edge: OutboxEdge, unconfirmed: UnconfirmedIds) {
    this.#edge = edge
    this.#unconfirmed = unconfirmed
  }

  get isOpen(): boolean {
    return !this.#edge.destroyed && this.#edge.writable
  }

  /** Whether the device reads so slowly that optional messages should not be sent. */
  get isSlow(): boolean {
    return this.#edge.isSlow
  }

  sendQos0(topic: Buffer, payload: Buffer): void {
    this.#edge.write(publishPacket(PUBLISH_QOS_0, topic, NO_PACKET_ID, payload))
  }

  /**
   * @param key identifies the message when it is sent again on a later connection of the session, with DUP and its packet
   * identifier [MQTT-4.4.0-1]
   */
  sendQos1(key: number | object, topic: Buffer, payload: Buffer, onReceived: () => void): void {
    const before = this.#unconfirmed.of(key)
    const isAgain = before !== undefined && !this.#inFlight.has(before)
    const packetId = isAgain ? before : this.#nextPacketId()
    this.#unconfirmed.add(key, packetId)
    this.#inFlight.set(packetId, () => {
      this.#unconfirmed.remove(key)
      onReceived()
    })
    const id = Buffer.from([packetId >> 8, packetId & 0xff])
    this.#edge.write(publishPacket(isAgain ? PUBLISH_QOS_1 | DUP : PUBLISH_QOS_1, topic, id, payload))
  }

  /** Takes a PUBACK. Returns false if its message was not sent from here. */
  onPuback(packetId: number): boolean {
    const onReceived = this.#inFlight.get(packetId)
    if (onReceived === undefined) return false
    this.#inFlight.delete(packetId)
    onReceived()
    return true
  }

  /** A packet identifier that is neither 0 [MQTT-2.3.1-1] nor in use [MQTT-2.3.1-4]. */
  #nextPacketId(): number {
    do this.#packetId = (this.#packetId % PACKET_ID_MAX) + 1
    while (this.#inFlight.has(this.#packetId) || this.#unconfirmed.has(this.#packetId))
    return this.#packetId
  }
}

export interface Outboxes {
  /** The one outbox of a connection, for everything that is sent to it. */
  of(edge: Edge): Outbox
}

/** @param unconfirmedOf the packet identifiers of the connection's session */
export function createOutboxes(unconfirmedOf: (edge: Edge) => UnconfirmedIds): Outboxes {
  const outboxes = new WeakMap<Edge, Outbox>()

  return {
    of(edge) {
      const existing = outboxes.get(edge)
      if (existing !== undefined) return existing
      const outbox = new Outbox(edge, unconfirmedOf(edge))
      outboxes.set(edge, outbox)
      edge.takePuback = (packetId) => outbox.onPuback(packetId)
      return outbox
    },
  }
}
