import type { Basemap, BasemapOptions } from './basemap.ts'
import { createCanvasCamera } from './canvas-camera.ts'
import { handleCanvasInput } from './canvas-input.ts'
import { drawWorld, worldPaths } from './draw-world.ts'
import { loadWorldOrSea, WORLD_ATTRIBUTION } from './world.ts'

/** A basemap for browsers without WebGL2: land and borders on a 2D canvas, north up. `undefined` if there is no canvas. */
export async function openCanvasBasemap(
  options: BasemapOptions,
  signal: AbortSignal,
): Promise<Basemap | undefined> {
  const canvas = createCanvas(options.label)
  const context = canvas.getContext('2d', { alpha: false })
  if (context === null) return undefined
  const paths = worldPaths(await loadWorldOrSea(signal, options.onProblem))
  signal.throwIfAborted()
  options.container.append(canvas, attribution())

  let { isDark } = options
  let frame = 0
  const draw = () => {
    frame = 0
    drawWorld(context, camera, paths, isDark)
    options.onCamera()
  }
  const redraw = () => {
    frame ||= requestAnimationFrame(draw)
  }
  const { camera, input, moveTo, isHeld, stop } = createCanvasCamera(options, redraw)
  const stopInput = handleCanvasInput(canvas, input)
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
    isHeld,
    addOverlay: undefined,
    showGeofences: undefined,
    setDark(newDark) {
      isDark = newDark
      redraw()
    },
    close() {
      stop()
      cancelAnimationFrame(frame)
      resize.disconnect()
      stopInput()
      canvas.remove()
    },
  }
}

function createCanvas(label: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.className = 'map-view__canvas'
  canvas.tabIndex = 0
  canvas.setAttribute('role', 'application')
  canvas.setAttribute('aria-label', label)
  return canvas
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
