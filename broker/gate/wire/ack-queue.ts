/** A publish whose acknowledgement is owed. */
export interface OwedAck {
  packetId: number
  due: boolean
}

const PUBACK = 0x40

/**
 * PUBACKs leave in the order in which the publishes were received [MQTT-4.6.0-2], in whatever order they are settled. PUBACKs
 * that are due together leave in one write.
 */
export class AckQueue {
  readonly #owed: OwedAck[] = []

  get length(): number {
    return this.#owed.length
  }

  add(packetId: number): OwedAck {
    const ack = { packetId, due: false }
    this.#owed.push(ack)
    return ack
  }

  /** The bytes of all PUBACKs before the first one that is not due; `undefined` if none is due. */
  takeDue(): Buffer | undefined {
    const owed = this.#owed
    let count = 0
    while (count < owed.length && owed[count]?.due) count++
    if (count === 0) return undefined
    const bytes = Buffer.allocUnsafe(count * 4)
    for (let n = 0; n < count; n++) {
      const packetId = owed[n]?.packetId ?? 0
      bytes[n * 4] = PUBACK
      bytes[n * 4 + 1] = 2
      bytes.writeUInt16BE(packetId, n * 4 + 2)
    }
    // Emptied in place: with 10,000 quiet connections, new arrays would survive until V8 promotes them to the old generation.
    if (count === owed.length) owed.length = 0
    else owed.splice(0, count)
    return bytes
  }
}
