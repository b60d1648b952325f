import { ConnectionEnd } from './session.ts'

/** A QoS 2 message between its PUBLISH and its PUBREL. */
interface Exchange {
  /** of its topic and payload */
  digest: string
  /** the connection that sent the message last */
  connection: object
  settled: Settled
  isSettled: boolean
}

/** Resolves when the message is settled: with `null` if its PUBREC may leave, with an error if it could not be taken. */
type Settled = Promise<Error | null>

/** A QoS 2 PUBLISH: a message that is taken now, or a copy of one that was taken before. */
export interface Taken {
  isCopy: boolean
  settled: Settled
}

/**
 * Settled messages of one session without a PUBREL, 200 bytes each; a client that sends its whole backlog in one burst has as many.
 * Held messages do not count: aedes reads no further while there are any. A device that reconnects with a long backlog must get
 * its PUBRECs before its connection ends.
 * @limit QoS 2 messages without PUBREL of a session | an earlier connection's are forgotten, or the connection is
 * closed
 */
const UNRELEASED_MAX = 1000
/** The part of the free room of all sessions that one session may have. */
const SHARE = 1 / 100

/** Room for the messages of all sessions that are not released. */
export interface ExchangeRoom {
  readonly max: number
  /** messages of all sessions */
  used: number
}

/**
 * The QoS 2 messages that a session has sent and not released, by packet identifier. A copy is a PUBLISH with the
 * identifier and the bytes of such a message [MQTT-4.3.3-2]. It is not taken again, and its PUBREC leaves when the first PUBLISH
 * is settled. Other bytes under the same identifier are another message, which is taken: the client has lost its session, like a
 * tracker that was switched off. DUP is ignored here, because MQTT.js never sets it.
 */
export class Exchanges {
  readonly #open = new Map<number, Exchange>()
  /** PUBRELs that are not answered yet, by packet identifier */
  readonly #releasing = new Map<number, Promise<void>>()
  /** PUBRECs leave in the order of the publishes [MQTT-4.6.0-3]. */
  #last: Promise<unknown> = Promise.resolve()
  readonly #room: ExchangeRoom
  #isOver = false

  constructor(room: ExchangeRoom) {
    this.#room = room
  }

  get size(): number {
    return this.#open.size
  }

  /** Ends the session. A connection that is being replaced can use it until that connection ends, without taking room. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#room.used -= this.#open.size
  }

  /**
   * Beyond `UNRELEASED_MAX` messages, or the session's share of the room, messages of earlier connections make room. Without such
   * messages, the connection has to end. Messages of the same read of the socket are still remembered.
   */
  take(
    { packetId, digest, connection }: { packetId: number; digest: string; connection: object },
    take: () => Settled,
  ): Taken {
    const open = this.#open.get(packetId)
    if (open?.digest === digest) {
      open.connection = connection
      return { isCopy: true, settled: open.settled }
    }
    // The client has not waited for the PUBCOMP: the receipt of the earlier message is removed first.
    const releasing = this.#releasing.get(packetId)
    const result = releasing === undefined ? take() : releasing.then(take)
    const settled = Promise.all([result, this.#last]).then(([error]) => {
      if (error !== null) this.#forget(packetId, exchange)
      return error
    })
    // A taken message that finds no room is remembered: its connection ends without a PUBREC, and it is sent again.
    const answered = settled.then(async (error) => {
      const failure = error ?? (await this.#makeRoom(exchange))
      exchange.isSettled = true
      return failure
    })
    const exchange: Exchange = { digest, connection, settled, isSettled: false }
    this.#last = answered
    this.#set(packetId, exchange)
    return { isCopy: false, settled: answered }
  }

  /**
   * Handles a PUBREL. Later messages are not copies, so it must be called in the order in which packets were read. A PUBREL
   * that arrives before the PUBREC was sent is not answered before the message is settled. `forget` removes all other data of the
   * message.
   */
  release(packetId: number, forget: () => Promise<void>): Promise<void> {
    const exchange = this.#open.get(packetId)
    const earlier = this.#releasing.get(packetId)
    this.#delete(packetId)
    const done = this.#finishRelease(exchange, earlier, forget).finally(() => {
      if (this.#releasing.get(packetId) === done) this.#releasing.delete(packetId)
    })
    this.#releasing.set(packetId, done)
    return done
  }

  async #finishRelease(
    exchange: Exchange | undefined,
    earlier: Promise<void> | undefined,
    forget: () => Promise<void>,
  ): Promise<void> {
    const error = (await exchange?.settled) ?? null
    await earlier
    await forget()
    // The connection ends first, so that the PUBREL of a message that was not taken is not answered.
    if (error !== null) await new Promise(setImmediate)
  }

  #forget(packetId: number, exchange: Exchange): void {
    if (this.#open.get(packetId) === exchange) this.#delete(packetId)
  }

  #set(packetId: number, exchange: Exchange): void {
    if (!this.#isOver && !this.#open.has(packetId)) this.#room.used++
    this.#open.set(packetId, exchange)
  }

  #delete(packetId: number): void {
    if (this.#open.delete(packetId) && !this.#isOver) this.#room.used--
  }

  /** At least one, however many other sessions there are. */
  #max(): number {
    const { max, used } = this.#room
    const others = this.#isOver ? used : used - this.#open.size
    return Math.max(1, Math.min(UNRELEASED_MAX, Math.floor((max - others) * SHARE)))
  }

  async #makeRoom({ connection }: Exchange): Promise<Error | null> {
    const max = this.#max()
    if (this.#open.size <= max) return null
    const settled = [...this.#open].filter(([, it]) => it.isSettled)
    if (settled.length < max) return null
    const older = settled.filter(([, it]) => it.connection !== connection)
    for (const [packetId] of older.slice(0, this.#open.size - max)) this.#delete(packetId)
    if (older.length > 0) return null
    // The PUBRECs before it leave first.
    await new Promise(setImmediate)
    return new ConnectionEnd(`${max} QoS 2 messages wait for their PUBREL`, 'too_many_unreleased')
  }
}
