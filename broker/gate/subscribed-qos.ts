import type { Client } from 'aedes'

/**
 * The QoS with which a client is sent messages on a topic that it has subscribed to by name; `undefined` if it has not.
 * We send nothing with QoS 2.
 */
export function subscribedQosOf(client: Client, topic: string): 0 | 1 | undefined {
  // By topic filter; aedes does not declare it.
  const { subscriptions } = client as Client & { subscriptions?: Record<string, { qos: number } | undefined> }
  const qos = subscriptions?.[topic]?.qos
  if (qos === undefined) return undefined
  return qos === 0 ? 0 : 1
}
