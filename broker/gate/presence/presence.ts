import type { Aedes, Client } from 'aedes'
import type { Log } from '../../../kit/log.ts'
import type { LiveFeedInput } from '../../live-link.ts'
import type { PresenceStore, PresenceLink, VehicleStatus } from '../../presence-link.ts'
import type { Device } from '../../registry/device.ts'
import type { Scopes } from '../../registry/scopes.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { StatusOwners } from './status-owners.ts'
import { vehicleTopic } from '../../../contract/topics.ts'
import { ReportingVehicles } from './reporting-vehicles.ts'
import { createRetainedStatuses } from './retained-statuses.ts'

export interface VehiclePresence {
  /** A device has reported over HTTP. */
  reported(device: Device, nowMs: number): void
  close(): void
}

/** Also the time until the database is asked again whether a vehicle is still online. */
const CHECK_MS = 1000

/**
 * Reports connects and disconnects of devices to the presence, the live feed and subscribers to `fleet/{v}/status`, which is retained. A vehicle is
 * online while one of its devices is connected, and for `staleAfterMs` after a report over HTTP. Resolves when the statuses of all
 * vehicles are retained.
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
  staleAfterMs: number
  log: Log
}): Promise<VehiclePresence> {
  const { aedes, sessions, store, live, scopes, owners, publishRetained, staleAfterMs, log } = options
  /** how many devices of a vehicle are connected; a set of them would cost ten thousand vehicles 3 MB */
  const connected = new Map<number, number>()
  const reporting = new ReportingVehicles()
  const retained = createRetainedStatuses({
    isHere: (vehicleId) => connected.has(vehicleId) || reporting.has(vehicleId),
    owners,
    publishRetained,
  })

  function publishOnline({ vehicleId, vehicleKey }: Device, online: boolean): void {
    if (online || !reporting.has(vehicleId)) retained.publishOnline(vehicleId, vehicleKey, online)
    live.online(vehicleId, online)
  }

  function noteReports(statuses: readonly VehicleStatus[]): void {
    for (const { vehicleId, untilMs } of statuses)
      // By the database's clock its reports may end a moment later than by ours.
      if (untilMs !== null) reporting.note(vehicleId, Math.max(untilMs, Date.now() + CHECK_MS))
  }

  function learn(statuses: readonly VehicleStatus[]): void {
    retained.learn(statuses)
    noteReports(statuses)
  }

  let isChecking = false
  /** Another broker may have got later reports, or another device of the vehicle: the database knows. */
  async function checkEnded(): Promise<void> {
    if (isChecking) return
    isChecking = true
    const ended = reporting.takeEnded(Date.now())
    try {
      if (ended.length > 0) learn(await store.statuses(ended))
    } catch (error) {
      for (const vehicleId of ended) reporting.note(vehicleId, Date.now() + CHECK_MS)
      log.debug({ event: 'statuses_not_read', err: error }, 'the end of reports over HTTP cannot be checked')
    }
    isChecking = false
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
    for (const id of ids) reporting.forget(id)
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
  scopes.onReread(async () => {
    const statuses = await store.statuses()
    retained.learnAll(statuses)
    noteReports(statuses)
  })
  store.onStatuses(learn)
  learn(await store.statuses())
  const checking = setInterval(() => void checkEnded(), CHECK_MS)
  return {
    reported({ vehicleId, vehicleKey }, nowMs) {
      reporting.note(vehicleId, nowMs + staleAfterMs)
      if (!retained.isOnline(vehicleId)) retained.publishOnline(vehicleId, vehicleKey, true)
    },
    close: () => clearInterval(checking),
  }
}
