import type { Aedes, Client } from 'aedes'
import { NOTICE_REJECTIONS_MAX, type RejectedNotice, type Rejection } from '../../../contract/problems.ts'
import { vehicleTopic } from '../../../contract/topics.ts'
import type { Message, OnRefusedLate, Outcome } from '../../accept.ts'
import type { Device } from '../../registry/device.ts'
import { createKeptNotices } from './kept-notices.ts'
import type { GateMetrics } from '../metrics.ts'
import { NoticeOutbox } from './notice-outbox.ts'
import type { Outboxes } from './outbox.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { subscribedQosOf } from './subscribed-qos.ts'

export interface Notices {
  /** Reports the rejections of a message: to its device, and on the topics of the vehicles that the readings belong to. */
  reportRejected(device: Device, message: Message, outcome: Outcome, packetId: number): void
  /**
   * The same for a message that was acknowledged before, if its device is connected here. Without a packet identifier: the device
   * may have used it again.
   */
  reportLate: OnRefusedLate
}

/**
 * Notices on `fleet/{v}/rejected`, with QoS 1 to subscribers that asked for it. Users get them from aedes, and their sessions end
 * with their connections; devices get them from an outbox with limits.
 */
export function createNotices(options: {
  aedes: Aedes
  sessions: Sessions
  outboxes: Outboxes
  metrics: GateMetrics
  /** to users */
  publish: (topic: string, payload: Buffer) => void
}): Notices {
  const { aedes, sessions, outboxes, metrics, publish } = options
  const drop = (count = 1): void => metrics.messagesDropped.inc(count)
  const kept = createKeptNotices(drop)
  /** connections of devices that have subscribed, by the key of their vehicle */
  const followers = new Map<string, Map<Session, NoticeOutbox>>()

  /** Called for every subscription and at each login: a kept session has its subscriptions already. */
  function attach(client: Client): void {
    const session = sessions.of(client.conn)
    const device = session?.identity?.device
    if (session === undefined || device === undefined || session.edge.destroyed) return
    const { vehicleKey, deviceId } = device
    const topic = vehicleTopic(vehicleKey, 'rejected')
    const qos = subscribedQosOf(client, topic)
    if (qos === undefined) return
    const others = followers.get(vehicleKey) ?? new Map<Session, NoticeOutbox>()
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
    followers.set(vehicleKey, others.set(session, outbox))
    session.edge.once('close', () => {
      if (!detach(session, vehicleKey)) return
      if (!client.clean) kept.keep(deviceId, outbox.unconfirmed)
    })
    for (const notice of kept.take(deviceId)) if (qos === 1 && !client.clean) outbox.add(notice)
  }

  function detach(session: Session, vehicleKey: string): boolean {
    const others = followers.get(vehicleKey)
    const isAttached = others?.delete(session) ?? false
    if (others?.size === 0) followers.delete(vehicleKey)
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

  function toVehicle(vehicleKey: string, payload: Buffer, except?: number): void {
    publish(vehicleTopic(vehicleKey, 'rejected'), payload)
    for (const outbox of followers.get(vehicleKey)?.values() ?? [])
      if (outbox.deviceId !== except) outbox.send(payload)
  }

  function deviceOf(deviceId: number): Device | undefined {
    for (const { identity } of sessions.all())
      if (identity?.device?.deviceId === deviceId) return identity.device
    return undefined
  }

  return {
    reportLate(message, outcome) {
      const device = deviceOf(message.deviceId)
      if (device !== undefined) this.reportRejected(device, message, outcome, 0)
    },
    reportRejected(device, { receivedAtMs }, outcome, packetId) {
      const about = {
        received_at: new Date(receivedAtMs).toISOString(),
        device: device.deviceKey,
        packet_id: packetId === 0 ? null : packetId,
      }
      const { deviceId, vehicleKey } = device
      const byVehicle = rejectedByVehicle(device, outcome)
      for (const [key, rejected] of byVehicle) {
        // The device itself gets one notice with all rejections.
        toVehicle(key, noticeOf(about, rejected), key === vehicleKey ? deviceId : undefined)
      }
      for (const outbox of followers.get(vehicleKey)?.values() ?? [])
        if (outbox.deviceId === deviceId) outbox.send(noticeOf(about, outcome.rejected))
    },
  }
}

function noticeOf(about: Omit<RejectedNotice, 'count' | 'rejected'>, rejected: readonly Rejection[]): Buffer {
  const shown = rejected.slice(0, NOTICE_REJECTIONS_MAX)
  const notice: RejectedNotice = { ...about, count: rejected.length, rejected: shown }
  return Buffer.from(JSON.stringify(notice))
}

/** By the key of the vehicle that each reading belongs to; without a time or vehicle, that of the device's own vehicle. */
function rejectedByVehicle(
  { vehicleKey, stays = [] }: Device,
  { rejected, vehicleIds }: Outcome,
): Map<string, readonly Rejection[]> {
  if (vehicleIds === undefined) return new Map([[vehicleKey, rejected]])
  const keys = new Map(stays.map((stay) => [stay.vehicleId, stay.vehicleKey]))
  const byVehicle = new Map<string, Rejection[]>()
  for (const rejection of rejected) {
    const vehicleId = vehicleIds[rejection.index ?? 0] ?? undefined
    const key = vehicleId === undefined ? vehicleKey : (keys.get(vehicleId) ?? '')
    // Its vehicle was deleted, and has no followers.
    if (key === '') continue
    const own = byVehicle.get(key)
    if (own === undefined) byVehicle.set(key, [rejection])
    else own.push(rejection)
  }
  return byVehicle
}
