import { hasServiceScope } from '../../../contract/service-scopes.ts'
import { parseLiveTopic, parseVehicleTopic, scopeOf, type VehicleTopic } from '../../../contract/topics.ts'
import type { Identity } from '../identity.ts'
import { isTelemetryTopicOf } from '../telemetry/telemetry-topic.ts'

/**
 * Topics that a device may publish to: those of its own vehicle, and `telemetry` of the vehicles that it was in before. `status`
 * is allowed only as a last will, because the broker publishes it itself. `session` is never allowed as a last will, because a
 * connection that is over cannot be renewed.
 */
export type Publication = 'telemetry' | 'commands/ack' | 'status' | 'session'

/**
 * Permissions by topic: the table of topics in the contract; everything else is denied.
 * Returns the kind of topic, `undefined` if publishing is denied.
 */
export function mayPublish(identity: Identity, topic: string, isWill: boolean): Publication | undefined {
  const parsed = parseVehicleTopic(topic)
  if (parsed === undefined || identity.device === undefined) return undefined
  if (parsed.kind === 'telemetry') return isTelemetryTopicOf(identity.device, topic) ? parsed.kind : undefined
  if (identity.device.vehicleKey !== parsed.vehicle) return undefined
  if (parsed.kind === 'commands/ack') return parsed.kind
  return parsed.kind === (isWill ? 'status' : 'session') ? parsed.kind : undefined
}

/**
 * Why a publish is denied, a label of a metric. `no_rights`: the connection has lost its rights. `not_a_device`: only devices
 * publish. `other_vehicle`: the topic is another vehicle's. `read_only`: the device may only subscribe to it.
 * `unknown_topic`: the contract does not have the topic. `session_qos_2`: a new token must not come with QoS 2.
 */
export type DenyReason =
  'no_rights' | 'not_a_device' | 'other_vehicle' | 'read_only' | 'session_qos_2' | 'unknown_topic'

/** The reason why `mayPublish` denies a publish. */
export function reasonToDeny(identity: Identity | undefined, topic: string): DenyReason {
  if (identity === undefined) return 'no_rights'
  if (identity.device === undefined) return 'not_a_device'
  const parsed = parseVehicleTopic(topic)
  if (parsed === undefined) return 'unknown_topic'
  return parsed.vehicle === identity.device.vehicleKey ? 'read_only' : 'other_vehicle'
}

/** Topics that users may subscribe to for the vehicles that they see. Commands are between the API and the device. */
const FOR_USERS: ReadonlySet<VehicleTopic> = new Set(['telemetry', 'status', 'rejected', 'alerts', 'events'])

/** Whether a subscription is granted. With a wildcard for the vehicle each message is checked by `mayReceive` as well. */
export function maySubscribe(identity: Identity, filter: string): boolean {
  if (isOwnLiveFeed(identity, filter)) return true
  const parsed = parseVehicleTopic(filter)
  if (parsed === undefined) return false
  const { vehicle, kind } = parsed
  if (kind === 'session') return false
  if (identity.role === 'device') {
    return vehicle === identity.device?.vehicleKey && (kind === 'rejected' || kind === 'commands')
  }
  if (!mayFollow(identity, kind)) return false
  return vehicle === '+' || maySee(identity, vehicle)
}

/** Whether a message on `topic` may be delivered to this subscriber. */
export function mayReceive(identity: Identity, topic: string): boolean {
  if (isOwnLiveFeed(identity, topic)) return true
  const parsed = parseVehicleTopic(topic)
  if (parsed === undefined || parsed.kind === 'session') return false
  if (identity.role === 'device') return parsed.vehicle === identity.device?.vehicleKey
  if (!mayFollow(identity, parsed.kind)) return false
  return maySee(identity, parsed.vehicle)
}

function mayFollow(identity: Identity, kind: VehicleTopic): boolean {
  if (identity.role === 'admin') return true
  if (identity.role === 'service')
    return hasServiceScope(identity, FOR_USERS.has(kind) ? 'mqtt:read' : 'commands:read')
  return FOR_USERS.has(kind)
}

function isOwnLiveFeed(identity: Identity, topic: string): boolean {
  const scope = parseLiveTopic(topic)?.scope
  if (identity.role === 'service' && !hasServiceScope(identity, 'mqtt:read')) return false
  return scope !== undefined && scope === scopeOf(identity)
}

/**
 * Administrators and services see every vehicle. A service that is limited to groups sees the vehicles of these groups. Other
 * users see their own vehicles, and vehicles that were granted to them.
 */
function maySee({ role, groups, account }: Identity, vehicle: string): boolean {
  if (role === 'admin' || (role === 'service' && groups === undefined)) return true
  return account?.keys.has(vehicle) ?? false
}
