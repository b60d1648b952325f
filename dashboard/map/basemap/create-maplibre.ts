import { AttributionControl, Map as MaplibreMap, type StyleSpecification } from 'maplibre-gl'
import { ZOOM_MAX, ZOOM_MIN } from '../camera/camera.ts'
import { latOfY, lonOfX } from '../camera/mercator.ts'
import type { BasemapOptions } from './basemap.ts'

/** A map that cannot be tilted. `isForeign`: the style is an operator's, so it is validated. */
export function createMaplibre(
  { container, start, label }: BasemapOptions,
  style: StyleSpecification | string,
  isForeign: boolean,
): MaplibreMap {
  const map = new MaplibreMap({
    container,
    style,
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
    validateStyle: isForeign,
  })
  // At the left, because a vehicle's panel covers the right side.
  map.addControl(new AttributionControl({ compact: false }), 'bottom-left')
  const canvas = map.getCanvas()
  canvas.setAttribute('role', 'application')
  canvas.setAttribute('aria-label', label)
  return map
}
