/**
 * Maximum in flight on a connection: 20 commands and 20 notices.
 * @limit packet identifiers of unconfirmed commands and notices of a session | the oldest is forgotten, and its
 * message is sent again with another
 */
const UNCONFIRMED_MAX = 40

/**
 * The packet identifiers of the messages that a session was sent and has not confirmed, by a key of the message: a command's id,
 * or the notice. They belong to the session and not to its connection, so that a message that is sent again keeps its identifier
 * [MQTT-4.4.0-1]. Beyond `UNCONFIRMED_MAX` the oldest is forgotten; its message is no longer sent.
 */
export class UnconfirmedIds {
  readonly #ids = new Map<number | object, number>()

  of(key: number | object): number | undefined {
    return this.#ids.get(key)
  }

  /** Whether one of the messages has this identifier. At most 40 are compared, once for a message. */
  has(packetId: number): boolean {
    for (const id of this.#ids.values()) if (id === packetId) return true
    return false
  }

  add(key: number | object, packetId: number): void {
    // The order of a Map is that of insertion.
    this.#ids.delete(key)
    this.#ids.set(key, packetId)
    const [oldest] = this.#ids.keys()
    if (this.#ids.size > UNCONFIRMED_MAX && oldest !== undefined) this.#ids.delete(oldest)
  }

  remove(key: number | object): void {
    this.#ids.delete(key)
  }
}
