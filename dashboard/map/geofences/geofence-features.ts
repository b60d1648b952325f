import type { Schemas } from '../../../client/client.ts'
import { metresPerPx } from '../camera/mercator.ts'

type Geofence = Schemas['Geofence']

const CIRCLE_CORNERS = 64
/** Metres of a degree of latitude. */
const DEGREE_M = 111_195

/**
 * Geofences as the map draws them. A circle becomes a polygon. A corridor remains a line, whose property `widthPx` is its
 * width in pixels at zoom 0.
 */
export function geofenceFeatures(geofences: readonly Geofence[]): GeoJSON.FeatureCollection {
  return { type: 'FeatureCollection', features: geofences.map(toFeature) }
}

function toFeature(geofence: Geofence): GeoJSON.Feature {
  const { key, name, width_m } = geofence
  const geometry = toGeometry(geofence)
  const middle = geometry.type === 'LineString' ? (geometry.coordinates[0]?.[1] ?? 0) : 0
  const widthPx = (width_m ?? 0) / metresPerPx(middle, 0)
  return { type: 'Feature', geometry, properties: { label: name === '' ? key : name, widthPx } }
}

function toGeometry({ geometry: { type, coordinates }, radius_m }: Geofence): GeoJSON.Geometry {
  switch (type) {
    case 'Point':
      return { type: 'Polygon', coordinates: [circle(coordinates as [number, number], radius_m ?? 0)] }
    case 'LineString':
      return { type, coordinates: unwrapped(coordinates as GeoJSON.Position[]) }
    case 'Polygon':
      return { type, coordinates: polygon(coordinates as GeoJSON.Position[][]) }
    case 'MultiPolygon':
      return { type, coordinates: (coordinates as GeoJSON.Position[][][]).map(polygon) }
  }
}

function circle([lon, lat]: [number, number], radiusM: number): GeoJSON.Position[] {
  const reach = radiusM / DEGREE_M
  const stretch = Math.cos((lat * Math.PI) / 180)
  return Array.from({ length: CIRCLE_CORNERS + 1 }, (_, i) => {
    const angle = ((i % CIRCLE_CORNERS) / CIRCLE_CORNERS) * 2 * Math.PI
    return [lon + (reach * Math.cos(angle)) / stretch, lat + reach * Math.sin(angle)]
  })
}

/** All rings on the side of the outer ring's first corner. */
function polygon(rings: readonly GeoJSON.Position[][]): GeoJSON.Position[][] {
  return rings.map((ring) => unwrapped(ring, rings[0]?.[0]?.[0]))
}

/** Longitudes continue beyond 180 degrees. */
function unwrapped(positions: readonly GeoJSON.Position[], near = positions[0]?.[0]): GeoJSON.Position[] {
  let last = near ?? 0
  return positions.map(([lon = 0, lat = 0]) => {
    last = lon - 360 * Math.round((lon - last) / 360)
    return [last, lat]
  })
}
