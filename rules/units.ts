/**
 * Integers, so that sums do not depend on their grouping: positions in 1e-7 degrees (11 mm), lengths in mm, times in
 * ms, speeds in m/h, fuel in µl, fuel rates in ml/h, levels in 1/1000 %. Each is exact in a double up to 2^53.
 */

export const MS_PER_HOUR = 3_600_000

/** Rounds half up, and never returns -0, which JSON would turn into 0. */
export function toInteger(value: number): number {
  return Math.floor(value + 0.5)
}

/** Degrees to 1e-7 degrees. */
export const toE7 = (degrees: number): number => toInteger(degrees * 1e7)

/** A contract value in km/h, l/h or % to thousandths: m/h, ml/h or 1/1000 %. */
export const toThousandths = (value: number): number => toInteger(value * 1000)

/** Kilometres of an odometer to mm. */
export const toMm = (km: number): number => toInteger(km * 1e6)

/**
 * The part of `total` that is due after `elapsedMs` of `durationMs`, rounded down. Differences of neighbouring results
 * are the shares of buckets: they add up to `total` exactly, whatever the boundaries.
 */
export function dueAfter(total: number, elapsedMs: number, durationMs: number): number {
  return elapsedMs >= durationMs ? total : Math.floor((total * elapsedMs) / durationMs)
}
