import type { Aedes, Client } from 'aedes'
import { parseVehicleTopic } from '../../../contract/topics.ts'

/** The return code of a subscription that was not granted [MQTT-3.9.3-2]; aedes lists such subscriptions as well. */
const DENIED: number = 128

/**
 * Knows whether there are subscribers to raw telemetry, which is rare. Only then are messages given to aedes for forwarding.
 */
export function createTelemetrySubscribers(aedes: Aedes): { any(): boolean } {
  const filters = new Map<Client, Set<string>>()

  aedes.on('subscribe', (subscriptions, client) => {
    const added = subscriptions
      .filter(({ topic, qos }) => qos !== DENIED && parseVehicleTopic(topic)?.kind === 'telemetry')
      .map(({ topic }) => topic)
    if (added.length > 0) filters.set(client, new Set([...(filters.get(client) ?? []), ...added]))
  })
  aedes.on('unsubscribe', (removed, client) => {
    const left = filters.get(client)
    for (const topic of removed) left?.delete(topic)
    if (left?.size === 0) filters.delete(client)
  })
  aedes.on('clientDisconnect', (client) => filters.delete(client))

  return { any: () => filters.size > 0 }
}
