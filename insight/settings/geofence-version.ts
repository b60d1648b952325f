import type { Sql } from '../../sql/connect.ts'
import type { GeofenceShape } from '../../rules/geofence.ts'
import { shapeOf, type Geometry } from '../../rules/geometry.ts'
import type { Schedule } from '../../contract/schedule.ts'

/** A geofence as it was from `fromMs`, inclusive, to `toMs`, exclusive; ms since 1970, `Infinity` for the present one. */
export interface GeofenceVersion {
  key: string
  name: string
  shape: GeofenceShape
  hysteresisM: number | undefined
  /** km/h */
  speedLimit: number | undefined
  schedule: Schedule | null
  /** It is for the vehicles of this group. */
  group: string | null
  /** Without a group: id of the user whose vehicles it is for; `null` for all vehicles. */
  vehiclesOf: number | null
  fromMs: number
  toMs: number
}

interface Row {
  key: string
  name: string
  group: string | null
  vehiclesOf: number | null
  geometry: Geometry
  radiusM: number | null
  widthM: number | null
  hysteresisM: number | null
  speedLimit: number | null
  schedule: Schedule | null
  fromMs: number
  toMs: number | null
}

/** Number of changes of geofences so far. */
export async function readGeofenceRevision(sql: Sql): Promise<number> {
  const [row] = await sql<{ revision: number }[]>`select revision from geofence_revision`
  return row?.revision ?? 0
}

/** The versions that are valid at a time from `fromMs` on. */
export async function listGeofenceVersions(sql: Sql, fromMs: number): Promise<GeofenceVersion[]> {
  // A reading's time has whole milliseconds: the first one that is not before a microsecond is the next one.
  const rows = await sql<Row[]>`
    select key, name, group_key as "group", vehicles_of as "vehiclesOf", geometry, radius_m as "radiusM",
      width_m as "widthM", hysteresis_m as "hysteresisM", speed_limit as "speedLimit", schedule,
      ceil(extract(epoch from valid_from) * 1000)::float8 as "fromMs",
      ceil(extract(epoch from valid_to) * 1000)::float8 as "toMs"
    from geofence_versions
    where valid_to is null or valid_to > to_timestamp(${fromMs}::float8 / 1000)
    order by key, valid_from
  `
  return rows.map(({ geometry, radiusM, widthM, hysteresisM, speedLimit, toMs, ...others }) => ({
    ...others,
    shape: shapeOf(geometry, radiusM, widthM),
    hysteresisM: hysteresisM ?? undefined,
    speedLimit: speedLimit ?? undefined,
    toMs: toMs ?? Infinity,
  }))
}
