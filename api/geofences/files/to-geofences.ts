import { setImmediate } from 'node:timers/promises'
import { KEY_PATTERN } from '../../../contract/topics.ts'
import { GEOMETRY_TYPES, type Geometry } from '../../../rules/geometry.ts'
import type { Fault } from '../../http/refusal.ts'
import { keySchema, object } from '../../schema/fields.ts'
import { createCompile } from '../../schema/validate.ts'
import { NO_GEOFENCE, ownFields, readGeofence, type GeofenceFields } from '../geofence.ts'
import { joinGeometries, type FileFeature } from './file-feature.ts'

/** Values for features that have none of their own. */
export interface FileDefaults {
  group?: string
  radius_m?: number
  width_m?: number
}

const properties = { key: keySchema, ...ownFields }
const KEY_LENGTH_MAX = 64

/**
 * The geofences of a file, or the faults of its features. A feature without a key gets one that is made from its name.
 * Other work may continue between two features.
 */
export async function toGeofences(
  features: readonly FileFeature[],
  defaults: FileDefaults,
): Promise<{ geofences: GeofenceFields[] } | { faults: Fault[] }> {
  const validate = createCompile()(object(properties))
  const faults: Fault[] = []
  const geofences: GeofenceFields[] = []
  const given = features.map((it) => givenKey(it))
  const taken = new Set(given.flatMap((key) => key ?? []))
  const seen = new Set<string>()
  for (const [index, feature] of features.entries()) {
    await setImmediate()
    const { pointer } = feature
    const fault = (at: string, detail: string) => faults.push({ pointer: `${pointer}${at}`, detail })
    const geometry = joinGeometries(feature.geometries)
    if ('detail' in geometry) {
      fault('/geometry', geometry.detail)
      continue
    }
    const { type } = geometry
    if (!isGeometryType(type)) {
      fault('/geometry/type', `must be one of ${GEOMETRY_TYPES.join(', ')}`)
      continue
    }
    const values: Record<string, unknown> = { ...defaultsFor(type, defaults), ...ownValues(feature) }
    const key = given[index] ?? freeKey(values['name'], taken)
    taken.add(key)
    const wrong = validate({ ...values, key })
    faults.push(...wrong.map((it) => ({ ...it, pointer: `${pointer}/properties${it.pointer}` })))
    if (wrong.length > 0) continue
    if (seen.has(key)) fault('/properties/key', `"${key}" appears twice`)
    seen.add(key)
    const read = readGeofence(
      { ...NO_GEOFENCE, ...values, key, geometry: { type, coordinates: geometry.coordinates } },
      pointer,
    )
    if ('faults' in read)
      faults.push(...read.faults.map((it) => ({ ...it, pointer: inFile(it.pointer, pointer) })))
    else geofences.push(read.fields)
  }
  return faults.length > 0 ? { faults } : { geofences }
}

function givenKey({ properties, id }: FileFeature): string | undefined {
  const { key } = properties
  if (typeof key === 'string') return key
  return typeof id === 'string' && new RegExp(KEY_PATTERN).test(id) ? id : undefined
}

/** The properties that a geofence has; files may have others, and null for none. */
function ownValues({ properties: given }: FileFeature): Record<string, unknown> {
  const known = Object.keys(properties).filter((it) => it !== 'key' && given[it] != null && given[it] !== '')
  return Object.fromEntries(known.map((it) => [it, given[it]]))
}

function defaultsFor(type: Geometry['type'], { group, radius_m, width_m }: FileDefaults) {
  return {
    ...(group !== undefined && { group }),
    ...(radius_m !== undefined && type === 'Point' && { radius_m }),
    ...(width_m !== undefined && type === 'LineString' && { width_m }),
  }
}

/** A key made of letters, digits and - from a name, with a number if others have the same. */
function freeKey(name: unknown, taken: ReadonlySet<string>): string {
  const plain = (typeof name === 'string' ? name : '')
    .slice(0, 200)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase()
  const base = plain === '' ? 'geofence' : plain
  for (let n = 1; ; n++) {
    const suffix = n === 1 ? '' : `-${n}`
    const key = base.slice(0, KEY_LENGTH_MAX - suffix.length) + suffix
    if (!taken.has(key) && key !== 'export') return key
  }
}

/** Everything but the geometry is among the properties of a feature. */
function inFile(at: string, pointer: string): string {
  const rest = at.slice(pointer.length)
  return rest.startsWith('/geometry') ? at : `${pointer}/properties${rest}`
}

function isGeometryType(type: string): type is Geometry['type'] {
  return (GEOMETRY_TYPES as readonly string[]).includes(type)
}
