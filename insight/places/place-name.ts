import type { Settlements } from './settlements.ts'

/** From this distance on, a settlement is "near" the position, and the position not in it. */
const IN_M = 5000
/** Farther settlements say little about a position. */
const NEAR_M = 30_000

/** The name of a position in degrees: a settlement, "near" a settlement, or the coordinates. */
export function settlementName(settlements: Settlements, lat: number, lon: number): string {
  const near = settlements.nearest(lat, lon, IN_M)
  if (near) return near.name
  const far = settlements.nearest(lat, lon, NEAR_M)
  return far ? `near ${far.name}` : coordinates(lat, lon)
}

/** Such as "51.5074, -0.1278": 11 m. */
export function coordinates(lat: number, lon: number): string {
  // Without the sum, a small negative number would be "-0.0000".
  const text = (degrees: number) => (Math.round(degrees * 1e4) / 1e4 + 0).toFixed(4)
  return `${text(lat)}, ${text(lon)}`
}
