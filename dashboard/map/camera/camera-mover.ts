import type { Basemap } from '../basemap/basemap.ts'
import {
  type Bounds,
  type Camera,
  contains,
  fitCamera,
  fromScreen,
  viewBounds,
  ZOOM_MAX,
  ZOOM_MIN,
} from './camera.ts'
import { nearestDx } from './mercator.ts'

const MOVE_MS = 500
/** Margin of the view, as a part of its width and height, in which a place counts as not visible. */
const EDGE = 0.08

export interface Place {
  x: number
  y: number
}

/** Moves the camera so that places are not covered by the panel at the right. */
export interface CameraMover {
  /** Moves a place into the middle. `isSteady` is at constant speed. */
  show: (place: Place, options?: { zoomMin?: number; durationMs?: number; isSteady?: boolean }) => void
  fit: (bounds: Bounds, zoomMax?: number) => void
  zoomBy: (steps: number) => void
  turnNorth: () => void
  sees: (place: Place) => boolean
}

export function createCameraMover(basemap: Basemap, coveredRight: () => number): CameraMover {
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  const move = (to: Partial<Camera>, durationMs = MOVE_MS, isSteady = false) =>
    basemap.moveTo(to, { durationMs: calm.matches ? 0 : durationMs, isSteady })
  /** The camera's middle with which `place` is in the middle of the uncovered part. */
  const around = (place: Place, camera: Camera): Place =>
    fromScreen({ ...camera, ...place }, (camera.width + coveredRight()) / 2, camera.height / 2)
  return {
    show(place, { zoomMin = ZOOM_MIN, durationMs, isSteady } = {}) {
      const camera = basemap.camera()
      const zoom = Math.max(camera.zoom, zoomMin)
      move({ ...around(place, { ...camera, zoom }), zoom }, durationMs, isSteady)
    },
    fit(bounds, zoomMax) {
      const camera = { ...basemap.camera(), bearing: 0 }
      const size = { width: camera.width - coveredRight(), height: camera.height }
      const { zoom, ...middle } = fitCamera(bounds, size, zoomMax === undefined ? {} : { zoomMax })
      move({ ...around(middle, { ...camera, zoom }), zoom, bearing: 0 })
    },
    zoomBy(steps) {
      move({ zoom: Math.min(Math.max(basemap.camera().zoom + steps, ZOOM_MIN), ZOOM_MAX) }, MOVE_MS / 2)
    },
    turnNorth: () => move({ bearing: 0 }),
    sees({ x, y }) {
      const camera = basemap.camera()
      const middle = fromScreen(camera, (camera.width - coveredRight()) / 2, camera.height / 2)
      const seen = viewBounds({ ...camera, ...middle, width: camera.width - coveredRight() }, -EDGE)
      const nearX = middle.x + nearestDx(x - middle.x)
      return contains(seen, { minX: nearX, maxX: nearX, minY: y, maxY: y })
    },
  }
}
