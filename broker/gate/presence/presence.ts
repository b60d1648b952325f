import type { Aedes, Client } from 'aedes'
import type { LiveFeedInput } from '../../live-link.ts'
import type { PresenceStore, PresenceLink } from '../../presence-link.ts'
import type { Device } from '../../registry/device.ts'
import type { Scopes } from '../../registry/scopes.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { StatusOwners } from './status-owners.ts'
import { vehicleTopic } from '../../../contract/topics.ts'
import { createRetainedStatuses } from './retained-statuses.ts'

/**
 * Reports connects and disconnects of devices to the presence, the live feed and subscribers to `fleet/{v}/status`, which is retained. A vehicle is
 * online while one of its devices is. Resolves when the statuses of all vehicles are retained.
 */
export async function followPresence(options: {
  aedes: Aedes
  sessions: Sessions
  store: PresenceStore
  live: Pick<LiveFeedInput, 'online'>
  scopes: Pick<Scopes, 'onVehiclesChange' | 'onVehiclesGone' | 'onReread'>
  /** to current and later subscribers */
  publishRetained: (topic: string, payload: Buffer) => void
  owners: StatusOwners
}): Promise<void> {
  const { aedes, sessions, store, live, scopes, owners, publishRetained } = options
  /** how many devices of a vehicle are connected; a set of them would cost ten thousand vehicles 3 MB */
  const connected = new Map<number, number>()
  const retained = createRetainedStatuses({
    isHere: (vehicleId) => connected.has(vehicleId),
    owners,
    publishRetained,
  })

  function publishOnline({ vehicleId, vehicleKey }: Device, online: boolean): void {
    retained.publishOnline(vehicleId, vehicleKey, online)
    live.online(vehicleId, online)
  }

  function come(device: Device): void {
    const others = connected.get(device.vehicleId) ?? 0
    connected.set(device.vehicleId, others + 1)
    if (others === 0) publishOnline(device, true)
    else retained.rename(device.vehicleId, device.vehicleKey)
  }

  function go(device: Device): void {
    const left = (connected.get(device.vehicleId) ?? 0) - 1
    if (left > 0) return void connected.set(device.vehicleId, left)
    connected.delete(device.vehicleId)
    publishOnline(device, false)
  }

  // An empty payload removes what is kept [MQTT-3.3.1-10].
  scopes.onVehiclesGone((ids) => {
    for (const key of owners.forget(ids)) publishRetained(vehicleTopic(key, 'status'), Buffer.alloc(0))
  })

  aedes.on('clientReady', (client: Client) => {
    const session = sessions.of(client.conn)
    const device = session?.identity?.device
    if (session === undefined || device === undefined || session.edge.destroyed) return
    const { edge } = session
    const link: PresenceLink = {
      deviceId: device.deviceId,
      get lastPacketMs() {
        return edge.lastPacketMs
      },
    }
    edge.on('close', () => {
      store.disconnected(link)
      go(device)
    })
    store.connected(link)
    come(device)
  })

  scopes.onVehiclesChange((vehicleId, vehicleKey) => retained.rename(vehicleId, vehicleKey))
  scopes.onReread(async () => retained.learnAll(await store.statuses()))
  store.onStatuses((statuses) => retained.learn(statuses))
  retained.learn(await store.statuses())
}
