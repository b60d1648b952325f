import type { Edge } from './edge.ts'
import { NO_PACKET_ID, PUBLISH_QOS_0, PUBLISH_QOS_1, publishPacket } from './publish-packet.ts'

const PACKET_ID_MAX = 65_535
/** The flag of a PUBLISH that may have come before [MQTT-3.3.1-1]. */
const DUP = 0x08

type OutboxEdge = Pick<Edge, 'write' | 'writable' | 'destroyed' | 'isSlow'>

/**
 * Sends messages to a device past aedes: what aedes sends with QoS 1 to a session that is kept it keeps as well, without a
 * limit. aedes itself sends a device nothing with QoS 1, so that all packet identifiers of its connection are from here.
 */
export class Outbox {
  readonly #edge: OutboxEdge
  /** by packet identifier: whom to tell of its PUBACK; those who send see to it that there are not many */
  readonly #inFlight = new Map<number, () => void>()
  // Not always the same, so that a PUBACK of an earlier connection is not taken for one of this.
  #packetId = Math.floor(Math.random() * PACKET_ID_MAX)

  constructor(edge: OutboxEdge) {
    this.#edge = edge
  }

  get isOpen(): boolean {
    return !this.#edge.destroyed && this.#edge.writable
  }

  /** The device reads so slowly that what it can do without should not be sent. */
  get isSlow(): boolean {
    return this.#edge.isSlow
  }

  sendQos0(topic: Buffer, payload: Buffer): void {
    this.#edge.write(publishPacket(PUBLISH_QOS_0, topic, NO_PACKET_ID, payload))
  }

  sendQos1(topic: Buffer, payload: Buffer, onReceived: () => void, isAgain = false): void {
    const packetId = this.#nextPacketId()
    this.#inFlight.set(packetId, onReceived)
    const id = Buffer.from([packetId >> 8, packetId & 0xff])
    this.#edge.write(publishPacket(isAgain ? PUBLISH_QOS_1 | DUP : PUBLISH_QOS_1, topic, id, payload))
  }

  /** A PUBACK has come. False when it is for nothing that was sent from here. */
  onPuback(packetId: number): boolean {
    const onReceived = this.#inFlight.get(packetId)
    if (onReceived === undefined) return false
    this.#inFlight.delete(packetId)
    onReceived()
    return true
  }

  /** Never 0 [MQTT-2.3.1-1], nor one that is in use [MQTT-2.3.1-4]. */
  #nextPacketId(): number {
    do this.#packetId = (this.#packetId % PACKET_ID_MAX) + 1
    while (this.#inFlight.has(this.#packetId))
    return this.#packetId
  }
}

export interface Outboxes {
  /** The outbox of a connection, the same one for all that is sent to it. */
  of(edge: Edge): Outbox
}

export function createOutboxes(): Outboxes {
  const outboxes = new WeakMap<Edge, Outbox>()

  return {
    of(edge) {
      const existing = outboxes.get(edge)
      if (existing !== undefined) return existing
      const outbox = new Outbox(edge)
      outboxes.set(edge, outbox)
      edge.takePuback = (packetId) => outbox.onPuback(packetId)
      return outbox
    },
  }
}
