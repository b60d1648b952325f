import geodesic from 'geographiclib-geodesic'

/** Metres along the WGS 84 ellipsoid, exact to nanometres: an independent implementation. */
export function geodesicMetres(a: readonly [number, number], b: readonly [number, number]): number {
  const { s12 } = geodesic.Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0])
  if (s12 === undefined) throw new Error('no geodesic between two points')
  return s12
}
