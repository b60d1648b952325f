import type { Aedes, Client } from 'aedes'
import { vehicleTopic } from '../../contract/topics.ts'
import type { PresenceBook, PresenceLink } from '../presence-link.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

/**
 * Tells of devices that come and go: the book, and who follows `fleet/{v}/status`, which is retained. A vehicle is
 * online while one of its devices is.
 */
export function followPresence(options: {
  aedes: Aedes
  sessions: Sessions
  book: PresenceBook
  /** to whoever has subscribed, now or later */
  publishRetained: (topic: string, payload: Buffer) => void
}): void {
  const { aedes, sessions, book, publishRetained } = options
  /** by vehicle key */
  const connected = new Map<string, Set<Session>>()

  function say(vehicle: string, online: boolean): void {
    const status = JSON.stringify({ online, since: new Date().toISOString() })
    publishRetained(vehicleTopic(vehicle, 'status'), Buffer.from(status))
  }

  function come(session: Session, vehicle: string): void {
    const others = connected.get(vehicle)
    if (others !== undefined) return void others.add(session)
    connected.set(vehicle, new Set([session]))
    say(vehicle, true)
  }

  function go(session: Session, vehicle: string): void {
    const others = connected.get(vehicle)
    others?.delete(session)
    if (others?.size !== 0) return
    connected.delete(vehicle)
    say(vehicle, false)
  }

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
      go(session, device.vehicleKey)
    })
    book.connected(link)
    come(session, device.vehicleKey)
  })
}
