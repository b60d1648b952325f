import type { Sql } from '../../sql/connect.ts'
import type { AccessLog } from '../audit/access-log.ts'
import { refuse, refuseFaults, type Fault, type Refusal } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { FOREIGN_GROUP, WITHOUT_GROUP } from '../imports/import-rows.ts'
import { BULK_MAX, keySchema, object } from '../schema/fields.ts'
import { arrayOf, replyObject } from '../schema/reply-schemas.ts'
import type { FileFeature } from './files/file-feature.ts'
import { readGeoJson } from './files/read-geojson.ts'
import { readKml } from './files/read-kml.ts'
import { toGeofences } from './files/to-geofences.ts'
import { FILES, writeFile } from './files/write-file.ts'
import { radiusSchema, widthSchema, type GeofenceFields } from './geofence.ts'
import { insertGeofences } from './queries.ts'
import { noRoomDetail } from './routes.ts'

const KML = FILES.kml.type
const importQuery = object({
  dry_run: { type: 'boolean', default: false, description: 'checks the file without creating anything' },
  group: { ...keySchema, description: 'of features without a group' },
  radius_m: { ...radiusSchema, type: 'integer', description: 'of points without a radius, in metres' },
  width_m: { ...widthSchema, type: 'integer', description: 'of lines without a width, in metres' },
})
const exportQuery = object(
  { format: { enum: Object.keys(FILES) as (keyof typeof FILES)[] }, group: keySchema },
  ['format'],
)
const importReply = replyObject('GeofenceImport', {
  created: {
    type: 'integer',
    minimum: 0,
    description: 'number of geofences; with dry_run, those of the file',
  },
  items: arrayOf(
    replyObject('ImportedGeofence', {
      key: { ...keySchema, description: 'made from the name if the feature has none' },
      name: { type: 'string' },
    }),
  ),
})

/** POST /api/geofences/import and GET /api/geofences/export, as GeoJSON or KML. */
export function geofenceFileRoutes({ sql, accessLog }: { sql: Sql; accessLog: AccessLog }): Route[] {
  return [importGeofencesRoute(sql), exportGeofencesRoute(sql, accessLog)]
}

function importGeofencesRoute(sql: Sql): Route {
  return route({
    method: 'post',
    path: '/api/geofences/import',
    summary: 'Create geofences from a GeoJSON FeatureCollection or the Placemarks of KML, all or none',
    access: ['admin', 'service', 'user'],
    scope: 'geofences:write',
    tag: 'geofences',
    replies: { 200: { description: 'The keys and names of all features', schema: importReply } },
    problems: ['conflict'],
    query: importQuery,
    body: { type: 'string', minLength: 1 } as const,
    mediaTypes: [FILES.geojson.type, KML, 'application/json'],
    async handle({ query, body, headers, ...actor }) {
      const { dry_run: isTry, ...defaults } = query
      const isKml = headers['content-type']?.toLowerCase().startsWith(KML) ?? false
      const file = isKml ? readKml(body) : readGeoJson(body)
      if ('detail' in file) return refuse('invalid_request', file.detail)
      const { features } = file
      if (features.length === 0 || features.length > BULK_MAX)
        return refuse(
          'invalid_request',
          `the file must have 1 to ${BULK_MAX} features, not ${features.length}`,
        )
      const read = await toGeofences(features, defaults)
      if ('faults' in read) return refuseFaults('invalid_request', read.faults)
      const { geofences } = read
      const result = await insertGeofences(sql, geofences, actor, { sinceUs: undefined, isTry })
      if (!('created' in result)) return refuseInsert(result, features, geofences)
      const items = geofences.map(({ key, name }) => ({ key, name }))
      return { status: 200, body: { created: items.length, items } }
    },
  })
}

function exportGeofencesRoute(sql: Sql, accessLog: AccessLog): Route {
  return route({
    method: 'get',
    path: '/api/geofences/export',
    summary: 'Export the geofences that the caller may see as a GeoJSON or KML file',
    access: ['admin', 'service', 'user'],
    scope: 'geofences:read',
    tag: 'geofences',
    replies: { 200: { description: 'The file', types: Object.values(FILES).map(({ type }) => type) } },
    query: exportQuery,
    async handle({ query, ...actor }) {
      const { format, group } = query
      const detail = { format, ...(group !== undefined && { group }) }
      await accessLog.note(actor, { action: 'geofence.export', subject: 'geofences', detail })
      return {
        status: 200,
        headers: { 'content-disposition': `attachment; filename="geofences.${format}"` },
        stream: { type: FILES[format].type, chunks: writeFile(sql, actor.caller, { format, group }) },
      }
    },
  })
}

function refuseInsert(
  result: Exclude<Awaited<ReturnType<typeof insertGeofences>>, { created: unknown }>,
  features: readonly FileFeature[],
  geofences: readonly GeofenceFields[],
): Refusal {
  if ('noRoom' in result) return refuse('forbidden', noRoomDetail(result.noRoom))
  const faultsOf = (
    field: 'key' | 'group',
    isWrong: (it: GeofenceFields) => boolean,
    detail: string,
  ): Fault[] =>
    geofences.flatMap((it, index) => {
      const pointer = `${features[index]?.pointer ?? ''}/properties/${field}`
      const value = it[field] === null ? '' : `"${it[field]}" `
      return isWrong(it) ? [{ pointer, detail: value + detail }] : []
    })
  if ('taken' in result) {
    const faults = faultsOf('key', ({ key }) => result.taken.includes(key), 'is taken')
    return faults.length > 0
      ? refuseFaults('conflict', faults)
      : refuse('conflict', 'a key was taken; try again')
  }
  return 'foreignGroups' in result
    ? refuseFaults(
        'invalid_request',
        faultsOf(
          'group',
          ({ group }) => group !== null && result.foreignGroups.includes(group),
          FOREIGN_GROUP,
        ),
      )
    : refuseFaults(
        'invalid_request',
        faultsOf('group', ({ group }) => group === null, WITHOUT_GROUP),
      )
}
