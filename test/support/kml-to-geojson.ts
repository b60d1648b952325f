import { kml } from '@tmcw/togeojson'
import { DOMParser } from '@xmldom/xmldom'

/** Names and geometries of a KML file, read by another program: its collections of polygons as a MultiPolygon. */
export function toGeoJSON(text: string): [name: unknown, geometry: unknown][] {
  const document = new DOMParser().parseFromString(text, 'text/xml')
  return kml(document as never).features.map(({ properties, geometry }) => {
    if (geometry?.type !== 'GeometryCollection') return [properties?.['name'] ?? '', geometry]
    const coordinates = geometry.geometries.map((it) => ('coordinates' in it ? it.coordinates : []))
    return [properties?.['name'] ?? '', { type: 'MultiPolygon', coordinates }]
  })
}
