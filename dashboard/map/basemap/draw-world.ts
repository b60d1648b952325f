import { basemapPalette } from './basemap-palette.ts'
import { type Camera, viewBounds } from '../camera/camera.ts'
import { worldPx, xOfLon, yOfLat } from '../camera/mercator.ts'
import { graticule, graticuleStep } from './graticule.ts'
import type { World } from './world-shapes.ts'

/** Land and borders in Mercator coordinates, which the canvas' transform brings to the screen. */
export interface WorldPaths {
  land: Path2D
  borders: Path2D
}

export function worldPaths({ land, borders }: World): WorldPaths {
  return { land: pathOf(land.coordinates.flat()), borders: pathOf(borders.coordinates) }
}

/** Fills the canvas with water, land, borders and a graticule. */
export function drawWorld(
  context: CanvasRenderingContext2D,
  camera: Camera,
  { land, borders }: WorldPaths,
  isDark: boolean,
): void {
  const palette = basemapPalette(isDark)
  const ratio = devicePixelRatio
  const scale = worldPx(camera.zoom) * ratio
  const { minX, maxX } = viewBounds(camera)
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.fillStyle = palette.water
  context.fillRect(0, 0, context.canvas.width, context.canvas.height)
  context.lineWidth = ratio / scale
  // Land may reach from one repetition of the world into the next.
  for (let copy = Math.floor(minX) - 1; copy < maxX; copy++) {
    const left = context.canvas.width / 2 + (copy - camera.x) * scale
    context.setTransform(scale, 0, 0, scale, left, context.canvas.height / 2 - camera.y * scale)
    context.fillStyle = palette.land
    context.fill(land)
    context.strokeStyle = palette.coast
    context.stroke(land)
    context.strokeStyle = palette.border
    context.stroke(borders)
  }
  const lines = pathOf(graticule(viewBounds(camera), graticuleStep(camera.zoom)).coordinates)
  const left = context.canvas.width / 2 - camera.x * scale
  context.setTransform(scale, 0, 0, scale, left, context.canvas.height / 2 - camera.y * scale)
  context.strokeStyle = palette.graticule
  context.stroke(lines)
}

function pathOf(lines: readonly GeoJSON.Position[][]): Path2D {
  const path = new Path2D()
  for (const line of lines) {
    for (const [i, [lon = 0, lat = 0]] of line.entries()) {
      if (i === 0) path.moveTo(xOfLon(lon), yOfLat(lat))
      else path.lineTo(xOfLon(lon), yOfLat(lat))
    }
  }
  return path
}
