import type { FilterSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { type BasemapPalette, basemapPalette } from './basemap-palette.ts'
import type { World } from './world-shapes.ts'
import { WORLD_ATTRIBUTION } from './world.ts'

export const GRATICULE_SOURCE = 'graticule'
/** The data is no finer than this zoom; nearer tiles are enlarged. */
const WORLD_ZOOM_MAX = 7
/** Lines are simplified by this much. Otherwise, their points take most of the time of software rendering. */
const TOLERANCE_PX = 1
const IS_LAND: FilterSpecification = ['==', ['get', 'kind'], 'land']
const IS_BORDER: FilterSpecification = ['==', ['get', 'kind'], 'border']
const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }

/** Our own style, from Natural Earth. It has no URL for glyphs, so MapLibre draws the letters itself. */
export function worldStyle(world: World, isDark: boolean): StyleSpecification {
  const { text, url } = WORLD_ATTRIBUTION
  const attribution = `<a href="${url}" target="_blank" rel="noreferrer">${text}</a>`
  return {
    version: 8,
    sources: {
      // One source, because MapLibre clips to the tiles of each further one, which takes a pass over all pixels.
      world: {
        type: 'geojson',
        data: {
          type: 'FeatureCollection',
          features: [
            { type: 'Feature', geometry: world.land, properties: { kind: 'land' } },
            { type: 'Feature', geometry: world.borders, properties: { kind: 'border' } },
          ],
        },
        maxzoom: WORLD_ZOOM_MAX,
        tolerance: TOLERANCE_PX,
        attribution,
      },
      labels: { type: 'geojson', data: world.labels, maxzoom: WORLD_ZOOM_MAX },
      [GRATICULE_SOURCE]: { type: 'geojson', data: NOTHING },
    },
    layers: worldLayers(basemapPalette(isDark)),
  }
}

/** The layers in the order in which they are drawn. Only their paint depends on the palette. */
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
    {
      id: 'land',
      type: 'fill',
      source: 'world',
      filter: IS_LAND,
      // The coast is the outline of the land. As a layer of lines, it took as long as all other layers together.
      paint: { 'fill-color': land, 'fill-outline-color': coast },
    },
    { id: 'borders', type: 'line', source: 'world', filter: IS_BORDER, paint: { 'line-color': border } },
    { id: 'graticule', type: 'line', source: GRATICULE_SOURCE, paint: { 'line-color': graticule } },
    {
      id: 'labels',
      type: 'symbol',
      source: 'labels',
      minzoom: 2,
      maxzoom: 8,
      // Areas are in square degrees. Names of countries that are small at a zoom are left out.
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

/** The operator's tiles, with `{z}/{x}/{y}` in their URL, darkened on a dark page. `attribution` is plain text. */
export function tilesStyle(url: string, attribution: string, isDark: boolean): StyleSpecification {
  return {
    version: 8,
    sources: {
      tiles: {
        type: 'raster',
        tiles: [url],
        tileSize: 256,
        maxzoom: 19,
        attribution: escapeHtml(attribution),
      },
    },
    layers: tilesLayers(isDark),
  }
}

/** MapLibre treats an attribution as HTML. */
const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

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
