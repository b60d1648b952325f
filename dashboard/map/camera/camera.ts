import { nearestDx, WORLD_PX, worldPx } from './mercator.ts'

/** The visible part of the world: Mercator coordinates of the middle, bearing in degrees, size in CSS pixels. */
export interface Camera {
  x: number
  y: number
  zoom: number
  bearing: number
  width: number
  height: number
}

/** A rectangle in Mercator coordinates; x may go beyond 0 and 1 where the map repeats. */
export interface Bounds {
  minX: number
  minY: number
  maxX: number
  maxY: number
}

export interface ScreenPoint {
  x: number
  y: number
}

export const ZOOM_MIN = 1
export const ZOOM_MAX = 19

/** Converts Mercator coordinates to a point of the screen. Writes it to `out`, which is returned. */
export function toScreen(
  camera: Camera,
  x: number,
  y: number,
  out: ScreenPoint = { x: 0, y: 0 },
): ScreenPoint {
  const scale = worldPx(camera.zoom)
  const dx = nearestDx(x - camera.x) * scale
  const dy = (y - camera.y) * scale
  const cos = Math.cos((camera.bearing * Math.PI) / 180)
  const sin = Math.sin((camera.bearing * Math.PI) / 180)
  out.x = camera.width / 2 + dx * cos + dy * sin
  out.y = camera.height / 2 - dx * sin + dy * cos
  return out
}

/** The Mercator coordinates of a point on the screen. */
export function fromScreen(camera: Camera, screenX: number, screenY: number): ScreenPoint {
  const scale = worldPx(camera.zoom)
  const dx = (screenX - camera.width / 2) / scale
  const dy = (screenY - camera.height / 2) / scale
  const cos = Math.cos((camera.bearing * Math.PI) / 180)
  const sin = Math.sin((camera.bearing * Math.PI) / 180)
  return { x: camera.x + dx * cos - dy * sin, y: camera.y + dx * sin + dy * cos }
}

/** The bounds of the view, extended on each side by `margin` times its width and height. */
export function viewBounds({ x, y, zoom, bearing, width, height }: Camera, margin = 0): Bounds {
  const cos = Math.abs(Math.cos((bearing * Math.PI) / 180))
  const sin = Math.abs(Math.sin((bearing * Math.PI) / 180))
  const scale = (0.5 + margin) / worldPx(zoom)
  const halfX = (width * cos + height * sin) * scale
  const halfY = (width * sin + height * cos) * scale
  return { minX: x - halfX, minY: y - halfY, maxX: x + halfX, maxY: y + halfY }
}

export function contains(outer: Bounds, inner: Bounds): boolean {
  return (
    inner.minX >= outer.minX &&
    inner.maxX <= outer.maxX &&
    inner.minY >= outer.minY &&
    inner.maxY <= outer.maxY
  )
}

/** The nearest camera, north up, that shows `bounds` with a padding of `paddingPx`. */
export function fitCamera(
  bounds: Bounds,
  { width, height }: { width: number; height: number },
  { paddingPx = 56, zoomMax = 15 }: { paddingPx?: number; zoomMax?: number } = {},
): Pick<Camera, 'x' | 'y' | 'zoom'> {
  // Keeps some room in a window that is hardly larger than the padding.
  const roomX = Math.max(width - 2 * paddingPx, width / 4, 1)
  const roomY = Math.max(height - 2 * paddingPx, height / 4, 1)
  const zoomX = Math.log2(roomX / (WORLD_PX * Math.max(bounds.maxX - bounds.minX, 1e-12)))
  const zoomY = Math.log2(roomY / (WORLD_PX * Math.max(bounds.maxY - bounds.minY, 1e-12)))
  return {
    x: (bounds.minX + bounds.maxX) / 2,
    y: (bounds.minY + bounds.maxY) / 2,
    zoom: Math.min(Math.max(Math.min(zoomX, zoomY), ZOOM_MIN), zoomMax),
  }
}
