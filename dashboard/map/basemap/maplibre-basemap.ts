import './maplibre.css'
import { type Map as MaplibreMap, setWorkerUrl, type StyleSpecification } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { basemapPalette } from './basemap-palette.ts'
import { tilesLayers, tilesStyle, worldLayers, worldStyle } from './basemap-style.ts'
import type { Basemap, BasemapOptions, OverlayLayer } from './basemap.ts'
import { latOfY, lonOfX, nearestDx } from '../camera/mercator.ts'
import type { MapConfig } from '../map-config.ts'
import { createMaplibre } from './create-maplibre.ts'
import { createGeofenceLayers, repaint } from './geofence-layers.ts'
import { watchMaplibre } from './watch-maplibre.ts'
import { loadWorldOrSea } from './world.ts'

/** Whose style the map has: an operator's style or tiles, or our own world. */
type StyleKind = 'style' | 'tiles' | 'world'

/** A basemap of MapLibre GL, as the operator configured it. Throws without WebGL2. */
export async function openMaplibreBasemap(
  options: BasemapOptions,
  config: MapConfig,
  signal: AbortSignal,
): Promise<Basemap> {
  // A file of this page: a worker from a blob would need `blob:` in the policy for scripts.
  setWorkerUrl(new URL(workerUrl, location.href).href)
  let { isDark } = options
  const own = async () => worldStyle(await loadWorldOrSea(signal, options.onProblem), isDark)
  const { kind, style } = await configuredStyle(config, isDark, own)
  signal.throwIfAborted()
  const map = createMaplibre(options, style, kind !== 'world')
  const camera = watchMaplibre(map, options)
  const geofences = createGeofenceLayers(map, isDark)
  guardStyle(map, kind === 'style', own, options.onProblem)
  return {
    focusable: map.getCanvas(),
    camera,
    moveTo({ x, y, zoom, bearing }, { durationMs = 0, isSteady = false } = {}) {
      const now = camera()
      const to = {
        center: [lonOfX(now.x + nearestDx((x ?? now.x) - now.x)), latOfY(y ?? now.y)] as [number, number],
        zoom: zoom ?? now.zoom,
        bearing: bearing ?? now.bearing,
      }
      if (durationMs === 0) map.jumpTo(to)
      else map.easeTo({ ...to, duration: durationMs, ...(isSteady && { easing: (part: number) => part }) })
    },
    addOverlay: (overlay) => addOverlay(map, overlay),
    showGeofences: geofences.show,
    isHeld: () => map.dragPan.isActive() || map.scrollZoom.isActive() || map.touchZoomRotate.isActive(),
    setDark(newDark) {
      isDark = newDark
      // An operator's style keeps its colours.
      if (kind !== 'style') recolour(map, kind, isDark)
      geofences.setDark(isDark)
    },
    close: () => map.remove(),
  }
}

async function configuredStyle(
  { styleUrl, tilesUrl, tilesAttribution }: MapConfig,
  isDark: boolean,
  own: () => Promise<StyleSpecification>,
): Promise<{ kind: StyleKind; style: StyleSpecification | string }> {
  if (styleUrl !== undefined) return { kind: 'style', style: styleUrl }
  if (tilesUrl === undefined) return { kind: 'world', style: await own() }
  return { kind: 'tiles', style: tilesStyle(tilesUrl, tilesAttribution ?? '', isDark) }
}

function recolour(map: MaplibreMap, kind: 'tiles' | 'world', isDark: boolean): void {
  repaint(map, kind === 'tiles' ? tilesLayers(isDark) : worldLayers(basemapPalette(isDark)))
}

/** Adds a layer above all others, also to each style that is set later. */
function addOverlay(map: MaplibreMap, overlay: OverlayLayer): void {
  const id = 'overlay'
  const add = () => {
    if (map.getLayer(id)) return
    map.addLayer({
      id,
      type: 'custom',
      renderingMode: '2d',
      onAdd(_, gl) {
        if (gl instanceof WebGL2RenderingContext) overlay.prepare(gl)
      },
      render(gl) {
        if (gl instanceof WebGL2RenderingContext && overlay.drawOver(gl)) map.triggerRepaint()
      },
    })
  }
  if (map.isStyleLoaded()) add()
  map.on('style.load', add)
  overlay.repaint = () => map.triggerRepaint()
  map.on('movestart', () => {
    if (map.getLayer(id)) overlay.start()
  })
  map.on('moveend', () => {
    if (map.isMoving()) return
    overlay.end()
    // Draws the basemap without the overlay.
    map.triggerRepaint()
  })
}

/** If the operator's style cannot be loaded, ours replaces it once. A tile that cannot be loaded is reported once. */
function guardStyle(
  map: MaplibreMap,
  isForeign: boolean,
  own: () => Promise<StyleSpecification>,
  onProblem: (text: string) => void,
): void {
  let hasStyle = false
  let isReported = false
  map.on('style.load', () => {
    hasStyle = true
  })
  map.on('error', ({ error }) => {
    if (isReported) return
    isReported = true
    onProblem(`Part of the map cannot be loaded: ${error.message}`)
    if (hasStyle || !isForeign) return
    own().then(
      (style) => map.setStyle(style),
      () => undefined,
    )
  })
}
