import type { GeoJSONSource, LayerSpecification, Map as MaplibreMap } from 'maplibre-gl'
import { ZOOM_MAX } from '../camera/camera.ts'

const SOURCE = 'geofences'
const LIGHT = { line: '#5b3fa8', halo: '#f5f4ef' }
const DARK = { line: '#b9a3f5', halo: '#1c232a' }

/** The layers of geofences, below the vehicles. */
export interface GeofenceLayers {
  show: (features: GeoJSON.FeatureCollection) => void
  setDark: (isDark: boolean) => void
}

/** Adds the layers with the first geofences, and again to each style that is set later. */
export function createGeofenceLayers(map: MaplibreMap, isDarkFirst: boolean): GeofenceLayers {
  let isDark = isDarkFirst
  let data: GeoJSON.FeatureCollection | undefined
  const add = () => {
    if (data === undefined || map.getSource(SOURCE)) return
    map.addSource(SOURCE, { type: 'geojson', data })
    const above = map.getLayer('overlay') ? 'overlay' : undefined
    for (const layer of layersOf(isDark)) map.addLayer(layer, above)
  }
  map.on('style.load', add)
  return {
    show(features) {
      data = features
      const source = map.getSource<GeoJSONSource>(SOURCE)
      if (source) void source.setData(features)
      else if (map.isStyleLoaded()) add()
      else map.once('idle', add)
    },
    setDark(newDark) {
      isDark = newDark
      repaint(map, layersOf(isDark))
    },
  }
}

/** Gives the layers that the map has a new paint. */
export function repaint(map: MaplibreMap, layers: readonly LayerSpecification[]): void {
  for (const { id, paint } of layers) {
    if (map.getLayer(id) === undefined) continue
    for (const [name, value] of Object.entries(paint ?? {}))
      map.setPaintProperty(id, name as never, value as never)
  }
}

function layersOf(isDark: boolean): LayerSpecification[] {
  const { line, halo } = isDark ? DARK : LIGHT
  const source = SOURCE
  return [
    {
      id: 'geofence-areas',
      type: 'fill',
      source,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': line, 'fill-opacity': 0.15 },
    },
    {
      id: 'geofence-corridors',
      type: 'line',
      source,
      filter: ['==', ['geometry-type'], 'LineString'],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': line,
        'line-opacity': 0.25,
        // A width in metres doubles with each zoom.
        'line-width': [
          'interpolate',
          ['exponential', 2],
          ['zoom'],
          0,
          ['get', 'widthPx'],
          ZOOM_MAX,
          ['*', ['get', 'widthPx'], 2 ** ZOOM_MAX],
        ],
      },
    },
    { id: 'geofence-lines', type: 'line', source, paint: { 'line-color': line, 'line-width': 1.5 } },
    {
      id: 'geofence-labels',
      type: 'symbol',
      source,
      minzoom: 10,
      layout: { 'text-field': ['get', 'label'], 'text-font': ['sans-serif'], 'text-size': 12 },
      paint: { 'text-color': line, 'text-halo-color': halo, 'text-halo-width': 1.5 },
    },
  ]
}
