import type { GeofenceShape, LonLat } from './geofence.ts'
import {
  areaOf,
  areCrossing,
  cornersOf,
  edgesOf,
  isAroundPole,
  isBetween,
  nearTo,
  selfContactOf,
  turn,
  type Corners,
} from './ring.ts'

/** A geometry as in RFC 7946 that can be a geofence: of a circle its centre, of a corridor its line. */
export type Geometry =
  | { type: 'Polygon'; coordinates: LonLat[][] }
  | { type: 'MultiPolygon'; coordinates: LonLat[][][] }
  | { type: 'Point'; coordinates: LonLat }
  | { type: 'LineString'; coordinates: LonLat[] }

export const GEOMETRY_TYPES = ['Polygon', 'MultiPolygon', 'Point', 'LineString'] as const

/** `path` is a JSON pointer (RFC 6901) within the geometry. */
export interface GeometryFault {
  path: string
  detail: string
}

/** @limit corners of a geofence | 400 */
export const CORNERS_MAX = 1000
/** Degrees. The map ends there, and distances are computed in a plane. */
const LAT_MAX = 85
const FAULTS_MAX = 100
const FULL_TURN_E7 = 3_600_000_000

/**
 * The normal form of a geometry: coordinates without altitude, rounded to 1e-7 degrees, rings closed, outer ones
 * counterclockwise and holes clockwise. A ring or line that crosses the 180th meridian takes the shorter way.
 */
export function readGeometry(given: {
  type: Geometry['type']
  coordinates: unknown
}): { geometry: Geometry } | { faults: GeometryFault[] } {
  const faults: GeometryFault[] = []
  const reader = { faults, corners: 0 }
  const geometry = read(reader, given)
  if (reader.corners > CORNERS_MAX)
    return { faults: [{ path: '/coordinates', detail: `must have at most ${CORNERS_MAX} corners` }] }
  return faults.length > 0 ? { faults: faults.slice(0, FAULTS_MAX) } : { geometry }
}

/** The shape of a geofence, from its geometry in normal form. */
export function shapeOf(geometry: Geometry, radiusM: number | null, widthM: number | null): GeofenceShape {
  if (geometry.type === 'Point') return { ...geometry, radiusM: radiusM ?? 0 }
  if (geometry.type === 'LineString') return { ...geometry, widthM: widthM ?? 0 }
  return geometry
}

interface Reader {
  faults: GeometryFault[]
  corners: number
}

function read(
  reader: Reader,
  { type, coordinates }: { type: Geometry['type']; coordinates: unknown },
): Geometry {
  const path = '/coordinates'
  switch (type) {
    case 'Point':
      return { type, coordinates: readPosition(reader, coordinates, path) ?? [0, 0] }
    case 'LineString':
      return { type, coordinates: readLine(reader, coordinates, path) }
    case 'Polygon':
      return { type, coordinates: readPolygon(reader, coordinates, path) }
    case 'MultiPolygon': {
      const polygons = readArray(reader, coordinates, path, 'polygons')
      return { type, coordinates: polygons.map((it, i) => readPolygon(reader, it, `${path}/${i}`)) }
    }
  }
}

function readPolygon(reader: Reader, value: unknown, path: string): LonLat[][] {
  const before = reader.faults.length
  const rings = readArray(reader, value, path, 'rings').map((it, i) => readRing(reader, it, `${path}/${i}`))
  if (reader.faults.length > before || reader.corners > CORNERS_MAX) return []
  const [outer, ...holes] = rings
  if (outer) for (const [i, hole] of holes.entries()) checkHole(reader, outer, hole, `${path}/${i + 1}`)
  return rings.map((corners, i) => toRing(corners, i === 0))
}

function readRing(reader: Reader, value: unknown, path: string): Corners {
  const before = reader.faults.length
  const corners = cornersOf(readPositions(reader, value, path))
  if (reader.faults.length > before || reader.corners > CORNERS_MAX) return []
  const note = (detail: string) => reader.faults.push({ path, detail })
  if (corners.length < 3) note('must have at least three different corners')
  else if (isAroundPole(corners)) note('goes around a pole, which a geofence cannot contain')
  else if (widthOf(corners) >= FULL_TURN_E7 / 2) note('must be narrower than 180 degrees')
  else {
    const contact = selfContactOf(edgesOf(corners))
    if (contact) note(`crosses or touches itself: its sides ${contact[0] + 1} and ${contact[1] + 1} meet`)
    else if (areaOf(corners) === 0) note('has no area')
  }
  return corners
}

function checkHole(reader: Reader, outer: Corners, hole: Corners, path: string): void {
  const near = nearTo(outer[0]?.[0], hole[0]?.[0] ?? 0) - (hole[0]?.[0] ?? 0)
  const moved: Corners = hole.map(([lon, lat]) => [lon + near, lat])
  const isWithin = moved.every((it) => isIn(outer, it))
  if (!isWithin || areCrossing(edgesOf(outer), edgesOf(moved)))
    reader.faults.push({ path, detail: 'is a hole outside of the outer ring' })
}

/** Whether a point is in a ring or on its boundary. */
function isIn(ring: Corners, point: Corners[number]): boolean {
  const y = point[1]
  let isInside = false
  for (const [a, b] of edgesOf(ring)) {
    const side = turn(a, b, point)
    if (side === 0 && isBetween(a, b, point)) return true
    if (a[1] > y !== b[1] > y && side > 0 === b[1] > a[1]) isInside = !isInside
  }
  return isInside
}

function readLine(reader: Reader, value: unknown, path: string): LonLat[] {
  const before = reader.faults.length
  const positions = readPositions(reader, value, path)
  if (reader.faults.length > before || positions.length === 0) return []
  const corners = cornersOf(positions)
  if (corners.length < 2) reader.faults.push({ path, detail: 'must have at least two different positions' })
  if (widthOf(corners) >= FULL_TURN_E7 / 2)
    reader.faults.push({ path, detail: 'must be narrower than 180 degrees' })
  const [first, last] = [positions[0], positions.at(-1)]
  // A line that ends where it began keeps its end, unlike a ring.
  const isLoop = first?.[0] === last?.[0] && first?.[1] === last?.[1]
  return (isLoop ? [...corners, ...corners.slice(0, 1)] : corners).map(toLonLat)
}

function readPositions(reader: Reader, value: unknown, path: string): LonLat[] {
  const items = readArray(reader, value, path, 'positions')
  reader.corners += items.length
  if (reader.corners > CORNERS_MAX) return []
  return items.flatMap((it, i) => {
    const position = readPosition(reader, it, `${path}/${i}`)
    return position ? [position] : []
  })
}

function readPosition(reader: Reader, value: unknown, path: string): LonLat | undefined {
  const [lon, lat] = (Array.isArray(value) ? value : []) as unknown[]
  if (typeof lon !== 'number' || typeof lat !== 'number' || Number.isNaN(lon) || Number.isNaN(lat)) {
    reader.faults.push({ path, detail: 'must be [longitude, latitude]' })
    return undefined
  }
  if (Math.abs(lon) > 180) reader.faults.push({ path, detail: 'has a longitude beyond 180 degrees' })
  if (Math.abs(lat) > LAT_MAX)
    reader.faults.push({
      path,
      detail: `has a latitude beyond ${LAT_MAX} degrees, where geofences cannot be`,
    })
  return [Math.round(lon * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7]
}

function readArray(reader: Reader, value: unknown, path: string, what: string): unknown[] {
  const isList = Array.isArray(value) && value.length > 0
  if (!isList) reader.faults.push({ path, detail: `must be an array of ${what}` })
  return isList ? (value as unknown[]) : []
}

function widthOf(corners: Corners): number {
  const lons = corners.map((it) => it[0])
  return lons.length === 0 ? 0 : Math.max(...lons) - Math.min(...lons)
}

/** RFC 7946 (3.1.6): outer rings are counterclockwise, holes are clockwise. */
function toRing(corners: Corners, isOuter: boolean): LonLat[] {
  const isTurned = areaOf(corners) > 0 !== isOuter
  const [first, ...others] = corners
  const ordered = isTurned && first ? [first, ...others.toReversed()] : corners
  return [...ordered, ...ordered.slice(0, 1)].map(toLonLat)
}

function toLonLat([lon, lat]: readonly [number, number]): LonLat {
  const turned = lon - FULL_TURN_E7 * Math.round(lon / FULL_TURN_E7)
  // A ring cut at the 180th meridian has only one of its two names there: that of the side on which it is.
  const named = Math.abs(turned) === FULL_TURN_E7 / 2 ? Math.sign(lon) * (FULL_TURN_E7 / 2) : turned
  return [named / 1e7 + 0, lat / 1e7 + 0]
}
