import type { Outbox } from './outbox.ts'

/**
 * Notices of one connection without a PUBACK. A notice of more bytes is in flight alone.
 * @limit notices to a device without PUBACK | further ones wait
 */
const IN_FLIGHT_MAX = 20
/** @limit bytes of notices to a device without PUBACK | further ones wait */
const IN_FLIGHT_BYTES_MAX = 64 * 1024
/**
 * Notices that wait for room in flight; beyond these limits the oldest is dropped and counted. The newest always has room.
 * @limit waiting notices of a device | the oldest is dropped
 */
const WAITING_MAX = 100
/** @limit bytes of waiting notices of a device | the oldest is dropped */
const WAITING_BYTES_MAX = 64 * 1024

/** The object is the same on later connections: by it the outbox finds the packet identifier of a notice that is sent again. */
export interface Notice {
  readonly payload: Buffer
}

interface NoticeOutboxOptions {
  outbox: Outbox
  deviceId: number
  topic: string
  /** QoS of the device's subscription */
  qos: 0 | 1
  /** called for each notice that is not sent because the device does not read */
  onDropped: () => void
}

/** Sends notices about refused readings on a connection of a device. With QoS 1 each is kept until its PUBACK. */
export class NoticeOutbox {
  readonly deviceId: number
  /** set by a later subscription */
  qos: 0 | 1
  readonly #outbox: Outbox
  readonly #topic: Buffer
  readonly #onDropped: () => void
  /** in the order in which they were sent */
  readonly #inFlight = new Set<Notice>()
  #inFlightBytes = 0
  #waiting: Notice[] = []
  #waitingBytes = 0

  constructor({ outbox, deviceId, topic, qos, onDropped }: NoticeOutboxOptions) {
    this.#outbox = outbox
    this.deviceId = deviceId
    this.#topic = Buffer.from(topic)
    this.qos = qos
    this.#onDropped = onDropped
  }

  send(payload: Buffer): void {
    if (!this.#outbox.isOpen) return
    if (this.qos === 1) return this.add({ payload })
    if (this.#outbox.isSlow) this.#onDropped()
    else this.#outbox.sendQos0(this.#topic, payload)
  }

  add(notice: Notice): void {
    this.#waiting.push(notice)
    this.#waitingBytes += notice.payload.length
    this.#sendWaiting()
    while (this.#waiting.length > 1 && this.#isOverfull()) {
      this.#takeWaiting()
      this.#onDropped()
    }
  }

  /** Notices that the device has not confirmed, the oldest first. */
  get unconfirmed(): Notice[] {
    return [...this.#inFlight, ...this.#waiting]
  }

  #sendWaiting(): void {
    while (this.#outbox.isOpen && this.#waiting.length > 0 && this.#hasRoom()) {
      const notice = this.#takeWaiting()
      if (notice !== undefined) this.#sendNow(notice)
    }
  }

  #sendNow(notice: Notice): void {
    const { payload } = notice
    this.#inFlight.add(notice)
    this.#inFlightBytes += payload.length
    const onReceived = (): void => {
      this.#inFlight.delete(notice)
      this.#inFlightBytes -= payload.length
      this.#sendWaiting()
    }
    this.#outbox.sendQos1(notice, this.#topic, payload, onReceived)
  }

  #takeWaiting(): Notice | undefined {
    const notice = this.#waiting.shift()
    this.#waitingBytes -= notice?.payload.length ?? 0
    return notice
  }

  #hasRoom(): boolean {
    const bytes = this.#inFlightBytes + (this.#waiting[0]?.payload.length ?? 0)
    return this.#inFlight.size === 0 || (this.#inFlight.size < IN_FLIGHT_MAX && bytes <= IN_FLIGHT_BYTES_MAX)
  }

  #isOverfull(): boolean {
    return this.#waiting.length > WAITING_MAX || this.#waitingBytes > WAITING_BYTES_MAX
  }
}
