import { MS_PER_HOUR, toInteger } from './units.ts'

/** Between readings that are closer in time, no corner is lost; over a longer time, two speeds say little of the others. */
const CORNER_MIN_MS = 5000
const CORNER_MAX_MS = 30_000
/** m/h; a slower vehicle may have stood between the readings, so its speeds say nothing about the way. */
const CORNER_SPEED_MIN = 5000

/**
 * Length of the way between two positions in mm. It is longer than the line between them if the vehicle turned a
 * corner. That is assumed if the mean of the reported speeds leads at least 10 % further. The length is then the mean of
 * both figures, and at most that of a right angle.
 *
 * @param lineMm length of the line between the positions
 * @param from m/h, reported at the first position; `null` if it is unknown
 * @param to the same at the second position
 */
export function wayMm(lineMm: number, ms: number, from: number | null, to: number | null): number {
  if (ms < CORNER_MIN_MS || ms > CORNER_MAX_MS || from === null || to === null) return lineMm
  if (from < CORNER_SPEED_MIN || to < CORNER_SPEED_MIN) return lineMm
  // m/h times ms are 1000/MS_PER_HOUR mm
  const drivenMm = toInteger(((from + to) * ms * 1000) / (2 * MS_PER_HOUR))
  if (10 * drivenMm < 11 * lineMm) return lineMm
  return Math.min(toInteger((lineMm + drivenMm) / 2), toInteger(lineMm * Math.SQRT2))
}
