import type { Problem } from '../../contract/problems.ts'
import { formatTime, parseTime } from '../../contract/time.ts'
import type { Stay } from '../accept.ts'

/** The stay in which `timeUs` lies, microseconds since 1970; `undefined` if the device was in no vehicle then. */
export function stayAt(stays: readonly Stay[], timeUs: number): Stay | undefined {
  // From the newest: most readings are of now.
  return stays.findLast(({ sinceUs, untilUs }) => sinceUs <= timeUs && timeUs < untilUs)
}

/**
 * The time of a reading that was refused, so that its dead letter is seen by users of the vehicle that it was sent for.
 * `receivedUs` if it has none that can be read.
 */
export function timeOf(reading: unknown, receivedUs: number): number {
  const { time } = (reading ?? {}) as { time?: unknown }
  if (typeof time !== 'string' && typeof time !== 'number') return receivedUs
  const timeUs = parseTime(time)
  return typeof timeUs === 'number' ? timeUs : receivedUs
}

/** Why a valid reading of this time cannot be placed. `stay`: the one in a vehicle that was deleted, if any. */
export function notInVehicle(timeUs: number, stay: Stay | undefined): Problem {
  const why =
    stay === undefined ? 'the device was in no vehicle' : 'the vehicle of the device then was deleted'
  return { code: 'not_in_vehicle', pointer: '/time', detail: `at ${formatTime(timeUs)} ${why}` }
}
