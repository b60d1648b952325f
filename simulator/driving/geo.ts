/**
 * Spherical geometry, after Chris Veness, https://www.movable-type.co.uk/scripts/latlong.html. Degrees and metres; the
 * sphere has the IUGG's mean earth radius.
 */
export interface Position {
  lat: number
  lon: number
}

const EARTH_RADIUS_M = 6_371_008.8
const RADIANS = Math.PI / 180

/** Metres along the great circle (haversine formula). */
export function distanceM(from: Position, to: Position): number {
  const sinLat = Math.sin(((to.lat - from.lat) * RADIANS) / 2)
  const sinLon = Math.sin(((to.lon - from.lon) * RADIANS) / 2)
  const a = sinLat ** 2 + Math.cos(from.lat * RADIANS) * Math.cos(to.lat * RADIANS) * sinLon ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(a)))
}

/** Degrees from north, 0 to below 360, in which the great circle to `to` starts. */
export function bearing(from: Position, to: Position): number {
  const lon = (to.lon - from.lon) * RADIANS
  const fromLat = from.lat * RADIANS
  const toLat = to.lat * RADIANS
  const y = Math.sin(lon) * Math.cos(toLat)
  const x = Math.cos(fromLat) * Math.sin(toLat) - Math.sin(fromLat) * Math.cos(toLat) * Math.cos(lon)
  return normalDegrees(Math.atan2(y, x) / RADIANS)
}

/** The position `metres` from `from` along the great circle that starts with `heading`. */
export function destination(from: Position, heading: number, metres: number): Position {
  const angle = metres / EARTH_RADIUS_M
  const course = heading * RADIANS
  const fromLat = from.lat * RADIANS
  const sinLat = Math.sin(fromLat) * Math.cos(angle) + Math.cos(fromLat) * Math.sin(angle) * Math.cos(course)
  const lon = Math.atan2(
    Math.sin(course) * Math.sin(angle) * Math.cos(fromLat),
    Math.cos(angle) - Math.sin(fromLat) * sinLat,
  )
  return { lat: Math.asin(sinLat) / RADIANS, lon: from.lon + lon / RADIANS }
}

/** The same direction in 0 to below 360. */
export function normalDegrees(degrees: number): number {
  return ((degrees % 360) + 360) % 360
}

/** The angle from one heading to another in the shorter direction: -180 to below 180. */
export function turn(from: number, to: number): number {
  return normalDegrees(to - from + 180) - 180
}
