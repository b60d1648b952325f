import { type Camera, fromScreen, ZOOM_MAX, ZOOM_MIN } from '../camera/camera.ts'
import { nearestDx } from '../camera/mercator.ts'
import type { Basemap, BasemapOptions } from './basemap.ts'
import type { CanvasInput } from './canvas-input.ts'

export interface CanvasCamera {
  /** changes in place */
  camera: Camera
  moveTo: Basemap['moveTo']
  isHeld: () => boolean
  /** the reactions to the mouse, to fingers and to keys */
  input: CanvasInput
  /** Cancels the current movement. */
  stop: () => void
}

const STEP_PX = 100
const STEP_MS = 200

/** The camera of the canvas basemap, which needs no map library. `onChange` is called after each change. */
export function createCanvasCamera(options: BasemapOptions, onChange: () => void): CanvasCamera {
  const camera: Camera = { ...options.start, bearing: 0, width: 0, height: 0 }
  let isHeld = false
  let stop = () => {}
  const set = ({ x, y, zoom }: Partial<Camera>) => {
    camera.x += nearestDx((x ?? camera.x) - camera.x)
    camera.y = Math.min(Math.max(y ?? camera.y, 0), 1)
    camera.zoom = Math.min(Math.max(zoom ?? camera.zoom, ZOOM_MIN), ZOOM_MAX)
    onChange()
  }
  const moveTo: Basemap['moveTo'] = (to, { durationMs = 0, isSteady = false } = {}) => {
    stop()
    if (durationMs === 0) {
      set(to)
      options.onRest()
      return
    }
    stop = animate(camera, to, durationMs, isSteady, set, options.onRest)
  }
  const input: CanvasInput = {
    pan(dx, dy) {
      stop()
      set(fromScreen(camera, camera.width / 2 - dx, camera.height / 2 - dy))
    },
    zoom(by, screenX, screenY) {
      stop()
      const under = fromScreen(camera, screenX, screenY)
      set({ zoom: camera.zoom + by })
      const now = fromScreen(camera, screenX, screenY)
      set({ x: camera.x + under.x - now.x, y: camera.y + under.y - now.y })
    },
    step({ x, y, zoom }) {
      const middle = fromScreen(camera, camera.width / 2 + x * STEP_PX, camera.height / 2 + y * STEP_PX)
      moveTo({ zoom: camera.zoom + zoom, ...middle }, { durationMs: STEP_MS })
    },
    held(now) {
      isHeld = now
      if (now) options.onDrag()
      else options.onRest()
    },
    rest: options.onRest,
  }
  return { camera, moveTo, isHeld: () => isHeld, input, stop: () => stop() }
}

/** Animates from `from` to `to`. Returns a function that cancels it. */
function animate(
  from: Camera,
  to: Partial<Camera>,
  durationMs: number,
  isSteady: boolean,
  set: (camera: Partial<Camera>) => void,
  onEnd: () => void,
): () => void {
  const start = { ...from }
  const startMs = performance.now()
  const between = (a: number, b: number | undefined, part: number) => a + ((b ?? a) - a) * part
  const step = () => {
    const done = Math.min((performance.now() - startMs) / durationMs, 1)
    const part = isSteady ? done : 1 - (1 - done) ** 3
    const x = start.x + nearestDx((to.x ?? start.x) - start.x) * part
    set({ x, y: between(start.y, to.y, part), zoom: between(start.zoom, to.zoom, part) })
    if (done < 1) frame = requestAnimationFrame(step)
    else onEnd()
  }
  let frame = requestAnimationFrame(step)
  return () => cancelAnimationFrame(frame)
}
