import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { type BasemapPalette, basemapPalette } from './basemap-palette.ts'
import type { World } from './world-shapes.ts'
import { WORLD_ATTRIBUTION } from './world.ts'

export const GRATICULE_SOURCE = 'graticule'
/** The data is no finer than that; nearer tiles are enlarged. */
const WORLD_ZOOM_MAX = 7
/** Lines are that much simpler than the data: without it, their points are most of what software rendering is busy with. */
const TOLERANCE_PX = 0.8
const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }

/** Our own style, of Natural Earth. No glyphs are fetched: without an address for them MapLibre draws the letters itself. */
export function worldStyle(world: World, isDark: boolean): StyleSpecification {
  const { text, url } = WORLD_ATTRIBUTION
  const attribution = `<a href="${url}" target="_blank" rel="noreferrer">${text}</a>`
  return {
    version: 8,
    sources: {
      land: {
        type: 'geojson',
        data: world.land,
        maxzoom: WORLD_ZOOM_MAX,
        tolerance: TOLERANCE_PX,
        attribution,
      },
      borders: { type: 'geojson', data: world.borders, maxzoom: WORLD_ZOOM_MAX, tolerance: TOLERANCE_PX },
      labels: { type: 'geojson', data: world.labels, maxzoom: WORLD_ZOOM_MAX },
      [GRATICULE_SOURCE]: { type: 'geojson', data: NOTHING },
    },
    layers: worldLayers(basemapPalette(isDark)),
  }
}

/** In the order in which they are drawn; only their paint depends on the palette. */
export function worldLayers({
  water,
  land,
  coast,
  border,
  graticule,
  label,
}: BasemapPalette): LayerSpecification[] {
  return [
    { id: 'water', type: 'background', paint: { 'background-color': water } },
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': land, 'fill-antialias': false } },
    { id: 'graticule', type: 'line', source: GRATICULE_SOURCE, paint: { 'line-color': graticule } },
    { id: 'coast', type: 'line', source: 'land', paint: { 'line-color': coast } },
    { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': border } },
    {
      id: 'labels',
      type: 'symbol',
      source: 'labels',
      minzoom: 2,
      maxzoom: 8,
      // Square degrees: where there is no room for it, a small country's name is only in the way.
      filter: ['>=', ['get', 'area'], ['step', ['zoom'], 8, 3, 3, 4, 1, 5, 0.2, 6, 0]],
      layout: {
        'text-field': ['get', 'name'],
        'text-font': ['sans-serif'],
        'text-size': ['interpolate', ['linear'], ['zoom'], 2, 11, 6, 14],
        'text-max-width': 8,
        'text-padding': 8,
        'symbol-sort-key': ['-', 0, ['get', 'area']],
      },
      paint: { 'text-color': label, 'text-halo-color': land, 'text-halo-width': 1 },
    },
  ]
}

/** The operator's own tiles, `{z}/{x}/{y}` in their address; darkened where the page is dark. */
export function tilesStyle(url: string, isDark: boolean): StyleSpecification {
  return {
    version: 8,
    sources: { tiles: { type: 'raster', tiles: [url], tileSize: 256, maxzoom: 19 } },
    layers: tilesLayers(isDark),
  }
}

export function tilesLayers(isDark: boolean): LayerSpecification[] {
  const { water } = basemapPalette(isDark)
  return [
    { id: 'water', type: 'background', paint: { 'background-color': water } },
    {
      id: 'tiles',
      type: 'raster',
      source: 'tiles',
      paint: {
        'raster-brightness-max': isDark ? 0.55 : 1,
        'raster-saturation': isDark ? -0.4 : 0,
        'raster-fade-duration': 0,
      },
    },
  ]
}
