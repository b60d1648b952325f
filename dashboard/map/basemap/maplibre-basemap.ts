import './maplibre.css'
import {
  AttributionControl,
  type GeoJSONSource,
  Map as MaplibreMap,
  setWorkerUrl,
  type StyleSpecification,
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { basemapPalette } from './basemap-palette.ts'
import { GRATICULE_SOURCE, tilesLayers, tilesStyle, worldLayers, worldStyle } from './basemap-style.ts'
import type { Basemap, BasemapOptions, OverlayLayer } from './basemap.ts'
import { type Bounds, type Camera, contains, viewBounds, ZOOM_MAX, ZOOM_MIN } from '../camera/camera.ts'
import { graticule, graticuleStep } from './graticule.ts'
import type { MapConfig } from '../map-config.ts'
import { latOfY, lonOfX, nearestDx, xOfLon, yOfLat } from '../camera/mercator.ts'
import { loadWorldOrSea } from './world.ts'

/** Throws without WebGL2. */
export async function openMaplibreBasemap(
  options: BasemapOptions,
  config: MapConfig,
  signal: AbortSignal,
): Promise<Basemap> {
  // A file of this page's own: a worker from a blob would need `blob:` in the policy of what may run.
  setWorkerUrl(new URL(workerUrl, location.href).href)
  let { isDark } = options
  const own = async () => worldStyle(await loadWorldOrSea(signal, options.onProblem), isDark)
  const kind = config.styleUrl !== undefined ? 'style' : config.tilesUrl !== undefined ? 'tiles' : 'world'
  const style =
    kind === 'style'
      ? config.styleUrl
      : kind === 'tiles'
        ? tilesStyle(config.tilesUrl ?? '', config.tilesAttribution ?? '', isDark)
        : await own()
  signal.throwIfAborted()
  const { container, start } = options
  const map = new MaplibreMap({
    container,
    ...(style !== undefined && { style }),
    center: [lonOfX(start.x), latOfY(start.y)],
    zoom: start.zoom,
    minZoom: ZOOM_MIN,
    maxZoom: ZOOM_MAX,
    // The vehicles' layer is flat.
    maxPitch: 0,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: false,
    fadeDuration: 0,
    canvasContextAttributes: { antialias: false },
    validateStyle: kind !== 'world',
  })
  // At the left: a vehicle's panel lies over the right side.
  map.addControl(new AttributionControl({ compact: false }), 'bottom-left')
  const focusable = map.getCanvas()
  focusable.setAttribute('role', 'application')
  focusable.setAttribute('aria-label', options.label)

  let size = { width: container.clientWidth, height: container.clientHeight }
  const camera = (): Camera => {
    const { lng, lat } = map.getCenter()
    return { x: xOfLon(lng), y: yOfLat(lat), zoom: map.getZoom(), bearing: map.getBearing(), ...size }
  }
  let hasMoved = true
  map.on('move', () => {
    hasMoved = true
  })
  map.on('resize', () => {
    size = { width: container.clientWidth, height: container.clientHeight }
    hasMoved = true
  })
  map.on('render', () => {
    if (!hasMoved) return
    hasMoved = false
    options.onCamera()
  })
  const lines = keepGraticule(map)
  map.on('moveend', () => {
    lines(camera())
    options.onRest()
  })
  map.on('style.load', () => {
    // Of an operator's style that draws a globe.
    map.setProjection({ type: 'mercator' })
    lines(camera(), true)
  })
  map.on('dragstart', options.onDrag)
  guardStyle(map, kind === 'style', own, options.onProblem)
  return {
    focusable,
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
    isHeld: () => map.dragPan.isActive() || map.scrollZoom.isActive() || map.touchZoomRotate.isActive(),
    setDark(newDark) {
      isDark = newDark
      for (const { id, paint } of kind === 'tiles'
        ? tilesLayers(isDark)
        : worldLayers(basemapPalette(isDark))) {
        // An operator's style keeps its colours.
        if (kind === 'style' || map.getLayer(id) === undefined) continue
        for (const [name, value] of Object.entries(paint ?? {}))
          map.setPaintProperty(id, name as never, value as never)
      }
    },
    close: () => map.remove(),
  }
}

/** Keeps meridians and parallels as fine as the zoom around what is seen. */
function keepGraticule(map: MaplibreMap): (camera: Camera, anew?: boolean) => void {
  let area: Bounds | undefined
  let step = 0
  return (camera, anew = false) => {
    const source = map.getSource<GeoJSONSource>(GRATICULE_SOURCE)
    if (source === undefined) return
    const newStep = graticuleStep(camera.zoom)
    if (!anew && step === newStep && area && contains(area, viewBounds(camera))) return
    step = newStep
    area = viewBounds(camera, 1.5)
    void source.setData(graticule(area, step))
  }
}

/** As a layer over all others, of each style that is set. */
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
    // Without it.
    map.triggerRepaint()
  })
}

/** A style that does not come is replaced by ours, once; a tile that does not come is told once. */
function guardStyle(
  map: MaplibreMap,
  isForeign: boolean,
  own: () => Promise<StyleSpecification>,
  onProblem: (text: string) => void,
): void {
  let hasStyle = false
  let isTold = false
  map.on('style.load', () => {
    hasStyle = true
  })
  map.on('error', ({ error }) => {
    if (isTold) return
    isTold = true
    onProblem(`Part of the map cannot be loaded: ${error.message}`)
    if (hasStyle || !isForeign) return
    own().then(
      (style) => map.setStyle(style),
      () => undefined,
    )
  })
}
