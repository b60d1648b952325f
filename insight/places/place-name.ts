import { RADIUS_M, type Settlements } from './settlements.ts'

/** Farther settlements say little about a position. */
const NEAR_M = 30_000

/** The name of a position in degrees: a settlement, "near" a settlement, or the coordinates. */
export function settlementName(settlements: Settlements, lat: number, lon: number): string {
  // The first search is smaller, and mostly enough.
  const found = settlements.nearest(lat, lon, RADIUS_M) ?? settlements.nearest(lat, lon, NEAR_M)
  if (found === undefined) return coordinates(lat, lon)
  return found.distanceM <= found.radiusM ? found.name : `near ${found.name}`
}

/** Such as "51.5074, -0.1278": 11 m. */
export function coordinates(lat: number, lon: number): string {
  // Without the sum, a small negative number would be "-0.0000".
  const text = (degrees: number) => (Math.round(degrees * 1e4) / 1e4 + 0).toFixed(4)
  return `${text(lat)}, ${text(lon)}`
}
