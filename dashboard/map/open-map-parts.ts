import type { Basemap, BasemapOptions } from './basemap/basemap.ts'
import { openCanvasBasemap } from './basemap/canvas-basemap.ts'
import { openCanvasPainter } from './painting/canvas-painter.ts'
import { loadMapConfig } from './map-config.ts'
import type { Painter } from './painting/painter.ts'
import { openWebglPainter } from './painting/webgl-painter.ts'

export interface MapPartsOptions extends BasemapOptions {
  /** the canvas of the vehicles */
  canvas: HTMLCanvasElement
  /** Does not use WebGL even if it is available. */
  isPlain: boolean
  /** The graphics card lost its data, which must be drawn again. */
  onRestored: () => void
}

/** A basemap and the painter over it, with WebGL2, otherwise on 2D canvases. `undefined` if this browser has neither. */
export async function openMapParts(
  { canvas, isPlain, onRestored, ...options }: MapPartsOptions,
  signal: AbortSignal,
): Promise<{ basemap: Basemap; painter: Painter; isFine: boolean } | undefined> {
  const webgl = isPlain ? undefined : openWebglPainter(canvas, onRestored)
  const painter = webgl ?? openCanvasPainter(canvas)
  if (painter === undefined) return undefined
  try {
    const fine = webgl === undefined ? undefined : await openFineBasemap(options, signal)
    const basemap = fine ?? (await openCanvasBasemap(options, signal))
    if (basemap) return { basemap, painter, isFine: webgl !== undefined }
    painter.close()
    return undefined
  } catch (error) {
    painter.close()
    throw error
  }
}

/** `undefined` if MapLibre does not run in this browser. */
async function openFineBasemap(options: BasemapOptions, signal: AbortSignal): Promise<Basemap | undefined> {
  try {
    const [config, { openMaplibreBasemap }] = await Promise.all([
      loadMapConfig(signal),
      import('./basemap/maplibre-basemap.ts'),
    ])
    signal.throwIfAborted()
    return await openMaplibreBasemap(options, config, signal)
  } catch {
    signal.throwIfAborted()
    options.container.replaceChildren()
    return undefined
  }
}
