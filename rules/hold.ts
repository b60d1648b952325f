import { distanceMm, type Position } from './distance.ts'
import type { Parameters } from './parameters.ts'

/**
 * The position of a vehicle at rest for geofences: the first one at rest, until the vehicle is faster than `movingOff`,
 * or its positions are too far from there. So a receiver that drifts does not carry a parked vehicle across an edge.
 *
 * @param before the held position; `null` if the vehicle was not at rest
 * @param speed m/h as reported; `null` if it is unknown, and then the position is not held
 */
export function holdPosition(
  before: Position | null,
  { lat, lon }: Position,
  speed: number | null,
  { restSpeed, movingOff, holdMm }: Parameters,
): Position | null {
  if (speed === null || speed >= (before === null ? restSpeed : movingOff)) return null
  const position = { lat, lon }
  return before !== null && distanceMm(before, position) <= holdMm ? before : position
}
