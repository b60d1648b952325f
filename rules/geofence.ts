/** Longitude and latitude in degrees, as in GeoJSON. */
export type LonLat = readonly [lon: number, lat: number]
type Ring = readonly LonLat[]

/** RFC 7946. A circle is a Point with a radius, a corridor a LineString with a width. */
export type GeofenceShape =
  | { type: 'Polygon'; coordinates: readonly Ring[] }
  | { type: 'MultiPolygon'; coordinates: readonly (readonly Ring[])[] }
  | { type: 'Point'; coordinates: LonLat; radiusM: number }
  | { type: 'LineString'; coordinates: readonly LonLat[]; widthM: number }

export interface Geofence {
  key: string
  shape: GeofenceShape
  /** distance outside of the geofence at which a vehicle has left it */
  hysteresisM?: number | undefined
  /** km/h, for vehicles inside */
  speedLimit?: number | undefined
}

export const HYSTERESIS_M = 25

/** mm. At most a third of a circle's radius, so that vehicles can also leave a small circle. */
export function hysteresisOf({ shape, hysteresisM = HYSTERESIS_M }: Geofence): number {
  const most = shape.type === 'Point' ? shape.radiusM / 3 : Infinity
  return Math.floor(Math.min(hysteresisM, most) * 1000)
}
