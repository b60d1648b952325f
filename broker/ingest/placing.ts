import type { Problem } from '../../contract/problems.ts'
import { formatTime, parseTime } from '../../contract/time.ts'
import type { Stay } from '../accept.ts'

/** The stay in which `timeUs` lies, microseconds since 1970; `undefined` if the device was in no vehicle then. */
export function stayAt(stays: readonly Stay[], timeUs: number): Stay | undefined {
  // From the newest stay on: most readings are recent.
  return stays.findLast(({ sinceUs, untilUs }) => sinceUs <= timeUs && timeUs < untilUs)
}

/**
 * The time of a refused reading, by which users of the right vehicle see its dead letter. `receivedUs` if the reading has no
 * valid time.
 */
export function timeOf(reading: unknown, receivedUs: number): number {
  const { time } = (reading ?? {}) as { time?: unknown }
  if (typeof time !== 'string' && typeof time !== 'number') return receivedUs
  const timeUs = parseTime(time)
  return typeof timeUs === 'number' ? timeUs : receivedUs
}

/** The problem of a valid reading that cannot be placed. `stay` is in a deleted vehicle, `undefined` if there is no vehicle. */
export function notInVehicle(timeUs: number, stay: Stay | undefined): Problem {
  const why =
    stay === undefined ? 'the device was in no vehicle' : 'the vehicle of the device at that time was deleted'
  return { code: 'not_in_vehicle', pointer: '/time', detail: `at ${formatTime(timeUs)} ${why}` }
}
