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

/** The interval of checks whether reports have ended, and the time until a failed check is repeated. */
const CHECK_MS = 1000

interface PresenceOptions {
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
}

/**
 * Reports connects and disconnects of devices to the presence, the live feed and subscribers to `fleet/{v}/status`, which is
 * retained. A vehicle is online while one of its devices is connected, and for `staleAfterMs` after a report over HTTP. Resolves
 * when the statuses of all vehicles are retained.
 */
export async function followPresence(options: PresenceOptions): Promise<VehiclePresence> {
  const { store, live, scopes, owners, publishRetained, staleAfterMs, log } = options
  const connected = createVehicleCount()
  const reporting = new ReportingVehicles()
  const retained = createRetainedStatuses({
    isHere: (vehicleId) => connected.has(vehicleId) || reporting.has(vehicleId),
    owners,
    publishRetained,
  })

  function publishOnline(vehicleId: number, vehicleKey: string, online: boolean): void {
    if (online || !reporting.has(vehicleId)) retained.publishOnline(vehicleId, vehicleKey, online)
    live.online(vehicleId, online)
  }

  function noteReports(statuses: readonly VehicleStatus[]): void {
    for (const { vehicleId, untilMs } of statuses)
      // By the database's clock the reports may end a moment later than by ours.
      if (untilMs !== null) reporting.note(vehicleId, Math.max(untilMs, Date.now() + CHECK_MS))
  }

  function learn(statuses: readonly VehicleStatus[]): void {
    retained.learn(statuses)
    noteReports(statuses)
  }

  function come({ vehicleId, vehicleKey }: Device): void {
    if (connected.add(vehicleId)) publishOnline(vehicleId, vehicleKey, true)
    else retained.rename(vehicleId, vehicleKey)
  }

  function go({ vehicleId, vehicleKey }: Device): void {
    if (connected.remove(vehicleId)) publishOnline(vehicleId, vehicleKey, false)
  }

  // An empty payload removes a retained message [MQTT-3.3.1-10].
  scopes.onVehiclesGone((ids) => {
    for (const id of ids) reporting.forget(id)
    for (const key of owners.forget(ids)) publishRetained(vehicleTopic(key, 'status'), Buffer.alloc(0))
  })

  followDevices(options, come, go)
  scopes.onVehiclesChange((vehicleId, vehicleKey) => retained.rename(vehicleId, vehicleKey))
  scopes.onReread(async () => {
    const statuses = await store.statuses()
    retained.learnAll(statuses)
    noteReports(statuses)
  })
  store.onStatuses(learn)
  learn(await store.statuses())
  const checkEnded = createReportCheck({ reporting, store, learn, log })
  const checking = setInterval(() => void checkEnded(), CHECK_MS)
  return {
    reported({ vehicleId, vehicleKey }, nowMs) {
      reporting.note(vehicleId, nowMs + staleAfterMs)
      if (!retained.isOnline(vehicleId)) retained.publishOnline(vehicleId, vehicleKey, true)
    },
    close: () => clearInterval(checking),
  }
}

/** Calls `come` and `go` when a device has connected or disconnected. */
function followDevices(
  { aedes, sessions, store }: PresenceOptions,
  come: (device: Device) => void,
  go: (device: Device) => void,
): void {
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
}

/** Counts the connected devices of each vehicle; a set of them would cost ten thousand vehicles 3 MB. */
function createVehicleCount() {
  const connected = new Map<number, number>()

  return {
    has: (vehicleId: number) => connected.has(vehicleId),
    /** Whether it is the vehicle's first device. */
    add(vehicleId: number): boolean {
      const others = connected.get(vehicleId) ?? 0
      connected.set(vehicleId, others + 1)
      return others === 0
    },
    /** Whether it was the vehicle's last device. */
    remove(vehicleId: number): boolean {
      const left = (connected.get(vehicleId) ?? 0) - 1
      if (left > 0) connected.set(vehicleId, left)
      else connected.delete(vehicleId)
      return left <= 0
    },
  }
}

/**
 * Asks the database whether vehicles are still online when their reports seem to have ended. Another broker may have received
 * later reports, or a report of another device of the vehicle.
 */
function createReportCheck(parts: {
  reporting: ReportingVehicles
  store: PresenceStore
  learn: (statuses: readonly VehicleStatus[]) => void
  log: Log
}): () => Promise<void> {
  const { reporting, store, learn, log } = parts
  let isChecking = false

  return async () => {
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
}
