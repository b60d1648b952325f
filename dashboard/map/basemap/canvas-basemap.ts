import { basemapPalette } from './basemap-palette.ts'
import type { Basemap, BasemapOptions } from './basemap.ts'
import { type Camera, fromScreen, viewBounds, ZOOM_MAX, ZOOM_MIN } from '../camera/camera.ts'
import { handleCanvasInput } from './canvas-input.ts'
import { graticule, graticuleStep } from './graticule.ts'
import { nearestDx, worldPx, xOfLon, yOfLat } from '../camera/mercator.ts'
import { loadWorldOrSea, WORLD_ATTRIBUTION } from './world.ts'

/** A basemap for browsers without WebGL2: land and borders on a 2D canvas, north up. `undefined` without a canvas. */
export async function openCanvasBasemap(
  options: BasemapOptions,
  signal: AbortSignal,
): Promise<Basemap | undefined> {
  const canvas = document.createElement('canvas')
  canvas.className = 'map-view__canvas'
  const context = canvas.getContext('2d', { alpha: false })
  if (context === null) return undefined
  const world = await loadWorldOrSea(signal, options.onProblem)
  const land = pathOf(world.land.coordinates.flat())
  const borders = pathOf(world.borders.coordinates)
  signal.throwIfAborted()
  canvas.tabIndex = 0
  canvas.setAttribute('role', 'application')
  canvas.setAttribute('aria-label', options.label)
  options.container.append(canvas, attribution())

  const camera: Camera = { ...options.start, bearing: 0, width: 0, height: 0 }
  let { isDark } = options
  let frame = 0
  let isHeld = false
  let cancelMove = () => {}
  const draw = () => {
    frame = 0
    drawWorld(context, camera, { land, borders }, isDark)
    options.onCamera()
  }
  const redraw = () => {
    frame ||= requestAnimationFrame(draw)
  }
  const set = ({ x, y, zoom }: Partial<Camera>) => {
    camera.x += nearestDx((x ?? camera.x) - camera.x)
    camera.y = Math.min(Math.max(y ?? camera.y, 0), 1)
    camera.zoom = Math.min(Math.max(zoom ?? camera.zoom, ZOOM_MIN), ZOOM_MAX)
    redraw()
  }
  const moveTo: Basemap['moveTo'] = (to, { durationMs = 0, isSteady = false } = {}) => {
    cancelMove()
    if (durationMs === 0) {
      set(to)
      options.onRest()
      return
    }
    cancelMove = animate(camera, to, durationMs, isSteady, set, options.onRest)
  }
  const stopInput = handleCanvasInput(canvas, {
    pan(dx, dy) {
      cancelMove()
      set(fromScreen(camera, camera.width / 2 - dx, camera.height / 2 - dy))
    },
    zoom(by, screenX, screenY) {
      cancelMove()
      const under = fromScreen(camera, screenX, screenY)
      set({ zoom: camera.zoom + by })
      const now = fromScreen(camera, screenX, screenY)
      set({ x: camera.x + under.x - now.x, y: camera.y + under.y - now.y })
    },
    step: (change) =>
      moveTo({ zoom: camera.zoom + change.zoom, ...stepped(camera, change) }, { durationMs: 200 }),
    held(now) {
      isHeld = now
      if (now) options.onDrag()
      else options.onRest()
    },
    rest: options.onRest,
  })
  const resize = new ResizeObserver(() => {
    camera.width = options.container.clientWidth
    camera.height = options.container.clientHeight
    canvas.width = camera.width * devicePixelRatio
    canvas.height = camera.height * devicePixelRatio
    draw()
  })
  resize.observe(options.container)
  return {
    focusable: canvas,
    camera: () => ({ ...camera }),
    moveTo,
    isHeld: () => isHeld,
    addOverlay: undefined,
    setDark(newDark) {
      isDark = newDark
      redraw()
    },
    close() {
      cancelMove()
      cancelAnimationFrame(frame)
      resize.disconnect()
      stopInput()
      canvas.remove()
    },
  }
}

function stepped(camera: Camera, { x, y }: { x: number; y: number }): { x: number; y: number } {
  return fromScreen(camera, camera.width / 2 + x * 100, camera.height / 2 + y * 100)
}

/** Returns how to stop it on its way. */
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

function drawWorld(
  context: CanvasRenderingContext2D,
  camera: Camera,
  { land, borders }: { land: Path2D; borders: Path2D },
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

/** In Mercator coordinates, so that the canvas' transform does the rest. */
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

function attribution(): HTMLElement {
  const element = document.createElement('p')
  element.className = 'map-view__attribution'
  const link = document.createElement('a')
  link.href = WORLD_ATTRIBUTION.url
  link.target = '_blank'
  link.rel = 'noreferrer'
  link.textContent = WORLD_ATTRIBUTION.text
  element.append(link)
  return element
}
