import { parseJson } from '../../http/json.ts'
import { DEPTH_MAX, type FileFeature, type FileGeometry } from './file-feature.ts'

/** WGS 84, the only system of RFC 7946; older files name it. */
const WGS84 = /CRS84|4326/

/** Reads a FeatureCollection (RFC 7946). */
export function readGeoJson(text: string): { features: FileFeature[] } | { detail: string } {
  const parsed = parseJson(text)
  if ('detail' in parsed) return { detail: `the body is not JSON: ${parsed.detail}` }
  const { type, features, crs } = membersOf(parsed.value)
  if (type !== 'FeatureCollection' || !Array.isArray(features))
    return { detail: 'the body must be a GeoJSON FeatureCollection with an array of features' }
  const { name } = membersOf(membersOf(crs)['properties'])
  if (typeof name === 'string' && !WGS84.test(name))
    return { detail: 'the coordinates must be longitudes and latitudes in WGS 84' }
  return { features: features.map(toFeature) }
}

function toFeature(value: unknown, index: number): FileFeature {
  const { geometry, properties, id } = membersOf(value)
  return {
    pointer: `/features/${index}`,
    id,
    properties: membersOf(properties),
    geometries: geometriesOf(geometry, 0),
  }
}

function geometriesOf(value: unknown, depth: number): FileGeometry[] {
  const { type, coordinates, geometries } = membersOf(value)
  if (type === 'GeometryCollection' && Array.isArray(geometries))
    return depth > DEPTH_MAX ? [] : geometries.flatMap((it) => geometriesOf(it, depth + 1))
  return typeof type === 'string' ? [{ type, coordinates }] : []
}

function membersOf(value: unknown): Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Record<string, unknown>) : {}
}
