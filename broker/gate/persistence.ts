import type { Client, PublishPacket, Subscription } from 'aedes'
import memory from 'aedes-persistence'

/** What we call of aedes' persistence; its own types miss that the module is a function. */
export interface Persistence {
  /** Keeps a message for sessions that outlive their connections. */
  outgoingEnqueueCombi(subscriptions: Subscription[], packet: PublishPacket): Promise<void>
  addSubscriptions(client: Client, subscriptions: Subscription[]): Promise<void>
  /** Resolves with the QoS 2 packet that was received with this id and not yet released; rejects when there is none. */
  incomingGetPacket(client: Client, packet: PublishPacket): Promise<unknown>
}

/**
 * Sessions in memory. aedes hands a SUBSCRIBE's filters over all together as soon as one of them is granted; those that
 * are not are left out here, or a persistent session could be filled with them.
 */
export function createPersistence(isGranted: (client: Client, topic: string) => boolean): Persistence {
  const persistence = (memory as unknown as () => Persistence)()
  const addAll = persistence.addSubscriptions.bind(persistence)
  persistence.addSubscriptions = (client, subscriptions) =>
    addAll(
      client,
      subscriptions.filter(({ topic }) => isGranted(client, topic)),
    )
  // Only devices have sessions that are kept, and what those are sent comes from an Outbox: see NoticeOutbox for its limits.
  persistence.outgoingEnqueueCombi = async () => {}
  return persistence
}
