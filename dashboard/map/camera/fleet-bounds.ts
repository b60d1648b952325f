import type { VehicleTable } from '../../live/vehicle-table.ts'
import type { Bounds } from './camera.ts'
import { xOfLon, yOfLat } from './mercator.ts'

/** The bounds of all shown vehicles, across the edge of the world if that is narrower. `undefined` if none has a position. */
export function fleetBounds(table: VehicleTable, mask: Uint8Array): Bounds | undefined {
  const whole: Bounds = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }
  // The bounds with x from 0.5 to 1.5 instead.
  const across = { minX: Infinity, maxX: -Infinity }
  for (let row = 0; row < table.count; row++) {
    const lat = table.lat[row] ?? NaN
    if (mask[row] === 0 || Number.isNaN(lat)) continue
    const x = xOfLon(table.lon[row] ?? NaN)
    const y = yOfLat(lat)
    const shifted = x < 0.5 ? x + 1 : x
    whole.minX = Math.min(whole.minX, x)
    whole.maxX = Math.max(whole.maxX, x)
    whole.minY = Math.min(whole.minY, y)
    whole.maxY = Math.max(whole.maxY, y)
    across.minX = Math.min(across.minX, shifted)
    across.maxX = Math.max(across.maxX, shifted)
  }
  if (whole.minX === Infinity) return undefined
  return across.maxX - across.minX < whole.maxX - whole.minX ? { ...whole, ...across } : whole
}
