/** Web Mercator as a square: x grows to the east and y to the south, from 0 to 1. */

/** Latitude of the square's edge: arctan(sinh(pi)), in degrees. */
export const LAT_MAX = 85.0511287798066
/** Size of the square at zoom 0, as in MapLibre. */
export const WORLD_PX = 512
const RADIANS = Math.PI / 180
const EARTH_CIRCUMFERENCE_M = 40_075_016.686

export function xOfLon(lon: number): number {
  return lon / 360 + 0.5
}

/** Latitudes beyond LAT_MAX are at the edge. */
export function yOfLat(lat: number): number {
  const sine = Math.sin(Math.min(Math.max(lat, -LAT_MAX), LAT_MAX) * RADIANS)
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)
}

export function lonOfX(x: number): number {
  return (x - 0.5) * 360
}

export function latOfY(y: number): number {
  return Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) / RADIANS
}

/** A difference of two x coordinates, the shorter way around the world: -0.5 to 0.5. */
export function nearestDx(dx: number): number {
  return dx - Math.round(dx)
}

/** Width of the world in CSS pixels. */
export function worldPx(zoom: number): number {
  return WORLD_PX * 2 ** zoom
}

export function metresPerPx(lat: number, zoom: number): number {
  return (EARTH_CIRCUMFERENCE_M * Math.cos(lat * RADIANS)) / worldPx(zoom)
}
