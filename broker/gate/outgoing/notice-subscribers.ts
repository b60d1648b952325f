import type { Aedes, Client } from 'aedes'
import { vehicleTopic } from '../../../contract/topics.ts'
import type { GateMetrics } from '../metrics.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { createKeptNotices } from './kept-notices.ts'
import { NoticeOutbox } from './notice-outbox.ts'
import type { Outboxes } from './outbox.ts'
import { subscribedQosOf } from './subscribed-qos.ts'

export interface NoticeSubscribersOptions {
  aedes: Aedes
  sessions: Sessions
  outboxes: Outboxes
  metrics: GateMetrics
}

/** The outboxes of devices that have subscribed to the notices of their vehicle, by the vehicle's key. */
export type NoticeOutboxesOf = (vehicleKey: string) => Iterable<NoticeOutbox>

/** Follows subscriptions of devices to `fleet/{v}/rejected`. */
export function createNoticeSubscribers(options: NoticeSubscribersOptions): NoticeOutboxesOf {
  const { aedes, sessions, outboxes, metrics } = options
  const drop = (count = 1): void => metrics.messagesDropped.inc(count)
  const kept = createKeptNotices(drop)
  /** by the key of their vehicle */
  const subscribers = new Map<string, Map<Session, NoticeOutbox>>()

  /** Called for every subscription and at each login: a kept session has its subscriptions already. */
  function attach(client: Client): void {
    const session = sessions.of(client.conn)
    const device = session?.identity?.device
    if (session === undefined || device === undefined || session.edge.destroyed) return
    const { vehicleKey, deviceId } = device
    const topic = vehicleTopic(vehicleKey, 'rejected')
    const qos = subscribedQosOf(client, topic)
    if (qos === undefined) return
    const others = subscribers.get(vehicleKey) ?? new Map<Session, NoticeOutbox>()
    const existing = others.get(session)
    if (existing !== undefined) {
      existing.qos = qos
      return
    }
    const outbox = new NoticeOutbox({
      outbox: outboxes.of(session.edge),
      deviceId,
      topic,
      qos,
      onDropped: drop,
    })
    subscribers.set(vehicleKey, others.set(session, outbox))
    session.edge.once('close', () => {
      if (!detach(session, vehicleKey)) return
      if (!client.clean) kept.keep(deviceId, outbox.unconfirmed)
    })
    for (const notice of kept.take(deviceId)) if (qos === 1 && !client.clean) outbox.add(notice)
  }

  function detach(session: Session, vehicleKey: string): boolean {
    const others = subscribers.get(vehicleKey)
    const isAttached = others?.delete(session) ?? false
    if (others?.size === 0) subscribers.delete(vehicleKey)
    return isAttached
  }

  aedes.on('clientReady', attach)
  // After its SUBACK was written.
  aedes.on('subscribe', (_subscriptions, client) => attach(client))
  aedes.on('unsubscribe', (filters, client) => {
    const session = sessions.of(client.conn)
    const vehicle = session?.identity?.device?.vehicleKey
    if (session === undefined || vehicle === undefined) return
    if (!session.edge.destroyed && filters.includes(vehicleTopic(vehicle, 'rejected')))
      detach(session, vehicle)
  })

  return (vehicleKey) => subscribers.get(vehicleKey)?.values() ?? []
}
