import type { Sql } from '../../../sql/connect.ts'
import type { Claims } from '../../../contract/claims.ts'
import type { Geometry } from '../../../rules/geometry.ts'
import type { LonLat } from '../../../rules/geofence.ts'
import { listGeofences, type GeofenceRow } from '../queries.ts'
import { toProperties } from '../replies.ts'

export const FILES = {
  geojson: {
    type: 'application/geo+json',
    begin: '{"type":"FeatureCollection","features":[\n',
    separator: ',\n',
    end: '\n]}\n',
    write: toFeature,
  },
  kml: {
    type: 'application/vnd.google-earth.kml+xml',
    begin: '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n',
    separator: '\n',
    end: '\n</Document></kml>\n',
    write: toPlacemark,
  },
} as const

/** Geofences of one query: at most 1,000 corners each, 2 MB together. */
const PAGE = 50

/** A file of all geofences that the caller may see, in order of their keys. */
export async function* writeFile(
  sql: Sql,
  caller: Claims,
  { format, group }: { format: keyof typeof FILES; group: string | undefined },
): AsyncGenerator<string> {
  const { begin, separator, end, write } = FILES[format]
  let after: string | undefined
  yield begin
  for (;;) {
    const rows: GeofenceRow[] = await listGeofences(sql, caller, {
      group,
      search: undefined,
      after,
      limit: PAGE,
    })
    if (rows.length > 0) yield (after === undefined ? '' : separator) + rows.map(write).join(separator)
    after = rows.at(-1)?.key
    if (rows.length < PAGE) break
  }
  yield end
}

function toFeature(row: GeofenceRow): string {
  const { type, coordinates } = row.geometry
  return JSON.stringify({
    type: 'Feature',
    id: row.key,
    properties: toProperties(row),
    geometry: { type, coordinates },
  })
}

/** A Placemark, with everything that KML has no element for as text in its ExtendedData. */
function toPlacemark(row: GeofenceRow): string {
  const { name, schedule, ...others } = toProperties(row)
  const values = { ...others, schedule: schedule === null ? null : JSON.stringify(schedule) }
  const data = Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `<Data name="${key}"><value>${escapeXml(String(value))}</value></Data>`)
    .join('')
  return `<Placemark><name>${escapeXml(name)}</name><ExtendedData>${data}</ExtendedData>${toKml(row.geometry)}</Placemark>`
}

function toKml(geometry: Geometry): string {
  switch (geometry.type) {
    case 'Point':
      return `<Point>${toCoordinates([geometry.coordinates])}</Point>`
    case 'LineString':
      return `<LineString>${toCoordinates(geometry.coordinates)}</LineString>`
    case 'Polygon':
      return toPolygon(geometry.coordinates)
    case 'MultiPolygon':
      return `<MultiGeometry>${geometry.coordinates.map(toPolygon).join('')}</MultiGeometry>`
  }
}

function toPolygon(rings: readonly (readonly LonLat[])[]): string {
  const parts = rings.map((ring, i) => {
    const side = i === 0 ? 'outerBoundaryIs' : 'innerBoundaryIs'
    return `<${side}><LinearRing>${toCoordinates(ring)}</LinearRing></${side}>`
  })
  return `<Polygon>${parts.join('')}</Polygon>`
}

function toCoordinates(positions: readonly LonLat[]): string {
  return `<coordinates>${positions.map((it) => it.join(',')).join(' ')}</coordinates>`
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
