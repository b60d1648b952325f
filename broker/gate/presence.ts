import type { Aedes, Client } from 'aedes'
import type { LiveDesk } from '../live-link.ts'
import type { PresenceBook, PresenceLink } from '../presence-link.ts'
import type { Device } from '../registry/device.ts'
import type { Scopes } from '../registry/scopes.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { StatusOwners } from './status-owners.ts'
import { vehicleTopic } from '../../contract/topics.ts'
import { createStatusBoard } from './status-board.ts'

/**
 * Reports connects and disconnects of devices to the presence, the live feed and subscribers to `fleet/{v}/status`, which is retained. A vehicle is
 * online while one of its devices is. Resolves when the statuses of all vehicles are retained.
 */
export async function followPresence(options: {
  aedes: Aedes
  sessions: Sessions
  book: PresenceBook
  live: Pick<LiveDesk, 'online'>
  scopes: Pick<Scopes, 'onVehiclesChange' | 'onVehiclesGone' | 'onReread'>
  /** to current and later subscribers */
  publishRetained: (topic: string, payload: Buffer) => void
  owners: StatusOwners
}): Promise<void> {
  const { aedes, sessions, book, live, scopes, owners, publishRetained } = options
  /** by vehicle */
  const connected = new Map<number, Set<Session>>()
  const board = createStatusBoard({
    isHere: (vehicleId) => connected.has(vehicleId),
    owners,
    publishRetained,
  })

  function say({ vehicleId, vehicleKey }: Device, online: boolean): void {
    board.say(vehicleId, vehicleKey, online)
    live.online(vehicleId, online)
  }

  function come(session: Session, device: Device): void {
    const others = connected.get(device.vehicleId)
    if (others !== undefined) {
      others.add(session)
      return board.rename(device.vehicleId, device.vehicleKey)
    }
    connected.set(device.vehicleId, new Set([session]))
    say(device, true)
  }

  function go(session: Session, device: Device): void {
    const others = connected.get(device.vehicleId)
    others?.delete(session)
    if (others?.size !== 0) return
    connected.delete(device.vehicleId)
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

  scopes.onVehiclesChange((vehicleId, vehicleKey) => board.rename(vehicleId, vehicleKey))
  scopes.onReread(async () => board.learnAll(await book.statuses()))
  book.onStatuses((statuses) => board.learn(statuses))
  board.learn(await book.statuses())
}
