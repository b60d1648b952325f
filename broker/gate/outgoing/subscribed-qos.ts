import type { Client } from 'aedes'

/** The QoS for messages to a client on a topic that it has subscribed to by name, at most 1; `undefined` if it has not. */
export function subscribedQosOf(client: Client, topic: string): 0 | 1 | undefined {
  // By topic filter; aedes does not declare it.
  const { subscriptions } = client as Client & { subscriptions?: Record<string, { qos: number } | undefined> }
  const qos = subscriptions?.[topic]?.qos
  if (qos === undefined) return undefined
  return qos === 0 ? 0 : 1
}
