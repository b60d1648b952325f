import type { Aedes, Client } from 'aedes'
import { vehicleTopic } from '../../../contract/topics.ts'
import type { CommandDispatcher } from '../../commands-link.ts'
import { CommandOutbox } from './command-outbox.ts'
import type { Outboxes } from './outbox.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { subscribedQosOf } from './subscribed-qos.ts'

/** Gives each connection of a device an outbox while the device is subscribed to its commands. */
export function followCommandSubscribers(options: {
  aedes: Aedes
  sessions: Sessions
  outboxes: Outboxes
  dispatcher: CommandDispatcher
}): void {
  const { aedes, sessions, outboxes, dispatcher } = options
  const commandOutboxes = new WeakMap<Session, CommandOutbox>()

  /** Called for every subscription and at each login: a kept session has its subscriptions already. */
  function attach(client: Client): void {
    const session = sessions.of(client.conn)
    const device = session?.identity?.device
    if (session === undefined || device === undefined || session.edge.destroyed) return
    const topic = vehicleTopic(device.vehicleKey, 'commands')
    const qos = subscribedQosOf(client, topic)
    if (qos === undefined) return
    const existing = commandOutboxes.get(session)
    if (existing !== undefined) {
      existing.qos = qos
      return dispatcher.attach(existing)
    }
    const { edge } = session
    const outbox = new CommandOutbox({ ...device, outbox: outboxes.of(edge), topic, qos })
    commandOutboxes.set(session, outbox)
    edge.once('close', () => dispatcher.detach(outbox))
    dispatcher.attach(outbox)
  }

  aedes.on('clientReady', attach)
  // After its SUBACK was written.
  aedes.on('subscribe', (_subscriptions, client) => attach(client))
  aedes.on('unsubscribe', (filters, client) => {
    const session = sessions.of(client.conn)
    const outbox = session && commandOutboxes.get(session)
    const vehicle = session?.identity?.device?.vehicleKey
    if (outbox === undefined || vehicle === undefined) return
    if (filters.includes(vehicleTopic(vehicle, 'commands'))) dispatcher.detach(outbox)
  })
}
