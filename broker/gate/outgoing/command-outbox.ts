import type { CommandLink } from '../../commands-link.ts'
import type { Outbox } from './outbox.ts'

/**
 * Commands of one connection without a PUBACK: at most 320 KiB.
 * @limit commands of a connection without PUBACK | no further commands are sent
 */
const IN_FLIGHT_MAX = 20

interface CommandOutboxOptions {
  outbox: Outbox
  vehicleId: number
  deviceId: number
  topic: string
  /** QoS of the subscription; with 0 the device never confirms a receipt */
  qos: 0 | 1
}

/** Sends the commands of a connection. Unconfirmed commands are sent again from the database, on the next connection. */
export class CommandOutbox implements CommandLink {
  readonly vehicleId: number
  readonly deviceId: number
  /** set by a later subscription */
  qos: 0 | 1
  readonly #outbox: Outbox
  readonly #topic: Buffer
  #inFlight = 0

  constructor({ outbox, vehicleId, deviceId, topic, qos }: CommandOutboxOptions) {
    this.#outbox = outbox
    this.vehicleId = vehicleId
    this.deviceId = deviceId
    this.#topic = Buffer.from(topic)
    this.qos = qos
  }

  send(commandId: number, payload: Buffer, onReceived: () => void): boolean {
    if (!this.#outbox.isOpen || this.#inFlight >= IN_FLIGHT_MAX) return false
    if (this.qos === 0) {
      this.#outbox.sendQos0(this.#topic, payload)
      return true
    }
    this.#inFlight++
    this.#outbox.sendQos1(commandId, this.#topic, payload, () => {
      this.#inFlight--
      onReceived()
    })
    return true
  }
}
