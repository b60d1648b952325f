import type { Aedes, Client } from 'aedes'
import { vehicleTopic } from '../../contract/topics.ts'
import type { CommandDesk } from '../commands-link.ts'
import { CommandOutbox } from './command-outbox.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

/** Gives the connections of devices that have subscribed to their commands an outbox, for as long as they do. */
export function followCommandSubscribers(options: {
  aedes: Aedes
  sessions: Sessions
  desk: CommandDesk
}): void {
  const { aedes, sessions, desk } = options
  const outboxes = new WeakMap<Session, CommandOutbox>()

  /** Also when nothing of the kind was subscribed to now: a session that was kept has its subscriptions already. */
  function attach(client: Client): void {
    const session = sessions.of(client.conn)
    const device = session?.identity?.device
    if (session === undefined || device === undefined || session.edge.destroyed) return
    const topic = vehicleTopic(device.vehicleKey, 'commands')
    const subscribedQos = qosOf(client, topic)
    if (subscribedQos === undefined) return
    const qos = subscribedQos === 0 ? 0 : 1
    const existing = outboxes.get(session)
    if (existing !== undefined) {
      existing.qos = qos
      return desk.attach(existing)
    }
    const { edge } = session
    const outbox = new CommandOutbox({ ...device, edge, topic, qos })
    outboxes.set(session, outbox)
    edge.takePuback = (packetId) => outbox.onPuback(packetId)
    edge.once('close', () => desk.detach(outbox))
    desk.attach(outbox)
  }

  aedes.on('clientReady', attach)
  // After its SUBACK was written.
  aedes.on('subscribe', (_subscriptions, client) => attach(client))
  aedes.on('unsubscribe', (filters, client) => {
    const session = sessions.of(client.conn)
    const outbox = session && outboxes.get(session)
    const vehicle = session?.identity?.device?.vehicleKey
    if (outbox === undefined || vehicle === undefined) return
    if (filters.includes(vehicleTopic(vehicle, 'commands'))) desk.detach(outbox)
  })
}

/** By topic filter; aedes does not declare it. */
function qosOf(client: Client, topic: string): number | undefined {
  const { subscriptions } = client as Client & { subscriptions?: Record<string, { qos: number } | undefined> }
  return subscriptions?.[topic]?.qos
}
