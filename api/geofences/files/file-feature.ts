/** A feature of a file, before it is known whether it can be a geofence. */
export interface FileFeature {
  /** JSON pointer to it in the file: `/features/3`, or `/placemarks/3` for KML */
  pointer: string
  /** a key that the file gives besides the properties */
  id: unknown
  properties: Record<string, unknown>
  /** geometries that one geofence is to have, those of collections included */
  geometries: readonly FileGeometry[]
}

export interface FileGeometry {
  type: string
  coordinates: unknown
}

/** Files that are too nested for their purpose are refused, whatever they contain. */
export const DEPTH_MAX = 32

/** Several polygons are one geometry, as are those of a MultiPolygon. Otherwise the reason why they are not. */
export function joinGeometries(geometries: readonly FileGeometry[]): FileGeometry | { detail: string } {
  const [first, ...others] = geometries
  if (first === undefined) return { detail: 'has no Polygon, MultiPolygon, Point or LineString' }
  if (others.length === 0) return first
  if (geometries.some(({ type }) => type !== 'Polygon' && type !== 'MultiPolygon'))
    return { detail: 'has several geometries; only polygons can be combined' }
  const coordinates = geometries.flatMap(({ type, coordinates }) =>
    type === 'MultiPolygon' && Array.isArray(coordinates) ? (coordinates as unknown[]) : [coordinates],
  )
  return { type: 'MultiPolygon', coordinates }
}
