import type { GeoJSONSource, Map as MaplibreMap } from 'maplibre-gl'
import { type Bounds, type Camera, contains, viewBounds } from '../camera/camera.ts'
import { xOfLon, yOfLat } from '../camera/mercator.ts'
import { GRATICULE_SOURCE } from './basemap-style.ts'
import type { BasemapOptions } from './basemap.ts'
import { graticule, graticuleStep } from './graticule.ts'

/** Reports the map's movements and keeps its graticule. Returns a function that reads the camera. */
export function watchMaplibre(
  map: MaplibreMap,
  { container, onCamera, onRest, onDrag }: BasemapOptions,
): () => Camera {
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
    onCamera()
  })
  const updateGraticule = createGraticule(map)
  map.on('moveend', () => {
    updateGraticule(camera())
    onRest()
  })
  map.on('style.load', () => {
    // An operator's style may draw a globe.
    map.setProjection({ type: 'mercator' })
    updateGraticule(camera(), true)
  })
  map.on('dragstart', onDrag)
  return camera
}

/** Keeps meridians and parallels around the view, as fine as the zoom. `isNewStyle`: the style's source is still empty. */
function createGraticule(map: MaplibreMap): (camera: Camera, isNewStyle?: boolean) => void {
  let area: Bounds | undefined
  let step = 0
  return (camera, isNewStyle = false) => {
    const source = map.getSource<GeoJSONSource>(GRATICULE_SOURCE)
    if (source === undefined) return
    const newStep = graticuleStep(camera.zoom)
    if (!isNewStyle && step === newStep && area && contains(area, viewBounds(camera))) return
    step = newStep
    area = viewBounds(camera, 1.5)
    void source.setData(graticule(area, step))
  }
}
