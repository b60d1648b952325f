import { formatTime } from '../../contract/time.ts'
import { arrayOf, keyOrNull, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { keySchema, nameSchema } from '../schema/fields.ts'
import {
  geometrySchema,
  hysteresisMetres,
  hysteresisSchema,
  scheduleSchema,
  type GeofenceFields,
} from './geofence.ts'
import type { GeofenceRow } from './queries.ts'

const numberOrNull = { type: ['number', 'null'] } as const
const { description: scheduleDescription, properties } = scheduleSchema

export const geofenceReply = replyObject('Geofence', {
  key: keySchema,
  name: nameSchema,
  group: { ...keyOrNull, description: 'the group whose vehicles it is for' },
  geometry: replyObject('Geometry', {
    type: geometrySchema.properties.type,
    coordinates: {
      type: 'array',
      items: {},
      description: 'as in GeoJSON, with rings closed, outer ones counterclockwise',
    },
  }),
  radius_m: { ...numberOrNull, description: 'of a circle' },
  width_m: { ...numberOrNull, description: 'of a corridor' },
  hysteresis_m: { type: 'number', description: hysteresisSchema.description },
  speed_limit: { ...numberOrNull, description: 'km/h' },
  schedule: {
    type: ['object', 'null'],
    description: scheduleDescription,
    properties: {
      zone: properties.zone,
      windows: arrayOf({ type: 'object', properties: properties.windows.items.properties }),
    },
  },
  valid_from: { ...timeReply, description: 'readings from then on are judged by it' },
  created_at: timeReply,
})

/** A geofence as requests and files have it, with the hysteresis in effect. */
export function toProperties(fields: GeofenceFields) {
  const { key, name, group, radius_m, width_m, speed_limit, schedule } = fields
  return {
    key,
    name,
    group,
    radius_m,
    width_m,
    hysteresis_m: hysteresisMetres(fields),
    speed_limit,
    schedule,
  }
}

export function toGeofence(row: GeofenceRow) {
  return {
    ...toProperties(row),
    geometry: row.geometry,
    valid_from: formatTime(row.validFromUs),
    created_at: formatTime(row.createdUs),
  }
}
