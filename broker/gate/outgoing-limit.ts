import type { Client } from 'aedes'
import type { Readable } from 'node:stream'

type ClientId = Pick<Client, 'id'>

/** The part of aedes' persistence that keeps what was sent to a session and not acknowledged. */
export interface Outgoing {
  outgoingEnqueue(subscriber: { clientId: string }, packet: object): Promise<void>
  outgoingEnqueueCombi(subscribers: { clientId: string }[], packet: object): Promise<void>
  /** Resolves with the packet that is kept no longer, if it was. */
  outgoingClearMessageId(client: ClientId, packet: object): Promise<object | undefined>
  outgoingStream(client: ClientId): Readable
}

/** Messages that a session has not acknowledged, as when it is away; the oldest makes room for the next. */
const UNACKNOWLEDGED_MAX = 100

/**
 * Bounds what aedes keeps for each session. Returns what removes all that is kept for a client id.
 */
export function boundOutgoing(persistence: Outgoing): (clientId: string) => Promise<void> {
  const counts = new Map<string, number>()
  const enqueue = persistence.outgoingEnqueueCombi.bind(persistence)
  const clear = persistence.outgoingClearMessageId.bind(persistence)

  async function clearOne(client: ClientId, packet: object): Promise<object | undefined> {
    const cleared = await clear(client, packet)
    const count = counts.get(client.id) ?? 0
    if (cleared === undefined) return undefined
    if (count > 1) counts.set(client.id, count - 1)
    else counts.delete(client.id)
    return cleared
  }

  /** Removes the oldest until at most so many are left. */
  async function shorten(clientId: string, left: number): Promise<void> {
    const client = { id: clientId }
    for await (const packet of persistence.outgoingStream(client) as AsyncIterable<object>) {
      if ((counts.get(clientId) ?? 0) <= left) return
      await clearOne(client, packet)
    }
  }

  async function enqueueBounded(subscribers: { clientId: string }[], packet: object): Promise<void> {
    await enqueue(subscribers, packet)
    for (const { clientId } of subscribers) {
      const count = (counts.get(clientId) ?? 0) + 1
      counts.set(clientId, count)
      if (count > UNACKNOWLEDGED_MAX) await shorten(clientId, UNACKNOWLEDGED_MAX)
    }
  }

  Object.assign(persistence, {
    outgoingEnqueueCombi: enqueueBounded,
    outgoingEnqueue: (subscriber, packet) => enqueueBounded([subscriber], packet),
    outgoingClearMessageId: clearOne,
  } satisfies Partial<Outgoing>)
  return (clientId) => shorten(clientId, 0)
}
