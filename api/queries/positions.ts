import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Box, Circle } from '../area.ts'
import { asUs } from './columns.ts'
import { visibleVehicles } from './visible.ts'

export interface PositionRow {
  vehicle: string
  timeUs: number
  receivedUs: number
  device: string | null
  lat: number
  lon: number
  altitude: number | null
  speed: number | null
  heading: number | null
  ignition: boolean | null
  /** metres from the middle of the circle, null without one */
  distance: number | null
}

export interface PositionsQuery {
  group: string | undefined
  box?: Box
  circle?: Circle
  /** only vehicles whose keys are behind this one; not for a circle */
  after: string | undefined
  limit: number
}

/** The IUGG's mean radius of the earth: H. Moritz, "Geodetic Reference System 1980", Journal of Geodesy 74 (2000). */
const EARTH_RADIUS_M = 6_371_008.8

/** The newest positions of vehicles that the caller may see, in order of their keys, or in a circle the nearest first. */
export async function listPositions(sql: Sql, caller: Claims, query: PositionsQuery): Promise<PositionRow[]> {
  const { group, box, circle, after, limit } = query
  return sql<PositionRow[]>`
    select it.*, devices.key as device
    from (
      select vehicles.key as vehicle, ${asUs(sql, 'time')} as "timeUs", ${asUs(sql, 'received_at')} as "receivedUs",
        device_id, lat, lon, altitude, speed, heading, ignition,
        ${circle ? distanceTo(sql, circle) : sql`null::float8`} as distance
      from positions join vehicles on vehicles.id = vehicle_id
      where ${visibleVehicles(sql, caller)}
        ${group === undefined ? sql`` : sql`and vehicles.group_key = ${group}`}
        ${after === undefined ? sql`` : sql`and vehicles.key > ${after}`}
        ${box ? sql`and ${isInside(sql, box)}` : sql``}
    ) as it
    left join devices on devices.id = it.device_id
    ${circle ? sql`where distance <= ${circle.radiusM}` : sql``}
    order by ${circle ? sql`distance, ` : sql``} vehicle
    limit ${limit}
  `
}

function isInside(sql: Sql, { minLon, minLat, maxLon, maxLat }: Box) {
  const isBetween =
    minLon <= maxLon ? sql`lon between ${minLon} and ${maxLon}` : sql`(lon >= ${minLon} or lon <= ${maxLon})`
  return sql`lat between ${minLat} and ${maxLat} and ${isBetween}`
}

/**
 * The haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984), page 159. On a sphere, so
 * up to 0.5 % from the distance on the ellipsoid. Rounding can make the root a little more than 1, where there is no arc sine.
 */
function distanceTo(sql: Sql, { lat, lon }: Circle) {
  return sql`
    ${2 * EARTH_RADIUS_M}::float8 * asin(sqrt(least(1,
      power(sin(radians(lat - ${lat}::float8) / 2), 2)
      + cos(radians(lat)) * cos(radians(${lat}::float8)) * power(sin(radians(lon - ${lon}::float8) / 2), 2)
    )))`
}
