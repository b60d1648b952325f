import { NOTICE_REJECTIONS_MAX, type RejectedNotice, type Rejection } from '../../../contract/problems.ts'
import { vehicleTopic } from '../../../contract/topics.ts'
import type { Message, OnRefusedLate, Outcome } from '../../accept.ts'
import type { Device } from '../../registry/device.ts'
import { createNoticeSubscribers, type NoticeSubscribersOptions } from './notice-subscribers.ts'

export interface Notices {
  /** Reports the rejections of a message: to its device, and on the topics of the vehicles that the readings belong to. */
  reportRejected(device: Device, message: Message, outcome: Outcome, packetId: number): void
  /**
   * The same for a message that was acknowledged before, if its device is connected here. Without a packet identifier: the device
   * may have used it again.
   */
  reportLate: OnRefusedLate
}

interface NoticesOptions extends NoticeSubscribersOptions {
  /** to users */
  publish: (topic: string, payload: Buffer) => void
}

/**
 * Notices on `fleet/{v}/rejected`, with QoS 1 to subscribers that requested it. Users get notices from aedes, and their sessions
 * end with their connections. Devices get notices from an outbox with limits.
 */
export function createNotices(options: NoticesOptions): Notices {
  const { sessions, publish } = options
  const outboxesOf = createNoticeSubscribers(options)

  function toVehicle(vehicleKey: string, payload: Buffer, except?: number): void {
    publish(vehicleTopic(vehicleKey, 'rejected'), payload)
    for (const outbox of outboxesOf(vehicleKey)) if (outbox.deviceId !== except) outbox.send(payload)
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
      for (const outbox of outboxesOf(vehicleKey))
        if (outbox.deviceId === deviceId) outbox.send(noticeOf(about, outcome.rejected))
    },
  }
}

function noticeOf(about: Omit<RejectedNotice, 'count' | 'rejected'>, rejected: readonly Rejection[]): Buffer {
  const shown = rejected.slice(0, NOTICE_REJECTIONS_MAX)
  const notice: RejectedNotice = { ...about, count: rejected.length, rejected: shown }
  return Buffer.from(JSON.stringify(notice))
}

/** By the key of the vehicle that each reading belongs to; for a reading without a time or vehicle, the device's own vehicle. */
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
    // The reading's vehicle was deleted, and has no subscribers.
    if (key === '') continue
    const own = byVehicle.get(key)
    if (own === undefined) byVehicle.set(key, [rejection])
    else own.push(rejection)
  }
  return byVehicle
}
