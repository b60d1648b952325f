import type { Bounds } from '../camera/camera.ts'
import { latOfY, lonOfX, worldPx } from '../camera/mercator.ts'

const STEPS = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]
const SPACING_PX_MIN = 110
const LAT_END = 80

/** How many degrees are between two lines: the finest that leaves room between them. */
export function graticuleStep(zoom: number): number {
  const pxPerDegree = worldPx(zoom) / 360
  return STEPS.findLast((it) => it * pxPerDegree >= SPACING_PX_MIN) ?? 30
}

/** Meridians and parallels that cross `bounds`: where the map is coarse they show how it moves. */
export function graticule(bounds: Bounds, step: number): GeoJSON.MultiLineString {
  const west = Math.max(lonOfX(bounds.minX), -180 * 3)
  const east = Math.min(lonOfX(bounds.maxX), 180 * 3)
  const south = Math.max(latOfY(bounds.maxY), -LAT_END)
  const north = Math.min(latOfY(bounds.minY), LAT_END)
  const coordinates: GeoJSON.Position[][] = []
  for (let i = Math.ceil(west / step); i * step <= east; i++) {
    coordinates.push([
      [i * step, south],
      [i * step, north],
    ])
  }
  for (let i = Math.ceil(south / step); i * step <= north; i++) {
    coordinates.push([
      [west, i * step],
      [east, i * step],
    ])
  }
  return { type: 'MultiLineString', coordinates }
}
