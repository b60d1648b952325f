import { parseVehicleTopic } from '../../contract/topics.ts'
import type { Identity } from './identity.ts'

/**
 * What a device may publish to, of its own vehicle. `status` only as its last will: the broker publishes it itself;
 * `session` never as one, because a connection that is over cannot be renewed.
 */
export type Publication = 'telemetry' | 'commands/ack' | 'status' | 'session'

/**
 * Who may do what with which topic: the table of topics in the contract, and everything else denied.
 * Returns the kind of topic, or undefined when it is denied.
 */
export function mayPublish(identity: Identity, topic: string, isWill: boolean): Publication | undefined {
  const parsed = parseVehicleTopic(topic)
  if (parsed === undefined || identity.device?.vehicleKey !== parsed.vehicle) return undefined
  if (parsed.kind === 'telemetry' || parsed.kind === 'commands/ack') return parsed.kind
  return parsed.kind === (isWill ? 'status' : 'session') ? parsed.kind : undefined
}

/** Whether a subscription is granted. With a wildcard for the vehicle each message is checked by `mayReceive` as well. */
export function maySubscribe(identity: Identity, filter: string): boolean {
  const parsed = parseVehicleTopic(filter)
  if (parsed === undefined) return false
  const { vehicle, kind } = parsed
  if (kind === 'session') return false
  if (identity.role === 'device') {
    return vehicle === identity.device?.vehicleKey && (kind === 'rejected' || kind === 'commands')
  }
  return vehicle === '+' || maySee(identity)
}

/** Whether a message on `topic` may be delivered to this subscriber. */
export function mayReceive(identity: Identity, topic: string): boolean {
  const parsed = parseVehicleTopic(topic)
  if (parsed === undefined || parsed.kind === 'session') return false
  if (identity.role === 'device') return parsed.vehicle === identity.device?.vehicleKey
  return maySee(identity)
}

/** Administrators and services see every vehicle; other users none until vehicles are granted to them. */
function maySee(identity: Identity): boolean {
  return identity.role === 'admin' || identity.role === 'service'
}
