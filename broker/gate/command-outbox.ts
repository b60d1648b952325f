import type { CommandLink } from '../commands-link.ts'
import type { Edge } from './edge.ts'
import { NO_PACKET_ID, PUBLISH_QOS_0, PUBLISH_QOS_1, publishPacket } from './publish-packet.ts'

/** Commands of one connection whose PUBACK has not come: 320 KiB of the largest ones. */
const IN_FLIGHT_MAX = 20
const PACKET_ID_MAX = 65_535

interface OutboxOptions {
  edge: Pick<Edge, 'write' | 'writable' | 'destroyed'>
  vehicleId: number
  deviceId: number
  topic: string
  /** as the device has subscribed: with 0 it never confirms a receipt */
  qos: 0 | 1
}

/**
 * Sends commands past aedes: what aedes sends with QoS 1 to a session that is kept it also keeps and sends again, and
 * so does the database. aedes itself sends nothing with QoS 1 to a device, so that all packet identifiers are ours.
 */
export class CommandOutbox implements CommandLink {
  readonly vehicleId: number
  readonly deviceId: number
  /** set by a later subscription */
  qos: 0 | 1
  readonly #edge: OutboxOptions['edge']
  readonly #topic: Buffer
  readonly #inFlight = new Map<number, () => void>()
  // Not always the same, so that a PUBACK of an earlier connection is not taken for one of this.
  #packetId = Math.floor(Math.random() * PACKET_ID_MAX)

  constructor({ edge, vehicleId, deviceId, topic, qos }: OutboxOptions) {
    this.#edge = edge
    this.vehicleId = vehicleId
    this.deviceId = deviceId
    this.#topic = Buffer.from(topic)
    this.qos = qos
  }

  send(payload: Buffer, onReceived: () => void): boolean {
    if (this.#edge.destroyed || !this.#edge.writable || this.#inFlight.size >= IN_FLIGHT_MAX) return false
    if (this.qos === 0) {
      this.#edge.write(publishPacket(PUBLISH_QOS_0, this.#topic, NO_PACKET_ID, payload))
      return true
    }
    const packetId = this.#nextPacketId()
    this.#inFlight.set(packetId, onReceived)
    const id = Buffer.from([packetId >> 8, packetId & 0xff])
    this.#edge.write(publishPacket(PUBLISH_QOS_1, this.#topic, id, payload))
    return true
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
