import type { Claims } from '../../contract/claims.ts'
import { figuresOf, type Figure } from '../../rules/figure.ts'
import { indexGeofences, signedDistanceMm } from '../../rules/geofence-index.ts'
import { shapeOf } from '../../rules/geometry.ts'
import { toE7 } from '../../rules/units.ts'
import type { Sql } from '../../sql/connect.ts'
import { since, visibleVehicles } from '../access/visible.ts'
import { asUs } from '../database/columns.ts'
import type { Box } from '../positions/area.ts'
import { isInside } from '../positions/queries.ts'
import type { GeofenceFields } from './geofence.ts'
import type { VersionedGeofence } from './versions.ts'

export interface VehicleInside {
  vehicle: string
  timeUs: number
  lat: number
  lon: number
}

/** Positions that are judged between two queries: a polygon of 1,000 corners takes about 20 ms for them. */
const STEP = 500

/**
 * The vehicles that are inside by their newest positions, that the caller may see, and that the geofence is for, in
 * order of their keys.
 */
export async function listInside(
  sql: Sql,
  caller: Claims,
  geofence: GeofenceFields & VersionedGeofence,
  page: { after: string | undefined; limit: number },
): Promise<VehicleInside[]> {
  const { key, geometry, radius_m, width_m } = geofence
  const shape = shapeOf(geometry, radius_m, width_m)
  const compiled = indexGeofences([{ key, shape }]).get(key)
  if (compiled === undefined) return []
  const boxes = boxesOf(figuresOf({ key, shape }))
  const found: VehicleInside[] = []
  let after = page.after ?? ''
  for (;;) {
    const rows = await listNear(sql, caller, geofence, boxes, after)
    for (const row of rows) {
      const position = { lat: toE7(row.lat), lon: toE7(row.lon) }
      if (signedDistanceMm(compiled, position) <= 0) found.push(row)
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < STEP || found.length >= page.limit)
      return found.slice(0, page.limit)
    after = last.vehicle
  }
}

function listNear(
  sql: Sql,
  caller: Claims,
  { group, vehiclesOf }: VersionedGeofence,
  boxes: readonly Box[],
  after: string,
): Promise<VehicleInside[]> {
  const isOfGeofence =
    group !== null
      ? sql`vehicles.group_key = ${group}`
      : vehiclesOf !== null
        ? sql`vehicles.created_by = ${vehiclesOf}`
        : sql`true`
  const isNear = boxes
    .slice(1)
    .reduce((sum, box) => sql`${sum} or (${isInside(sql, box)})`, first(sql, boxes))
  return sql<VehicleInside[]>`
    select vehicles.key as vehicle, ${asUs(sql, 'time')} as "timeUs", lat, lon
    from positions join vehicles on vehicles.id = vehicle_id
    where vehicles.key > ${after} and ${isOfGeofence} and ${visibleVehicles(sql, caller)}
      ${since(sql, caller, sql`time`)} and (${isNear})
    order by vehicles.key
    limit ${STEP}
  `
}

function first(sql: Sql, [box]: readonly Box[]) {
  return box ? isInside(sql, box) : sql`false`
}

/** Boxes of a query; for more polygons than that, one of all longitudes. */
const BOXES_MAX = 16

function boxesOf(figures: readonly Figure[]): Box[] {
  const boxes = figures.map(toBox)
  if (boxes.length <= BOXES_MAX) return boxes
  const minLat = Math.min(...boxes.map((it) => it.minLat))
  const maxLat = Math.max(...boxes.map((it) => it.maxLat))
  return [{ minLon: -180, maxLon: 180, minLat, maxLat }]
}

/** A box beyond the 180th meridian continues on the other side. */
function toBox({ box: [west, south, east, north] }: Figure): Box {
  const isAround = east - west >= 360
  return {
    minLon: isAround ? -180 : turned(west),
    maxLon: isAround ? 180 : turned(east),
    minLat: Math.max(south, -90),
    maxLat: Math.min(north, 90),
  }
}

function turned(lon: number): number {
  return lon - 360 * Math.round(lon / 360)
}
