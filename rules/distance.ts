/** WGS 84. */
const SEMI_MAJOR_AXIS_MM = 6_378_137_000
const ECCENTRICITY_2 = 0.006_694_379_990_14
/** IUGG mean radius. */
const MEAN_RADIUS_MM = 6_371_008_771
const RADIANS_PER_E7 = Math.PI / 180 / 1e7
const HALF_TURN_E7 = 1_800_000_000
/** One degree. Beyond it, the radii of curvature at the middle no longer represent the whole distance. */
const LOCAL_MAX_E7 = 10_000_000

/** A position in 1e-7 degrees. */
export interface Position {
  lat: number
  lon: number
}

/** Difference of two longitudes in 1e-7 degrees, by the shorter way. */
export function lonDifference(from: number, to: number): number {
  const difference = to - from
  if (difference > HALF_TURN_E7) return difference - 2 * HALF_TURN_E7
  return difference < -HALF_TURN_E7 ? difference + 2 * HALF_TURN_E7 : difference
}

/**
 * Distance in mm. Up to a degree it uses the radii of curvature at the middle latitude (error below 0.01 %, away from
 * the poles), beyond that the haversine formula (below 0.6 %).
 */
export function distanceMm(a: Position, b: Position): number {
  const dLat = b.lat - a.lat
  const dLon = lonDifference(a.lon, b.lon)
  if (dLat === 0 && dLon === 0) return 0
  const isLocal = Math.abs(dLat) <= LOCAL_MAX_E7 && Math.abs(dLon) <= LOCAL_MAX_E7
  const mm = isLocal ? localDistance(a.lat + dLat / 2, dLat, dLon) : haversine(a.lat, b.lat, dLon)
  return Math.floor(mm + 0.5)
}

function localDistance(middle: number, dLat: number, dLon: number): number {
  const latitude = middle * RADIANS_PER_E7
  const sine = Math.sin(latitude)
  const w2 = 1 / (1 - ECCENTRICITY_2 * sine * sine)
  const primeVertical = SEMI_MAJOR_AXIS_MM * Math.sqrt(w2)
  const meridional = primeVertical * (1 - ECCENTRICITY_2) * w2
  const north = meridional * dLat * RADIANS_PER_E7
  const east = primeVertical * Math.cos(latitude) * dLon * RADIANS_PER_E7
  return Math.sqrt(north * north + east * east)
}

function haversine(latA: number, latB: number, dLon: number): number {
  const a = latA * RADIANS_PER_E7
  const b = latB * RADIANS_PER_E7
  const h =
    Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin((dLon * RADIANS_PER_E7) / 2) ** 2
  return 2 * MEAN_RADIUS_MM * Math.asin(Math.min(1, Math.sqrt(h)))
}
