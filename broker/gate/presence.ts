import type { Aedes, Client } from 'aedes'
import { vehicleTopic } from '../../contract/topics.ts'
import type { LiveDesk } from '../live-link.ts'
import type { PresenceBook, PresenceLink } from '../presence-link.ts'
import type { Device } from '../registry/registry.ts'
import type { Scopes } from '../registry/scopes.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { StatusOwners } from './status-owners.ts'

/**
 * Tells of devices that come and go: the book, the live feed, and who follows `fleet/{v}/status`, which is retained. A vehicle is
 * online while one of its devices is.
 */
export function followPresence(options: {
  aedes: Aedes
  sessions: Sessions
  book: PresenceBook
  live: Pick<LiveDesk, 'online'>
  /** to whoever has subscribed, now or later */
  publishRetained: (topic: string, payload: Buffer) => void
  owners: StatusOwners
  scopes: Pick<Scopes, 'onVehiclesGone'>
}): void {
  const { aedes, sessions, book, live, publishRetained, owners, scopes } = options
  /** by vehicle key */
  const connected = new Map<string, Set<Session>>()

  function say({ vehicleId, vehicleKey }: Device, online: boolean): void {
    const status = JSON.stringify({ online, since: new Date().toISOString() })
    if (owners.set(vehicleKey, vehicleId))
      publishRetained(vehicleTopic(vehicleKey, 'status'), Buffer.from(status))
    live.online(vehicleId, online)
  }

  function come(session: Session, device: Device): void {
    const others = connected.get(device.vehicleKey)
    if (others !== undefined) return void others.add(session)
    connected.set(device.vehicleKey, new Set([session]))
    say(device, true)
  }

  function go(session: Session, device: Device): void {
    const others = connected.get(device.vehicleKey)
    others?.delete(session)
    if (others?.size !== 0) return
    connected.delete(device.vehicleKey)
    say(device, false)
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
    edge.once('close', () => {
      book.disconnected(link)
      go(session, device)
    })
    book.connected(link)
    come(session, device)
  })
}
