import { hysteresisOf } from '../../rules/geofence.ts'
import { GEOMETRY_TYPES, readGeometry, shapeOf, type Geometry } from '../../rules/geometry.ts'
import { DAYS, isZone, type Schedule } from '../../contract/schedule.ts'
import type { Fault } from '../http/refusal.ts'
import { keySchema, nameSchema, object } from '../schema/fields.ts'

/** A geofence as it is stored, its geometry in normal form. */
export interface GeofenceFields {
  key: string
  name: string
  group: string | null
  geometry: Geometry
  radius_m: number | null
  width_m: number | null
  hysteresis_m: number | null
  speed_limit: number | null
  schedule: Schedule | null
}

/** `coordinates` are read by rules/geometry.ts, whose faults explain more than those of a schema. */
export const geometrySchema = {
  ...object({ type: { enum: GEOMETRY_TYPES }, coordinates: { type: 'array', items: {} } }, [
    'type',
    'coordinates',
  ]),
  description:
    'GeoJSON (RFC 7946): Polygon, MultiPolygon, Point with radius_m for a circle, or LineString with width_m for a corridor',
} as const

export const radiusSchema = {
  type: 'number',
  minimum: 1,
  maximum: 500_000,
  description: 'metres, of a circle',
} as const
export const widthSchema = {
  type: 'number',
  minimum: 1,
  maximum: 100_000,
  description: 'metres, of a corridor from side to side',
} as const
export const hysteresisSchema = {
  type: 'number',
  minimum: 0,
  maximum: 500,
  description:
    'metres outside of the boundary at which a vehicle has left, at most a third of the radius; default 25, or a third of a smaller radius',
} as const
export const speedLimitSchema = {
  type: 'number',
  minimum: 1,
  maximum: 400,
  description: 'km/h, for rules of the kind overspeed',
} as const

const clock = { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: 'HH:MM' } as const
/** @limit windows of a schedule | 400 */
const WINDOWS_MAX = 50

export const scheduleSchema = {
  ...object(
    {
      zone: {
        type: 'string',
        pattern: '^[A-Za-z][A-Za-z0-9_+/-]{0,63}$',
        description: 'an IANA time zone such as Europe/Stockholm',
      },
      windows: {
        type: 'array',
        minItems: 1,
        maxItems: WINDOWS_MAX,
        items: object(
          {
            days: { type: 'array', minItems: 1, maxItems: 7, uniqueItems: true, items: { enum: DAYS } },
            from: clock,
            to: {
              type: 'string',
              pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
              description: 'HH:MM, exclusive; on the next day if it is not later than `from`',
            },
          },
          ['days', 'from', 'to'],
        ),
      },
    },
    ['zone', 'windows'],
  ),
  description: 'when the geofence applies, in weekly windows of local time; always by default',
} as const

/** Properties that a file may give to a geofence, and a request as well. */
export const ownFields = {
  name: nameSchema,
  group: keySchema,
  radius_m: radiusSchema,
  width_m: widthSchema,
  hysteresis_m: hysteresisSchema,
  speed_limit: speedLimitSchema,
  schedule: scheduleSchema,
}
export const newGeofence = object({ key: keySchema, ...ownFields, geometry: geometrySchema }, [
  'key',
  'geometry',
])

/** Default values of a geofence. */
export const NO_GEOFENCE = {
  name: '',
  group: null,
  radius_m: null,
  width_m: null,
  hysteresis_m: null,
  speed_limit: null,
  schedule: null,
}

/** `GET /api/geofences/export` is not the geofence of this key. */
const RESERVED = 'export'

/** Brings a geofence that matches its schema into normal form. `at` is the pointer to it in the request. */
export function readGeofence(
  given: Omit<GeofenceFields, 'geometry'> & { geometry: { type: Geometry['type']; coordinates: unknown } },
  at = '',
): { fields: GeofenceFields } | { faults: Fault[] } {
  const faults: Fault[] = []
  const { key, radius_m, width_m, hysteresis_m, schedule } = given
  const note = (field: string, detail: string) => faults.push({ pointer: `${at}/${field}`, detail })
  if (key === RESERVED) note('key', `"${RESERVED}" is reserved`)
  noteReach('radius_m', radius_m, 'Point')
  noteReach('width_m', width_m, 'LineString')
  if (radius_m !== null && hysteresis_m !== null && hysteresis_m > radius_m / 3)
    note('hysteresis_m', 'must be at most a third of radius_m')
  if (schedule !== null && !isZone(schedule.zone))
    note('schedule/zone', `"${schedule.zone}" is not an IANA time zone such as Europe/Stockholm`)
  const read = readGeometry(given.geometry)
  if ('faults' in read)
    faults.push(...read.faults.map(({ path, detail }) => ({ pointer: `${at}/geometry${path}`, detail })))
  return faults.length > 0 || 'faults' in read
    ? { faults }
    : { fields: { ...given, geometry: read.geometry } }

  function noteReach(field: 'radius_m' | 'width_m', value: number | null, type: Geometry['type']): void {
    const isOf = given.geometry.type === type
    if (isOf && value === null)
      faults.push({ code: 'missing_field', pointer: `${at}/${field}`, detail: `is required for a ${type}` })
    if (!isOf && value !== null) note(field, `is only for a ${type}`)
  }
}

/** Metres outside of the boundary at which a vehicle has left. */
export function hysteresisMetres({ key, geometry, radius_m, width_m, hysteresis_m }: GeofenceFields): number {
  const shape = shapeOf(geometry, radius_m, width_m)
  return hysteresisOf({ key, shape, hysteresisM: hysteresis_m ?? undefined }) / 1000
}
