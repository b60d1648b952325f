import type { Aedes, Client } from 'aedes'
import { parseVehicleTopic } from '../../contract/topics.ts'

/**
 * Knows whether anybody follows raw telemetry, which is rare: then messages are given to aedes for forwarding, and
 * otherwise not even offered.
 */
export function createTelemetrySubscribers(aedes: Aedes): { any(): boolean } {
  const filters = new Map<Client, Set<string>>()

  aedes.on('subscribe', (subscriptions, client) => {
    const added = subscriptions
      .map(({ topic }) => topic)
      .filter((it) => parseVehicleTopic(it)?.kind === 'telemetry')
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
