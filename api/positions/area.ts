import { refuseFaults, type Fault, type Refusal } from '../http/refusal.ts'

/**
 * A box between two meridians and two parallels. If `minLon` is greater than `maxLon`, the box crosses the 180th
 * meridian.
 */
export interface Box {
  minLon: number
  minLat: number
  maxLon: number
  maxLat: number
}

/** All places within `radiusM` metres along the surface of the earth. */
export interface Circle {
  lat: number
  lon: number
  radiusM: number
}

const NUMBER = String.raw`-?\d{1,3}(\.\d{1,20})?(e-\d{1,2})?`
/** Half of the earth's circumference is 20,015 km. */
const RADIUS_MAX_M = 20_020_000

export const areaParameters = {
  bbox: {
    type: 'string',
    pattern: `^${NUMBER}(,${NUMBER}){3}$`,
    maxLength: 100,
    description:
      'minLon,minLat,maxLon,maxLat in degrees; minLon is greater than maxLon if the box crosses 180',
  },
  near: {
    type: 'string',
    pattern: `^${NUMBER},${NUMBER}$`,
    maxLength: 50,
    description: 'lat,lon in degrees, with `radius`',
  },
  radius: { type: 'integer', minimum: 1, maximum: RADIUS_MAX_M, description: 'metres' },
} as const

/** Reads `bbox` (minLon,minLat,maxLon,maxLat as in RFC 7946, section 5), or `near` (lat,lon) with `radius` in metres. */
export function readArea(query: {
  bbox?: string
  near?: string
  radius?: number
}): { box?: Box; circle?: Circle } | Refusal {
  const { bbox, near, radius } = query
  const faults: Fault[] = []
  if (bbox !== undefined && near !== undefined)
    faults.push({ pointer: '/near', detail: 'cannot be combined with bbox' })
  if (near !== undefined && radius === undefined)
    faults.push({ code: 'missing_field', pointer: '/radius', detail: 'is required with near' })
  if (near === undefined && radius !== undefined) faults.push({ pointer: '/radius', detail: 'requires near' })

  const [minLon = 0, minLat = 0, maxLon = 0, maxLat = 0] = bbox?.split(',').map(Number) ?? []
  if (!isLon(minLon) || !isLon(maxLon) || !isLat(minLat) || !isLat(maxLat) || minLat > maxLat) {
    const detail = 'must be minLon,minLat,maxLon,maxLat in degrees, minLat <= maxLat'
    faults.push({ code: 'out_of_range', pointer: '/bbox', detail })
  }
  const [lat = 0, lon = 0] = near?.split(',').map(Number) ?? []
  if (!isLat(lat) || !isLon(lon))
    faults.push({ code: 'out_of_range', pointer: '/near', detail: 'must be lat,lon in degrees' })

  if (faults.length > 0) return refuseFaults('invalid_request', faults)
  return {
    ...(bbox !== undefined && { box: { minLon, minLat, maxLon, maxLat } }),
    ...(near !== undefined && radius !== undefined && { circle: { lat, lon, radiusM: radius } }),
  }
}

function isLat(degrees: number): boolean {
  return degrees >= -90 && degrees <= 90
}

function isLon(degrees: number): boolean {
  return degrees >= -180 && degrees <= 180
}
