import type { Problem } from '../../../contract/problems.ts'
import { parseVehicleTopic, vehicleTopic } from '../../../contract/topics.ts'
import type { Device } from '../../registry/device.ts'

/** A topic can be 64 KiB long; a problem or a log line shows this much of it. */
export const TOPIC_LENGTH_SHOWN = 200

/**
 * Whether a topic is meant for telemetry, mistyped perhaps: `fleet` first and a later level `telemetry`. Case, blanks
 * around levels and extra slashes do not matter. If such a message ended its connection, its device would send it again
 * forever, and its other readings would wait behind it.
 */
export function looksLikeTelemetry(topic: string): boolean {
  const parsed = parseVehicleTopic(topic)
  if (parsed !== undefined) return parsed.kind === 'telemetry'
  const [first, ...others] = topic
    .toLowerCase()
    .split('/')
    .map((level) => level.trim())
    .filter((level) => level !== '')
  return first === 'fleet' && others.includes('telemetry')
}

/** Whether a topic is the telemetry topic of a vehicle that the device is or was in, also under an earlier key of the vehicle. */
export function isTelemetryTopicOf(device: Device, topic: string): boolean {
  const parsed = parseVehicleTopic(topic)
  if (parsed?.kind !== 'telemetry') return false
  const { vehicleKey, formerKeys } = device
  if (parsed.vehicle === vehicleKey || wasIn(device, parsed.vehicle)) return true
  return formerKeys?.includes(parsed.vehicle) ?? false
}

function wasIn({ stays = [] }: Device, vehicle: string): boolean {
  return stays.some(({ vehicleKey, isGone }) => !isGone && vehicleKey === vehicle)
}

/** Whether a topic is the telemetry topic of some vehicle: the device may know of a move earlier than this broker. */
export function isTelemetryTopic(topic: string): boolean {
  return parseVehicleTopic(topic)?.kind === 'telemetry'
}

/** The problem of a whole message that the device sent to `topic`. */
export function wrongTopic({ vehicleKey }: Device, topic: string): Problem {
  const shown = JSON.stringify(topic.slice(0, TOPIC_LENGTH_SHOWN))
  const right = vehicleTopic(vehicleKey, 'telemetry')
  return {
    code: 'wrong_topic',
    pointer: '',
    detail: `${shown} does not belong to this device, which must publish to ${right}`,
  }
}
