import type { Bounds } from '../camera/camera.ts'
import { latOfY, lonOfX, worldPx } from '../camera/mercator.ts'

const STEPS = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]
const SPACING_PX_MIN = 110
const LAT_END = 80

/** Degrees between two lines: the finest step that leaves room between them. */
export function graticuleStep(zoom: number): number {
  const pxPerDegree = worldPx(zoom) / 360
  return STEPS.findLast((it) => it * pxPerDegree >= SPACING_PX_MIN) ?? 30
}

/** The meridians and parallels in `bounds`. They show movement where the map has few details. */
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
