import type { Client, PublishPacket, Subscription } from 'aedes'
import memory from 'aedes-persistence'
import type { KeptSessions } from './kept-sessions.ts'

type ClientId = Pick<Client, 'id'>

/** The part of aedes' persistence that is called or replaced here; in its own types the module is not a function. */
export interface Persistence {
  /** Keeps a message for later subscribers; without a payload it removes the message of this topic. */
  storeRetained(packet: PublishPacket): Promise<void>
  /** Keeps a message for sessions that outlive their connections. */
  outgoingEnqueueCombi(subscriptions: Subscription[], packet: PublishPacket): Promise<void>
  addSubscriptions(client: Client, subscriptions: Subscription[]): Promise<void>
  subscriptionsByClient(client: ClientId): Promise<Subscription[]>
  cleanSubscriptions(client: ClientId): Promise<void>
  /** Resolves if aedes must only acknowledge the packet; rejects if aedes must publish it. */
  incomingGetPacket(client: Client, packet: { cmd: string; messageId?: number }): Promise<unknown>
  incomingStorePacket(client: Client, packet: PublishPacket): Promise<void>
  incomingDelPacket(client: Client, packet: { messageId?: number }): Promise<void>
  cleanIncoming(client: Client): Promise<void>
}

interface PersistenceOptions {
  isGranted: (client: Client, topic: string) => boolean
  sessions: KeptSessions
  /** whether a PUBLISH with QoS 2 only needs its PUBREC */
  isDone: (packet: object) => boolean
  /** for the durable receipt times of QoS 2 messages: a PUBREL was received; a session begins without a past */
  released: (client: Client, packetId: number) => Promise<void>
  cleaned: (client: Client) => Promise<void>
}

/** Given to a session without subscriptions, from which alone aedes derives session present. It is never granted. */
export const NO_SUBSCRIPTION: Subscription = { topic: '-', qos: 0 }

/**
 * Sessions in memory. aedes passes all filters of a SUBSCRIBE as soon as one of them is granted. Denied filters are left
 * out here, or a persistent session could be filled with them. Incoming QoS 2 messages are kept in `Exchanges`:
 * aedes would keep a message only when it is settled, and would look for copies only then.
 */
export function createPersistence(options: PersistenceOptions): Persistence {
  const { isGranted, sessions, isDone, released, cleaned } = options
  const persistence = (memory as unknown as () => Persistence)()
  const addAll = persistence.addSubscriptions.bind(persistence)
  const readAll = persistence.subscriptionsByClient.bind(persistence)

  return Object.assign(persistence, {
    addSubscriptions: (client, subscriptions) =>
      addAll(
        client,
        subscriptions.filter(({ topic }) => isGranted(client, topic)),
      ),
    async subscriptionsByClient(client) {
      // The subscriptions are from a session that is over, or from another device that had this key.
      if (!sessions.isResumed(client.id)) {
        await persistence.cleanSubscriptions(client)
        return []
      }
      const subscriptions = await readAll(client)
      return subscriptions.length > 0 ? subscriptions : [NO_SUBSCRIPTION]
    },
    // Only devices have kept sessions, and their messages come from an Outbox: see NoticeOutbox for the limits.
    async outgoingEnqueueCombi() {},
    async incomingGetPacket(client, packet) {
      const { cmd, messageId = 0 } = packet
      if (cmd === 'publish' && !isDone(packet)) throw new Error('no such packet')
      // aedes calls this while it reads the PUBREL, and `incomingDelPacket` when packets behind it may have been read. A PUBREL
      // always passes: its message may be from before a restart.
      if (cmd === 'pubrel')
        await sessions.exchangesOf(client).release(messageId, () => released(client, messageId))
      return packet
    },
    async incomingStorePacket() {},
    async incomingDelPacket() {},
    cleanIncoming: cleaned,
  } satisfies Partial<Persistence>)
}
