import type { PublishPacket } from 'aedes'
import { parseVehicleTopic } from '../../../contract/topics.ts'
import type { Identity } from '../identity.ts'
import type { StatusOwners } from '../presence/status-owners.ts'
import { withoutEarlier } from './without-earlier.ts'

/** Whether a status is of a vehicle that had its key earlier. Administrators and services see every vehicle. */
export function isOfEarlierVehicle(
  { account, role }: Identity,
  topic: string,
  owners: StatusOwners,
): boolean {
  const parsed = role === 'user' ? parseVehicleTopic(topic) : undefined
  return parsed?.kind === 'status' && account !== undefined && !owners.maySee(account, parsed.vehicle)
}

/** A packet without what happened before the beginning of the user's grant; `null` if nothing is left of it. */
export function visiblePacket<P extends PublishPacket>({ account, role }: Identity, packet: P): P | null {
  if (role !== 'user' || account === undefined || account.seenFromUs.size === 0) return packet
  const parsed = parseVehicleTopic(packet.topic)
  const vehicleId = parsed && account.keys.get(parsed.vehicle)
  const seenFromUs = vehicleId === undefined ? undefined : account.seenFromUs.get(vehicleId)
  if (parsed === undefined || seenFromUs === undefined) return packet
  const payload = withoutEarlier(parsed.kind, packet.payload, { seenFromUs, nowUs: Date.now() * 1000 })
  return payload === undefined ? null : { ...packet, payload }
}
