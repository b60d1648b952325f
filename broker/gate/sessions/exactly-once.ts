import { createHash } from 'node:crypto'
import type { Client, PublishPacket } from 'aedes'
import type { Delivery } from '../../accept.ts'
import type { KeptSessions } from './kept-sessions.ts'

/** QoS 2: each message is taken once, however often its PUBLISH is sent. */
export interface ExactlyOnce {
  /**
   * Takes a message unless it is a copy. Resolves with the error that ends the connection, or with `null` when the PUBREC
   * may leave. `take` gets the message's `Delivery` if its session outlives the connection.
   * @param isForwarded whether aedes publishes the message
   */
  take(
    message: { client: Client; packet: PublishPacket; payload: Buffer; isForwarded: boolean },
    take: (delivery: Delivery | undefined) => Promise<Error | null>,
  ): Promise<Error | null>
  /** Whether a taken packet only needs its PUBREC. */
  isDone(packet: object): boolean
}

export function createExactlyOnce(sessions: KeptSessions): ExactlyOnce {
  const done = new WeakSet<object>()

  return {
    async take({ client, packet, payload, isForwarded }, take) {
      const { messageId: packetId = 0, topic, dup: isResent } = packet
      const digest = createHash('sha256').update(`${topic}\0`).update(payload).digest('base64url')
      const delivery = client.clean ? undefined : { packetId, isResent, digest }
      const message = { packetId, digest, connection: client.conn }
      const taken = sessions.exchangesOf(client).take(message, () => take(delivery))
      if (taken.isCopy || !isForwarded) done.add(packet)
      return taken.settled
    },
    isDone: (packet) => done.has(packet),
  }
}
